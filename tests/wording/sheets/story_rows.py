"""Stories of what is told while the window is out of sight: a time, the lines then, what is told."""

from collections.abc import Iterator
from typing import Any

from softphone.line.model import LineSnapshot, LineState
from softphone.values import replace
from softphone.wording.notifications import NotificationRules, NotificationSettings, names
from tests.ui.fakes import line

S = LineState


class Story:
    """Feed the rules as time goes by, and note what is told when."""

    def __init__(self, **settings: Any) -> None:
        self.rules = NotificationRules(NotificationSettings(**settings))
        self.now_s = 1000.0

    def at(
        self, after_s: float, *lines: LineSnapshot, active: bool = False, snoozed: bool = False
    ) -> Iterator[str]:
        self.now_s = 1000.0 + after_s
        fresh = tuple(
            replace(one, proved_at_s=self.now_s) if one.state is S.REGISTERED else one for one in lines
        )
        more = {"snoozed": True} if snoozed else {}
        found = self.rules.feed(fresh, self.now_s, window_active=active, **more)
        states = ", ".join(one.state.value for one in lines)
        where = " active" * active + " snoozed" * snoozed
        waits = " (waiting)" if self.rules.waiting else ""
        yield (
            f"  {after_s:g} s{where}, {states}: "
            + " || ".join(
                f"{one.title} | {one.text} | {one.line_id}{one.about}{one.unnamed or ''}" for one in found
            )
            + waits
        )


def told() -> Iterator[str]:
    """Stories of lines, and what a person is told out of the window's sight."""
    up, lost, bob = line(S.REGISTERED), line(S.RETRY_WAIT, failure=None), line(S.OFFLINE, "Bob", "2")
    bob_up, choose = line(S.REGISTERED, "Bob", "2"), line(S.ACTION)
    off = line(S.IDLE)
    yield "each state, at once and after half a minute"
    for state in S:
        story = Story()
        for wanted in (True, False):
            yield from story.at(0, line(state, wanted=wanted))
            yield from story.at(30, line(state, wanted=wanted))
    stories: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
        "a loss and its end": (
            {},
            [(0, up), (1, lost), (30.9, lost), (31, lost), (32, lost), (33, up), (34, up)],
        ),
        "a short loss": ({}, [(0, lost), (29.9, lost), (30, up), (31, lost), (60, lost), (61, lost)]),
        "with its failure": ({}, [(0, line(S.RETRY_WAIT)), (30, line(S.RETRY_WAIT)), (31, up)]),
        "two at once": ({}, [(0, lost, bob), (30, lost, bob), (31, up, bob), (32, up, bob_up)]),
        "both come back": ({}, [(0, lost, bob), (30, lost, bob), (31, up, bob_up)]),
        "one in five minutes": (
            {},
            [
                (0, lost, bob_up),
                (30, lost, bob_up),
                (31, up, bob),
                (61, up, bob),
                (329.9, up, bob),
                (330, up, bob),
                (331, up, bob_up),
                (629.9, up, bob_up),
                (630, up, bob_up),
                (631, up, bob_up),
            ],
        ),
        "the storm is over": (
            {},
            [(0, lost), (30, lost), (31, up), (599, lost), (629.9, lost), (630, lost), (631, up)],
        ),
        "a storm": (
            {},
            [
                (0, lost),
                (30, lost),
                (31, up),
                (598, lost),
                (629, lost),
                (630, up),
                (928.9, up),
                (929, up),
                (930, lost),
                (960, lost),
                (1228.9, lost),
                (1229, lost),
                (1529, up),
            ],
        ),
        "ten minutes after the first": (
            {},
            [(0, lost), (30, lost), (31, up), (600, lost), (630, lost), (631, up)],
        ),
        "what needs somebody counts towards a storm": (
            {},
            [(0, choose), (1, up), (2, lost), (32, lost), (33, up), (331.9, up), (332, up)],
        ),
        "needs somebody": ({}, [(0, choose), (1, choose), (400, choose), (401, up), (402, choose)]),
        "needs somebody again soon": (
            {},
            [(0, choose), (1, up), (2, choose), (299.9, choose), (300, choose)],
        ),
        "needs somebody for another reason": (
            {},
            [
                (0, choose),
                (1, line(S.FAILED)),
                (300, line(S.FAILED)),
                (301, line(S.SIGNED_OUT, failure=None)),
            ],
        ),
        "two need somebody": (
            {},
            [
                (0, choose, bob_up),
                (1, choose, line(S.FAILED, "Bob", "2")),
                (29.9, choose, line(S.FAILED, "Bob", "2")),
                (30, choose, line(S.FAILED, "Bob", "2")),
            ],
        ),
        "two need somebody at once": ({}, [(0, line(S.FAILED, "Bob", "2"), choose), (1, bob_up, up)]),
        "asked, then lost": ({}, [(0, choose), (1, lost), (31, lost), (301, lost), (331, lost), (332, up)]),
        "switched off": ({}, [(0, lost), (30, lost), (31, off), (32, up)]),
        "switched off while it asks": ({}, [(0, choose), (1, line(S.ACTION, wanted=False)), (2, choose)]),
        "a line that goes": ({}, [(0, lost), (30, lost), (31,), (32, up)]),
        "at once": ({"delay_s": 0.0}, [(0, lost), (1, up)]),
        "no recovery": (
            {"tell_recovery": False},
            [(0, lost), (30, lost), (31, up), (400, lost), (430, lost)],
        ),
        "off": ({"enabled": False}, [(0, choose, lost), (30, choose, lost)]),
    }
    for name, (settings, steps) in stories.items():
        yield name
        story = Story(**settings)
        for after_s, *lines in steps:
            yield from story.at(after_s, *lines)
    yield "in an active window"
    for state in (S.ACTION, S.ELSEWHERE, S.FAILED, S.SIGNED_OUT, S.RETRY_WAIT):
        story = Story()
        yield from story.at(0, line(state), active=True)
        yield from story.at(31, line(state), active=True)
        yield from story.at(400, line(state))
    story = Story()
    yield "back in an active window"
    yield from story.at(0, lost)
    yield from story.at(30, lost)
    yield from story.at(31, up, active=True)
    yield from story.at(32, up)
    story = Story()
    yield "snoozed"
    yield from story.at(0, lost, bob, snoozed=True)
    yield from story.at(31, lost, bob_up, snoozed=True)
    yield from story.at(32, lost, bob_up)
    for wish in ("always", "unlocked", "never"):
        chosen = NotificationSettings(notify_caller=wish)
        may = [chosen.names_callers(locked=locked) for locked in (False, True)]
        yield f"names callers, {wish}: unlocked {may[0]}, locked {may[1]}"
    usual = NotificationSettings()
    yield f"usual: {usual}, {NotificationRules().settings == usual}"
    for count in range(6):
        some = [line(S.IDLE, name, name) for name in ("Ada", "Bob", "Cem", "Dee", "Eve")[:count]]
        yield f"{count} names: {names(some)}"
