"""A dialog for a person who started the program from an icon, while there is no window of ours (D13).

Shown only where stderr is no terminal and there is a screen; with Qt, or with what the desktop has when Qt
itself is what fails.
"""

import os
import signal
import sys
from typing import TYPE_CHECKING

from softphone.errors import SoftphoneError
from softphone.exit_codes import EXIT_TROUBLE
from softphone.i18n import joined, tr
from softphone.system import streams

if TYPE_CHECKING:
    from PySide6.QtCore import QtMsgType

_TOOLS = (
    ("zenity", "--error", "--no-markup", "--title=Softphone", "--text={}"),
    ("kdialog", "--title", "Softphone", "--error", "{}"),
    ("xmessage", "-center", "{}"),
    ("notify-send", "Softphone", "{}"),
)


def show(error: SoftphoneError) -> None:
    """Show it and return when it has been closed, or at once where nobody would see it."""
    if not _is_wanted():
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # all is tidied up, and Qt would hold Python's handler up
    try:
        from PySide6.QtWidgets import QApplication

        app = QApplication.instance()
    except ImportError:
        app = None
    if app is None:  # Qt has failed, and might abort the process
        _show_with_tool(error)
    else:
        _show_with_qt(error)


def has_display() -> bool:
    """Whether a window can be opened, as far as the environment says."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


def is_seen() -> bool:
    """Whether a person would see it, too."""
    from softphone.checks import doctor

    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    return has_display() and platform not in doctor.UNSEEN_PLATFORMS


def _is_wanted() -> bool:
    return is_seen() and not sys.stderr.isatty()


def no_window(said: object) -> SoftphoneError:
    """Return the error that says why no window can open, and what to install; `said` is how it failed."""
    from softphone.checks import doctor

    check = doctor.why_no_window(str(said))
    return SoftphoneError(joined([check.sentence, check.remedy]), title="The window cannot open")


def leave_if_fatal(kind: "QtMsgType", _: object, text: str) -> None:
    """Take Qt's words while it looks for a screen: it aborts the process at the first that is fatal."""
    if kind.name == "QtFatalMsg":
        error = no_window(text)
        sys.stderr.write(f"softphone: {error.title}: {error.sentence}\n")
        if _is_wanted():
            _show_with_tool(error)
        streams.finish()
        os._exit(EXIT_TROUBLE)


def _show_with_qt(error: SoftphoneError) -> None:
    from PySide6.QtCore import QEventLoop, Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Warning, "Softphone", tr(error.title))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(tr(error.sentence))
    closed = QEventLoop()
    box.finished.connect(closed.quit)
    box.open()
    closed.exec()
    box.deleteLater()


def _show_with_tool(error: SoftphoneError) -> None:
    import shutil
    import subprocess
    import textwrap

    words = textwrap.fill(f"{tr(error.title)}. {tr(error.sentence)}", 70, break_long_words=False)
    for name, *options in _TOOLS:
        tool = shutil.which(name)
        if tool is not None:
            command = [tool, *(option.format(words) for option in options)]
            subprocess.run(command, stdin=subprocess.DEVNULL, check=False)  # nosec B603 # noqa: S603 - the desktop's own
            return
