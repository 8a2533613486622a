"""What is said: words, tones, icons and figures for all that is shown, without Qt or a clock.

The way in is `presentation`: one table from a line's state to what its card says. Entered from `ui`.
"""
