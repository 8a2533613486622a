"""A line as a card or a row, its details, and what stands there before any line does.

Entered from `ui.window`.
"""
