"""All that `softphone.wording` says, on one sheet for each of its modules, as it is read in a review.

A sheet is a text file beside this one: the situation, then what is said. Whoever changes a word, a tone, a
bound or an order sees it there: `python -m tests.wording.sheets --renew`, then look at the difference.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from tests.wording.sheets import line_rows, other_rows, past_rows, story_rows

SHEETS: dict[str, Callable[[], Iterable[str]]] = {
    "presentation": line_rows.cards,
    "call_words": line_rows.calls,
    "command_words": line_rows.commands,
    "line_facts": line_rows.details,
    "forecast": line_rows.forecasts,
    "all_lines": line_rows.all_of_them,
    "timeline_words": past_rows.timeline,
    "plots": past_rows.plots,
    "recording_words": past_rows.recordings,
    "notices": other_rows.banners,
    "notifications": story_rows.told,
    "device_words": other_rows.devices,
    "settings_words": other_rows.settings,
    "moment": other_rows.moments,
}


def path_of(name: str) -> Path:
    return Path(__file__).with_name(f"{name}.txt")


def written(name: str) -> str:
    """Return a sheet as it is now."""
    return "\n".join(SHEETS[name]()) + "\n"
