"""Speed, memory and bytes, most of them as ratios within one run: `python -m tests.benchmarks`. Tests time nothing."""
