"""The window's place on a desktop: tray, notifications, snooze, hints about the network.

The way in is `desktop.Desktop`. Entered from `ui.shell`.
"""
