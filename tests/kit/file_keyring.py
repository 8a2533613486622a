"""A keyring that outlives the program without a desktop: a backend of `SystemKeystore` in a file."""

import json
import time
from collections.abc import Callable
from pathlib import Path

from keyring.errors import PasswordDeleteError

from softphone.auth.system_keyring import SystemKeystore


class FileKeyring:
    """What `keyring` would hand out. Each change is whole, as it is in the real ones.

    `touched` is called before and after each of them, in the thread of the call; each takes `slow_s`.
    """

    def __init__(
        self, path: Path, touched: Callable[[str], object] = lambda _: None, *, slow_s: float = 0.0
    ) -> None:
        self._path = path
        self._slow_s = slow_s
        self._touched = touched

    def get_password(self, service: str, user: str) -> str | None:
        return self.values.get(f"{service} {user}")

    def set_password(self, service: str, user: str, value: str) -> None:
        self._become(f"set {service}", {**self.values, f"{service} {user}": value})

    def delete_password(self, service: str, user: str) -> None:
        left = self.values
        if left.pop(f"{service} {user}", None) is None:
            raise PasswordDeleteError("not there")
        self._become(f"delete {service}", left)

    @property
    def values(self) -> dict[str, str]:
        """Everything in it, by service and user."""
        return dict(json.loads(self._path.read_text())) if self._path.exists() else {}

    def _become(self, what: str, values: dict[str, str]) -> None:
        self._touched(f"before {what}")
        time.sleep(self._slow_s)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(values))
        new.replace(self._path)
        self._touched(f"after {what}")


class FileKeystore(SystemKeystore):
    """The system's keyring with that backend."""

    def __init__(self, keyring: FileKeyring) -> None:
        super().__init__()
        self._backend = keyring
