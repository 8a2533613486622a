"""What a right click or the Menu key offers on a line."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from softphone.i18n import tr
from softphone.line.failure import Remedy
from softphone.line.model import LineSnapshot
from softphone.ui.copyable import copy
from softphone.wording.moment import Moment
from softphone.wording.presentation import Action, label_of, words_of


def line_menu(
    line: LineSnapshot,
    moment: Moment,
    pressed: Callable[[str, Action | Remedy], object],
    opened: Callable[[str], object],
    parent: QWidget,
    *,
    past: bool = False,
) -> QMenu:
    """Return the menu of a line; it is deleted when it closes. Of the past nothing can be pressed."""
    words, line_id = words_of(line, moment), line.identity.line_id
    menu = QMenu(parent)
    menu.setObjectName("lineMenu")
    menu.aboutToHide.connect(menu.deleteLater)
    acting: tuple[Action | None, ...] = (words.toggle, Action.RETRY if words.remedy is Action.RETRY else None)
    if not past:
        for does in acting:
            if does is not None:
                menu.addAction(label_of(does), partial(pressed, line_id, does))
        menu.addSeparator()
    number = line.identity.phone_number or line.identity.extension
    if number:
        menu.addAction(tr("Copy number"), lambda: copy(number, parent))
    diagnostics = Remedy.COPY_DIAGNOSTICS
    menu.addAction(label_of(diagnostics), lambda: pressed(line_id, diagnostics))
    menu.addSeparator()
    menu.addAction(tr("Details"), lambda: opened(line_id))
    return menu
