"""The softphone registration panel: keeps Webex Calling lines registered and says why when they are not.

`CallingClient` is the public API; it is loaded when first used, so that importing a part of the package
does not import the whole.
"""

TYPE_CHECKING = False  # not imported: Ctrl-C is without a word only after this module
if TYPE_CHECKING:
    from typing import Any

    from softphone.app import CallingClient

__all__ = ["CallingClient", "__version__"]

__version__ = "0.2.0"


def __getattr__(name: str) -> "Any":
    if name == "CallingClient":
        from softphone.app import CallingClient  # noqa: PLC0415 - brings httpx along

        return CallingClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
