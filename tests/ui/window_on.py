"""A window with something in it."""

from typing import Any

from softphone.ui.bridge import Bridge
from softphone.ui.kit.theme import Theme
from softphone.ui.window.contents import Contents
from softphone.ui.window.main_window import MainWindow


def window_on(bridge: Bridge, *, theme: Theme, demo: str | None = None, **options: Any) -> MainWindow:
    """Return a window on a panel, not shown yet; `options` as `Contents` has them."""
    window = MainWindow(demo=demo)
    Contents(window, bridge, theme=theme, demo=demo, **options)
    return window
