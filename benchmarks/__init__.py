"""Measurements of the tool, beside what is possible; `python -m benchmarks`."""
