"""When a person is told of a line while the window is out of sight (ux.md 3 row 17, 5: 35). Pure.

A loss is told after half a minute, not before; what needs a person at once. One notification serves all
lines it is about, and however they flap, at most one in five minutes tells of a loss, and one of its end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState
from softphone.words import counted, tr

QUIET_S = 300.0  # between two that tell of a loss
_NAMED = 3

# Nothing goes on without a person. The value says what happened.
_ASKING = {  # shown
    LineState.ACTION: "{line}: action needed",
    LineState.ELSEWHERE: "{line} is in use elsewhere",
    LineState.FAILED: "{line} cannot be registered",
    LineState.SIGNED_OUT: "{line}: the sign-in has ended",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationSettings:
    """What a person has chosen. `delay_s`: how long a line is lost before that is told."""

    enabled: bool = True
    delay_s: float = 30.0
    tell_recovery: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One to show. `line_id` is the line it leads to."""

    title: str
    text: str
    line_id: str


@dataclass(slots=True)
class _Followed:
    """What is known of one line."""

    down_since_s: float | None = None
    told_loss: bool = False
    told_asking: LineState | None = None
    asked_at_s: float = field(default=-QUIET_S)


class NotificationRules:
    """Feed it the lines whenever they change and now and then; it says what to show. It keeps no clock."""

    def __init__(self, settings: NotificationSettings | None = None) -> None:
        self.settings = settings or NotificationSettings()
        self.snoozed_until_s = float("-inf")
        self._followed: dict[str, _Followed] = {}
        self._told_at_s = float("-inf")

    @property
    def waiting(self) -> bool:
        """Whether time alone can bring a notification: feed again soon."""
        return any(
            line.down_since_s is not None or line.told_loss or line.told_asking
            for line in self._followed.values()
        )

    def feed(
        self, lines: Iterable[LineSnapshot], now_s: float, *, window_active: bool
    ) -> tuple[Notification, ...]:
        """Return what is to be shown now. An active window shows losses itself."""
        lines = tuple(lines)
        for line in lines:
            self._follow(line, now_s)
        for gone in self._followed.keys() - {line.identity.line_id for line in lines}:
            del self._followed[gone]
        if not self.settings.enabled or now_s < self.snoozed_until_s:
            return ()
        found = self._asking(lines, now_s)
        back = self._back(lines)
        if window_active:
            return tuple(found)
        lost = self._lost(lines, now_s) if now_s - self._told_at_s >= QUIET_S else None
        if lost is not None:
            self._told_at_s = now_s
        return tuple(one for one in (*found, lost, back) if one is not None)

    def _follow(self, line: LineSnapshot, now_s: float) -> None:
        known = self._followed.setdefault(line.identity.line_id, _Followed())
        state = line.state_at(now_s)
        if not line.wanted:
            self._followed[line.identity.line_id] = _Followed()  # the user's own doing is no news
        elif state in REGISTERED_STATES:
            known.down_since_s = None
            known.told_asking = None
        elif known.down_since_s is None:
            known.down_since_s = now_s
        if state not in _ASKING:
            known.told_asking = None

    def _asking(self, lines: tuple[LineSnapshot, ...], now_s: float) -> list[Notification]:
        asking = []
        for line in lines:
            known, state = self._followed[line.identity.line_id], line.state_at(now_s)
            new = line.wanted and state in _ASKING and known.told_asking is not state
            if new and now_s - known.asked_at_s >= QUIET_S:
                known.told_asking, known.asked_at_s, known.told_loss = state, now_s, True
                asking.append((line, state))
        if not asking:
            return []
        line, state = asking[0]
        title = tr(_ASKING[state], line=line.identity.label)
        text = tr(line.failure.advice) if line.failure else tr("Open the window to see what to do.")
        if len(asking) > 1:
            title = counted(len(asking), "{n} line needs you", "{n} lines need you")
            text = names(each for each, _ in asking)
        return [Notification(title=title, text=text, line_id=line.identity.line_id)]

    def _lost(self, lines: tuple[LineSnapshot, ...], now_s: float) -> Notification | None:
        lost = []
        for line in lines:
            known = self._followed[line.identity.line_id]
            since_s = known.down_since_s
            if since_s is not None and not known.told_loss and now_s - since_s >= self.settings.delay_s:
                lost.append(line)
        if not lost:
            return None
        for line in lost:
            self._followed[line.identity.line_id].told_loss = True
        first = lost[0]
        if len(lost) > 1:
            title = counted(len(lost), "{n} line cannot receive calls", "{n} lines cannot receive calls")
            return Notification(title=title, text=names(lost), line_id=first.identity.line_id)
        title = tr("{line} cannot receive calls", line=first.identity.label)
        why = tr(first.failure.title) if first.failure else tr("No server confirms the line.")
        text = tr("{why}. It is tried again by itself.", why=why.rstrip("."))
        return Notification(title=title, text=text, line_id=first.identity.line_id)

    def _back(self, lines: tuple[LineSnapshot, ...]) -> Notification | None:
        """Those whose loss was told and that are well again; they count as told."""
        back = []
        for line in lines:
            known = self._followed[line.identity.line_id]
            if known.told_loss and known.down_since_s is None:
                known.told_loss = False
                if line.wanted:
                    back.append(line)
        if not back or not self.settings.tell_recovery:
            return None
        title = counted(
            len(back),
            "{line} can receive calls again",
            "{n} lines can receive calls again",
            line=back[0].identity.label,
        )
        return Notification(title=title, text=names(back), line_id=back[0].identity.line_id)


def names(lines: Iterable[LineSnapshot]) -> str:
    """Return the names of some lines, the first few of many."""
    labels = [line.identity.label for line in lines]
    if len(labels) <= _NAMED:
        return ", ".join(labels)
    left = len(labels) - _NAMED
    return counted(left, "{names} and {n} more", "{names} and {n} more", names=", ".join(labels[:_NAMED]))
