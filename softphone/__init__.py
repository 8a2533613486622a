"""The softphone registration panel: keeps Webex Calling lines registered and says why when they are not.

What `__all__` lists is the public API (api.md) and stays as it is; every other module is the program's own.
A name is loaded when it is first used, so that importing a part of the package does not import the whole.
"""

TYPE_CHECKING = False  # not imported: Ctrl-C is without a word only after this module
if TYPE_CHECKING:
    from typing import Any

    from softphone.auth.asked_token import AskForToken
    from softphone.calling.line import EventName, Keepalive, Line, LineError
    from softphone.calling.provider import ServiceRequest
    from softphone.client import CallingClient
    from softphone.errors import (
        ConfigError,
        ProfileInUseError,
        RegistrationError,
        RegistrationTimeoutError,
        RenewalError,
        RequestError,
        SignedOutError,
        SoftphoneError,
    )
    from softphone.line.device import Device
    from softphone.line.failure import Disposition, ErrorType, Failure, Remedy
    from softphone.line.model import (
        Account,
        LineIdentity,
        LineSnapshot,
        LineState,
        LineStatus,
        Registration,
        Role,
        Server,
        Service,
    )
    from softphone.line.policy import Policy
    from softphone.settings.cloud_file import Cloud, Network, read_cloud

__all__ = [
    "Account",
    "AskForToken",
    "CallingClient",
    "Cloud",
    "ConfigError",
    "Device",
    "Disposition",
    "ErrorType",
    "EventName",
    "Failure",
    "Keepalive",
    "Line",
    "LineError",
    "LineIdentity",
    "LineSnapshot",
    "LineState",
    "LineStatus",
    "Network",
    "Policy",
    "ProfileInUseError",
    "Registration",
    "RegistrationError",
    "RegistrationTimeoutError",
    "Remedy",
    "RenewalError",
    "RequestError",
    "Role",
    "Server",
    "Service",
    "ServiceRequest",
    "SignedOutError",
    "SoftphoneError",
    "__version__",
    "read_cloud",
]

__version__ = "0.2.0"

_FROM = {
    "softphone.auth.asked_token": "AskForToken",
    "softphone.calling.line": "EventName Keepalive Line LineError",
    "softphone.calling.provider": "ServiceRequest",
    "softphone.client": "CallingClient",
    "softphone.errors": "ConfigError ProfileInUseError RegistrationError RegistrationTimeoutError "
    "RenewalError RequestError SignedOutError SoftphoneError",
    "softphone.line.device": "Device",
    "softphone.line.failure": "Disposition ErrorType Failure Remedy",
    "softphone.line.model": "Account LineIdentity LineSnapshot LineState LineStatus Registration Role Server "
    "Service",
    "softphone.line.policy": "Policy",
    "softphone.settings.cloud_file": "Cloud Network read_cloud",
}


def __getattr__(name: str) -> "Any":
    for module, names in _FROM.items():
        if name in names.split():
            from importlib import import_module  # noqa: PLC0415 - the start of the program needs none of it

            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
