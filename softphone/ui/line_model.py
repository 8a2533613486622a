"""The lines that are shown: the latest snapshot of each, in the order of their accounts.

A burst of changes is told once: the window is repainted at most twenty times a second, whatever the lines
do.
"""

from PySide6.QtCore import QObject, QTimer, Signal

from softphone.line.model import LineSnapshot
from softphone.ui.bridge import Bridge

COALESCE_MS = 50


class LineModel(QObject):
    """Snapshots by line, in the order of the accounts; of all of them, or of the one that is chosen.

    Signals:
        rows_changed(): lines came or went; read `lines` again.
        lines_changed(frozenset[str]): these lines have other snapshots now.
    """

    rows_changed = Signal()
    lines_changed = Signal(object)

    def __init__(self, bridge: Bridge, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = bridge
        self._shown = ""
        self._past: tuple[LineSnapshot, ...] | None = None
        self._by_id: dict[str, LineSnapshot] = {line.identity.line_id: line for line in bridge.panel.lines}
        self._changed: set[str] = set()
        self._rows_differ = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(COALESCE_MS)
        self._soon.timeout.connect(self._tell)
        bridge.line_updated.connect(self._update)
        bridge.line_gone.connect(self._remove)

    @property
    def lines(self) -> tuple[LineSnapshot, ...]:
        """The lines that are shown, in their order."""
        return tuple(line for line in self.every if self._shown in ("", line.identity.account.key))

    @property
    def every(self) -> tuple[LineSnapshot, ...]:
        """The lines of all accounts, in the order of the accounts; in replay, those of the past."""
        if self._past is not None:
            return self._past
        places = {account.account.key: place for place, account in enumerate(self._bridge.panel.accounts)}
        for line in self._by_id.values():
            places.setdefault(line.identity.account.key, len(places))
        return tuple(sorted(self._by_id.values(), key=lambda line: places[line.identity.account.key]))

    @property
    def shown_account(self) -> str:
        """The key of the account whose lines alone are shown; empty: all."""
        return self._shown

    def show_account(self, key: str) -> None:
        """Show the lines of one account only, or of all with an empty key."""
        if key != self._shown:
            self._shown = key
            self.rows_changed.emit()

    def line(self, line_id: str) -> LineSnapshot | None:
        """The snapshot of a line that is shown, None when it is gone."""
        if self._past is not None:
            return next((line for line in self._past if line.identity.line_id == line_id), None)
        return self._by_id.get(line_id)

    def show_past(self, lines: tuple[LineSnapshot, ...] | None) -> None:
        """Show these lines of the past instead of the present ones; None: the present again."""
        if lines != self._past:
            self._past = lines
            self.rows_changed.emit()

    def _update(self, snapshot: LineSnapshot) -> None:
        line_id = snapshot.identity.line_id
        if self._by_id.get(line_id) == snapshot:
            return
        self._rows_differ = self._rows_differ or line_id not in self._by_id
        self._by_id[line_id] = snapshot
        self._changed.add(line_id)
        self._tell_soon()

    def _remove(self, line_id: str) -> None:
        if self._by_id.pop(line_id, None) is not None:
            self._rows_differ = True
            self._changed.discard(line_id)
            self._tell_soon()

    def _tell_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _tell(self) -> None:
        changed, self._changed = frozenset(self._changed), set()
        rows_differ, self._rows_differ = self._rows_differ, False
        if rows_differ:
            self.rows_changed.emit()
        if changed:
            self.lines_changed.emit(changed)
