"""Measurements of the shop beside stock Oscar: ``python -m benchmarks``."""
