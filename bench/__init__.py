"""Measurements: each pairs our code with its floor in one run, several times, and prints medians and ratios."""
