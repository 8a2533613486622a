"""The main window: its page, header, banners and menus, and what each command does.

The way in is `main_window.MainWindow`. Entered from `ui` and `ui.desktop`.
"""
