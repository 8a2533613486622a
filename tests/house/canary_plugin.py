"""What `tests.house.canary` adds to a run of pytest: it writes down what a person could see or send on.

Into the folder `CANARY_OUT`: `log.txt`, every record of every logger as the program's own log would hold it;
`widgets.txt`, the texts of all widgets at the end of each test; `diagnostics.txt`, those of each panel that
closes; `children.txt`, what the programs said that a test has run to their end.
"""

import copy
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from softphone.accounts.panel import Panel
from softphone.checks.diagnostics import report_of
from softphone.i18n import Phrase
from softphone.system.log import Redaction

OUT = Path(os.environ["CANARY_OUT"])
_TEXTS = (
    "windowTitle",
    "accessibleName",
    "accessibleDescription",
    "toolTip",
    "text",
    "title",
    "placeholderText",
    "toPlainText",
    "currentText",
)


class _LogFile(logging.FileHandler):
    """The program's log, whatever a test sets; on copies, for others must see the records as they are."""

    def __init__(self) -> None:
        super().__init__(OUT / "log.txt", encoding="utf-8")
        self._redaction = Redaction()
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        own = copy.copy(record)
        self._redaction.filter(own)
        super().emit(own)


# The address of the sign-in page, shown to be copied, holds the state (sign-in.md#own-browser).
LINKS = frozenset({"signInLink"})

_LOG = _LogFile()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Let what pytest itself captures stay as it is without this plugin."""
    capturing: Any = config.pluginmanager.get_plugin("logging-plugin")
    for handler in (capturing.caplog_handler, capturing.report_handler):
        handler.setLevel(logging.WARNING)
    _write_diagnostics()
    _write_what_children_say()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Log everything again, should a test have changed it."""
    root = logging.getLogger()
    root.setLevel(logging.DEBUG)
    root.addHandler(_LOG)  # twice is once


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Write down the texts of all widgets while there are any."""
    if "PySide6.QtWidgets" in sys.modules:
        with (OUT / "widgets.txt").open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"== {item.nodeid.partition('[')[0]}\n")
            file.writelines(f"{text}\n" for text in _texts())


def _texts() -> Iterator[str]:
    from PySide6.QtWidgets import QApplication

    if not isinstance(QApplication.instance(), QApplication):
        return
    for widget in QApplication.allWidgets():
        if widget.objectName() in LINKS:
            continue
        for name in _TEXTS:
            getter = getattr(widget, name, None)
            text = getter() if callable(getter) else ""
            if isinstance(text, str) and text:
                yield text


def _write_diagnostics() -> None:
    """Have each panel write its diagnostics before it closes."""
    close = Panel.close

    async def close_and_tell(self: Panel, **options: Any) -> tuple[Phrase, ...]:
        with (OUT / "diagnostics.txt").open("a", encoding="utf-8") as file:
            file.write(report_of(self) + "\n")
        return await close(self, **options)

    Panel.close = close_and_tell  # type: ignore[method-assign]


def _write_what_children_say() -> None:
    """Keep what `subprocess.run` captures, which a test may never look at."""
    run = subprocess.run

    def run_and_tell(*arguments: Any, **options: Any) -> Any:
        done = run(*arguments, **options)
        with (OUT / "children.txt").open("a", encoding="utf-8", errors="replace") as file:
            for said in (done.stdout, done.stderr):
                file.write(said.decode(errors="replace") if isinstance(said, bytes) else said or "")
        return done

    subprocess.run = run_and_tell
