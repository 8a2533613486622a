"""How a sign-in page looks to this person: as large, as dark and as still as the program around it."""

from bisect import bisect_left, bisect_right

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QApplication, QWidget

from softphone.ui.kit.theme import DARK, motion, tokens

STEPS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0)


def look_options(around: QWidget) -> list[str]:
    """Return the engine's options for pages that look like the widgets around them.

    The engine follows the system by itself, and reads its options once: a theme that the person chose
    against the system, or the first choice of less motion, holds for the pages of this run.
    """
    dark = tokens(around.palette()) is DARK
    system = QGuiApplication.styleHints().colorScheme()
    options = ["--force-prefers-reduced-motion"] if motion.is_reduced(around) else []
    if dark is not (system is Qt.ColorScheme.Dark):
        options.append(f"--blink-settings=preferredColorScheme={0 if dark else 1}")
    return options


def text_factor() -> float:
    """Return how much larger our text is than the system's; that is in the screen's scale already."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).pointSizeF()
    ours = QApplication.font().pointSizeF()
    return ours / system if ours > 0 and system > 0 else 1.0


class PageZoom(QObject):
    """Shows a view's pages at the size of our text; Ctrl and +, - or 0 change it while `window` is in use."""

    def __init__(self, view: QWebEngineView, window: QWidget) -> None:
        super().__init__(window)
        self._view = view
        self.reset()
        keys = QKeySequence.keyBindings
        standard = QKeySequence.StandardKey
        for sequences, act in (
            ([*keys(standard.ZoomIn), QKeySequence("Ctrl+=")], self.enlarge),
            (keys(standard.ZoomOut), self.shrink),
            ([QKeySequence("Ctrl+0")], self.reset),
        ):
            shortcut = QShortcut(window)
            shortcut.setKeys(sequences)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)

    def enlarge(self) -> None:
        """One step up, as browsers have them."""
        self._choose(bisect_right(STEPS, self._view.zoomFactor() + 0.001))

    def shrink(self) -> None:
        """One step down."""
        self._choose(bisect_left(STEPS, self._view.zoomFactor() - 0.001) - 1)

    def reset(self) -> None:
        """The size of our text."""
        self._view.setZoomFactor(min(max(STEPS[0], text_factor()), STEPS[-1]))

    def _choose(self, step: int) -> None:
        self._view.setZoomFactor(STEPS[min(max(0, step), len(STEPS) - 1)])
