"""The softphone registration panel: keeps Webex Calling lines registered and says why when they are not.

`CallingClient` is the public API; it is loaded when first used, so that importing a part of the package
does not import the whole.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from softphone.app import CallingClient

__all__ = ["CallingClient", "__version__"]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name == "CallingClient":
        from softphone.app import CallingClient  # noqa: PLC0415 - brings httpx along

        return CallingClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
