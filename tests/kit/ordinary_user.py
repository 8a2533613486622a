"""Programs as an ordinary user starts them, also when the tests run as root, where no sandbox starts."""

import functools
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parents[2]
PACKAGES = os.pathsep.join((str(CHECKOUT), sysconfig.get_path("purelib")))
NOBODY = 65534
# A Python below /root is out of that user's reach; the system's may be of the same version.
PYTHONS = (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}")


@dataclass(frozen=True)
class OrdinaryUser:
    """Who runs programs, with a home of their own that ends with the test."""

    home: Path
    python: str
    who: dict[str, Any]

    def run(
        self, *arguments: str, before: tuple[str, ...] = (), **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments; `before`: a command in front of it."""
        return subprocess.run(
            [*before, self.python, *arguments], **self.how(**variables), timeout=120, check=False
        )

    def with_shared_memory(self, options: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run Python with a /dev/shm of its own, mounted with these options; see `can_mount`."""
        mount = f"mount -t tmpfs -o {options} tmpfs /dev/shm"
        become = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups"
        before = ("unshare", "--mount", "bash", "-c", f'{mount} && exec {become} "$@"', "bash")
        return OrdinaryUser(self.home, self.python, {}).run(*arguments, before=before)

    def how(self, **variables: str) -> dict[str, Any]:
        """The arguments of `subprocess` for a program of this user's."""
        unwanted = ("QTWEBENGINE_", "XDG_", "SOFTPHONE_TEST")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
        environment |= {
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home / "runtime"),
            "SOFTPHONE_HOME": str(self.home / "softphone"),
            "PYTHONPATH": PACKAGES,
            "PYTHONDONTWRITEBYTECODE": "1",
            "QT_QPA_PLATFORM": "offscreen",
        }
        return {
            "env": environment | variables,
            "cwd": self.home,
            "capture_output": True,
            "text": True,
            **self.who,
        }


def can_mount() -> bool:
    """Whether a test can give a program a /dev/shm of its own."""
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], check=False).returncode == 0


@contextmanager
def ordinary_user() -> Iterator[OrdinaryUser]:
    """Yield one: this user, or for root the one called nobody."""
    is_root = os.geteuid() == 0
    who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": ()} if is_root else {}
    home = Path(tempfile.mkdtemp(prefix="softphone-user-", dir="/tmp"))  # pytest's own folders are private
    try:
        (home / "runtime").mkdir(mode=0o700)
        if is_root:
            os.chown(home, NOBODY, NOBODY)
            os.chown(home / "runtime", NOBODY, NOBODY)
        yield OrdinaryUser(home, _python(is_root), who)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@functools.cache
def _python(is_root: bool) -> str:
    """The Python that this user may run, with the packages of this one."""
    if not is_root:
        return sys.executable
    for python in PYTHONS:
        try:
            subprocess.run(
                [python, "-c", "import PySide6, softphone"],
                env=os.environ | {"PYTHONPATH": PACKAGES},
                cwd="/",
                user=NOBODY,
                group=NOBODY,
                extra_groups=(),
                stderr=subprocess.DEVNULL,
                check=True,
            )
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    pytest.skip("another user may not run this Python, or not read this checkout or its packages")
