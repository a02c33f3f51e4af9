"""Generates parts of the documentation (`python -m tests.documentation` updates them), and tests all its pages."""
