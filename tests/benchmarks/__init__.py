"""How fast and how frugal, as ratios within one run: `python -m tests.benchmarks`. No test times anything."""
