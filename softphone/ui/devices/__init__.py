"""The dialogs about devices: all of a person, and the choice when there are too many.

Entered from `ui` and `ui.window`.
"""
