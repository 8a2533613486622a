"""Who is told of what happens in the panel, and how: in the order of their coming, on the loop's thread."""

from collections.abc import Callable

from softphone.accounts.snapshot import AccountSnapshot, PanelListener
from softphone.calling.line import Line
from softphone.history.entries import EntryKind
from softphone.line.failure import Failure
from softphone.line.model import LineEvent, LineSnapshot

EventListener = Callable[[Line, LineEvent, Failure | None], None]
HappeningListener = Callable[[EntryKind, LineSnapshot | None], None]


class Listeners:
    """Everybody who is told. Once `silent`, nobody hears of accounts any more: the program ends."""

    def __init__(self) -> None:
        self.silent = False
        self.panel: list[PanelListener] = []
        self.events: list[EventListener] = []
        self.happenings: list[HappeningListener] = []

    def tell_accounts(self, accounts: tuple[AccountSnapshot, ...]) -> None:
        """An account came, went or changed."""
        if not self.silent:
            for listener in tuple(self.panel):
                listener.accounts_changed(accounts)

    def tell_line(self, snapshot: LineSnapshot) -> None:
        """A line appeared or changed."""
        for listener in tuple(self.panel):
            listener.line_changed(snapshot)

    def tell_line_gone(self, line_id: str) -> None:
        """A line is gone with its account."""
        for listener in tuple(self.panel):
            listener.line_removed(line_id)

    def tell_event(self, line: Line, event: LineEvent, failure: Failure | None) -> None:
        """Something of the public API happened to a line."""
        for listener in tuple(self.events):
            listener(line, event, failure)

    def tell_happening(self, happening: EntryKind, line: LineSnapshot | None = None) -> None:
        """Something came from outside, or the wish for a line changed."""
        for listener in tuple(self.happenings):
            listener(happening, line)
