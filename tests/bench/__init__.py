"""Figures of speed and size: `python -m tests.bench WHAT`.

Every figure is a ratio: the program beside its floor, taken in turns in one run, medians. The floor of a
window is an empty QMainWindow with one label, that of a request one bare POST on a kept connection.
"""
