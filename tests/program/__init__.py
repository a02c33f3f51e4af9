"""Tests of the program as a whole, most of them in a process or on a terminal of its own."""
