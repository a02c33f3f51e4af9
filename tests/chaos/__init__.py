"""Random faults of the network, signals, full disks and concurrent writers, and what holds whatever of them happens.

`python -m tests.chaos --kind core|pilot|pty --seed S --runs N` runs the seeds S to S + N - 1; one seed is one schedule.
"""
