"""What tests share: servers on loopback, clients, programs on terminals, and paths. No test fixtures: see `conftest`.

Stores that behave: `moto_server`, `enforcing_moto`, `rclone` and `swift`. Stores that do not: `faulty_store` with the
faults of `faults`, `hostile_store`, and the ports of `ports`. `terminals` runs the program on a pseudo-terminal, and
`canary` finds a leaked secret in its output.
"""
