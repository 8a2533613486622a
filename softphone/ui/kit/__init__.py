"""Widgets and helpers that know nothing of lines: buttons, text, badge, ring, plot, theme, language.

Entered from every room of `ui`.
"""
