"""The one place that keeps the window from acting while it shows the past."""

import inspect
from collections.abc import Callable, Coroutine
from typing import Any, cast

from softphone.accounts.panel import Panel
from softphone.errors import SoftphoneError

PAST_IS_SHOWN = SoftphoneError("Go back to now first: nothing acts in the past.", title="This is the past")

# What only looks, or ends what is under way. Everything else of the panel acts.
_LOOKS = frozenset({"accounts", "behind", "cancel_sign_in", "identity", "keyring", "lines"}) | {
    "on_event",
    "on_happening",
    "subscribe",
    "unsubscribe",
}


class Gate:
    """A panel for widgets; scripts and the operating system have the panel itself.

    While `shut`, what acts does nothing; what would return something raises SoftphoneError instead.
    """

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.shut = False

    def as_panel(self) -> Panel:
        """Return it as what it stands before."""
        return cast("Panel", self)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._panel, name)
        if name in _LOOKS or not callable(found):
            return found
        return self._guarded(found)

    def _guarded(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """Ask at each call, not now: who connects a signal once has what it got for good."""

        def guarded(*args: Any, **options: Any) -> Any:
            if not self.shut:
                return act(*args, **options)
            if inspect.iscoroutinefunction(act):
                return _refuse()
            if inspect.signature(act).return_annotation is None:
                return None
            raise PAST_IS_SHOWN

        return guarded


def _refuse() -> Coroutine[Any, Any, Any]:
    async def refused() -> None:
        raise PAST_IS_SHOWN

    return refused()
