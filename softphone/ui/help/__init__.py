"""Dialogs that help: keys, checks, drills, saving diagnostics. Entered from `ui` and `ui.window`."""
