"""When a person is told of a line while the window is out of sight (interface.md#notifications). Pure.

A loss is told after half a minute, not before; what needs a person at once. One notification serves all
lines it is about. The end of a loss is told at once, too, unless losses keep coming: in such a storm at most
one notification in five minutes tells of a loss or of an end.
"""

from collections.abc import Iterable

from msgspec import Struct

from softphone.i18n import counted, tr
from softphone.line.model import REGISTERED_STATES, LineSnapshot, LineState

QUIET_S = 300.0  # between two that tell of a loss
GATHER_S = 30.0  # lines that need a person soon after the first one did share the next notification
_NAMED = 3

# Nothing goes on without a person. The value says what happened.
_ASKING = {  # shown
    LineState.ACTION: "{line}: action needed",
    LineState.ELSEWHERE: "{line} is in use elsewhere",
    LineState.FAILED: "{line} cannot be registered",
    LineState.SIGNED_OUT: "{line}: the sign-in has ended",
}


class NotificationSettings(Struct, frozen=True, kw_only=True):
    """What a person has chosen. `delay_s`: how long a line is lost before that is told.

    `notify_caller`: when the notification of a call says who calls, as `settings.keys` has it.
    """

    enabled: bool = True
    delay_s: float = 30.0
    tell_recovery: bool = True
    notify_caller: str = "unlocked"

    def names_callers(self, *, locked: bool) -> bool:
        """Whether a notification may name a caller now."""
        return self.notify_caller == "always" or (self.notify_caller == "unlocked" and not locked)


class Notification(Struct, frozen=True, kw_only=True):
    """One to show. `line_id` is the line it leads to.

    It takes the place of one before with the same `about`, where there is one. `unnamed` is what is shown
    instead where nobody is to read who calls; None: it names no caller.
    """

    title: str
    text: str
    line_id: str
    about: str = ""
    unnamed: "Notification | None" = None


class _Followed(Struct):
    """What is known of one line."""

    down_since_s: float | None = None
    told_loss: bool = False
    known_asking: LineState | None = None  # told, or seen in the window
    asked_at_s: float = float("-inf")


class NotificationRules:
    """Feed it the lines whenever they change and now and then; it says what to show. It keeps no clock."""

    def __init__(self, settings: NotificationSettings | None = None) -> None:
        self.settings: NotificationSettings = settings or NotificationSettings()
        self._followed: dict[str, _Followed] = {}
        self._lost_at_s = self._asked_at_s = self._told_at_s = float("-inf")
        self._stormy = False

    @property
    def waiting(self) -> bool:
        """Whether time alone can bring a notification: feed again soon."""
        return any(line.down_since_s is not None or line.told_loss for line in self._followed.values())

    def feed(
        self, lines: Iterable[LineSnapshot], now_s: float, *, window_active: bool, snoozed: bool = False
    ) -> tuple[Notification, ...]:
        """Return what is to be shown now. An active window shows all but what has to be chosen itself."""
        lines = tuple(lines)
        for line in lines:
            self._follow(line, now_s)
        for gone in self._followed.keys() - {line.identity.line_id for line in lines}:
            del self._followed[gone]
        if not self.settings.enabled or snoozed:
            return ()
        asking = self._asking(lines, now_s, window_active=window_active)
        back = self._back(lines, now_s)
        if window_active:
            return () if asking is None else (asking,)
        lost = self._lost(lines, now_s)
        return tuple(one for one in (asking, lost, back) if one is not None)

    def _follow(self, line: LineSnapshot, now_s: float) -> None:
        known = self._followed.setdefault(line.identity.line_id, _Followed())
        state = line.state_at(now_s)
        if not line.wanted:
            self._followed[line.identity.line_id] = _Followed()  # the user's own doing is no news
        elif state in REGISTERED_STATES:
            known.down_since_s = None
        elif known.down_since_s is None:
            known.down_since_s = now_s
        if state not in _ASKING:
            known.known_asking = None

    def _asking(
        self, lines: tuple[LineSnapshot, ...], now_s: float, *, window_active: bool
    ) -> Notification | None:
        asking = []
        for line in lines:
            known, state = self._followed[line.identity.line_id], line.state_at(now_s)
            if not line.wanted or state not in _ASKING or known.known_asking is state:
                continue
            if window_active and state is not LineState.ACTION:
                known.known_asking = state
            elif now_s - known.asked_at_s >= QUIET_S and now_s - self._asked_at_s >= GATHER_S:
                asking.append((line, state))
        if not asking:
            return None
        for line, state in asking:
            known = self._followed[line.identity.line_id]
            known.known_asking, known.asked_at_s, known.told_loss = state, now_s, True
        self._asked_at_s = now_s
        self._note_bad_news(now_s)
        line, state = asking[0]
        title = tr(_ASKING[state], line=line.identity.label)
        text = tr(line.failure.advice) if line.failure else tr("Open the window to see what to do.")
        if len(asking) > 1:
            title = counted(len(asking), "{n} line needs you", "{n} lines need you")
            text = names(each for each, _ in asking)
        return Notification(title=title, text=text, line_id=line.identity.line_id)

    def _lost(self, lines: tuple[LineSnapshot, ...], now_s: float) -> Notification | None:
        if now_s - self._lost_at_s < QUIET_S:
            return None
        lost = [line for line in lines if self._is_lost(line, now_s)]
        if not lost:
            return None
        for line in lost:
            self._followed[line.identity.line_id].told_loss = True
        self._lost_at_s = now_s
        self._note_bad_news(now_s)
        first = lost[0]
        if len(lost) > 1:
            title = counted(len(lost), "Webex cannot reach {n} line", "Webex cannot reach {n} lines")
            return Notification(title=title, text=names(lost), line_id=first.identity.line_id)
        title = tr("Webex cannot reach {line}", line=first.identity.label)
        why = tr(first.failure.title) if first.failure else tr("No server confirms the line.")
        text = tr("{why}. It is tried again by itself.", why=why.rstrip("."))
        return Notification(title=title, text=text, line_id=first.identity.line_id)

    def _is_lost(self, line: LineSnapshot, now_s: float) -> bool:
        """Whether its loss is to be told; a line that needs a person does not come back by itself."""
        known = self._followed[line.identity.line_id]
        if known.down_since_s is None or known.told_loss or line.state_at(now_s) in _ASKING:
            return False
        return now_s - known.down_since_s >= self.settings.delay_s

    def _note_bad_news(self, now_s: float) -> None:
        self._stormy = now_s - self._told_at_s < 2 * QUIET_S
        self._told_at_s = now_s

    def _back(self, lines: tuple[LineSnapshot, ...], now_s: float) -> Notification | None:
        """Those whose loss was told and that are well again; they count as told."""
        if self._stormy and now_s - self._told_at_s < QUIET_S:
            return None  # who knows for how long
        back = []
        for line in lines:
            known = self._followed[line.identity.line_id]
            if known.told_loss and known.down_since_s is None:
                known.told_loss = False
                if line.wanted:
                    back.append(line)
        if not back or not self.settings.tell_recovery:
            return None
        if self._stormy:
            self._told_at_s = self._lost_at_s = now_s
        title = counted(
            len(back),
            "Webex can reach {line} again",
            "Webex can reach {n} lines again",
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
