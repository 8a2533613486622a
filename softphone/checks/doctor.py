"""`softphone doctor`: looks at this computer and says what to mend. It changes nothing but makes our folders.

Each check is a small function that returns a `Check`. All run at once, each in a daemon thread that is left
behind when its time is over: a name server, a keyring prompt or a host that never answers holds up nobody.
Qt is tried in child interpreters, because a missing library or display ends the whole process.
"""

import asyncio
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial

from softphone.auth.keystore import secret_entry_of
from softphone.auth.system_keyring import SystemKeystore
from softphone.checks import remedies
from softphone.checks.check import TOO_LATE, Check, CheckState, fault
from softphone.checks.missing_library import missing_library
from softphone.checks.reach import clock, connection_to, proxy_in_use
from softphone.errors import ConfigError, KeystoreAbsent, KeystoreError, KeystoreLocked, SignInError
from softphone.exit_codes import EXIT_OK, EXIT_TROUBLE
from softphone.settings import cloud_file
from softphone.settings.cloud_file import Cloud
from softphone.system import engine, launch
from softphone.system.background import begin_in_thread
from softphone.system.files import replace_file
from softphone.system.folders import Folders

PROBE_NAME = ".writable"

ALL_CHECKS_DEADLINE_S = 12.0
CHILD_DEADLINE_S = 10.0

OLDEST_PYTHON, FIRST_PYTHON_TOO_NEW = (3, 11), (3, 15)  # requires-python of pyproject.toml
OLDEST_PYSIDE = (6, 11)
# This PySide6 loses a reference to None at every Qt call of a Python older than that (platform.md#versions).
LOSING_PYSIDE, FIRST_PYTHON_IT_SPARES = (6, 12), (3, 12)

ENDPOINTS = {
    "authorize_url": "Sign-in page",
    "token_url": "Token service",
    "api_url": "Webex API",
    "u2c_url": "Service catalog",
    "region_url": "Region service",
}

_KEYRING_REMEDIES: Mapping[type[KeystoreError], str] = {
    KeystoreAbsent: "Start a keyring such as GNOME Keyring or KWallet.",
    KeystoreLocked: "Unlock the keyring.",
}

UNSEEN_PLATFORMS = frozenset({"offscreen", "minimal"})


def run(cloud: Cloud, folders: Folders, *, as_json: bool) -> int:
    """Print every check and return 0 when none is a fault, else 1."""
    checks = examine(cloud, folders)
    sys.stdout.write((_as_json(checks) if as_json else _as_list(checks)) + "\n")
    sys.stdout.flush()
    return EXIT_OK if _all_well(checks) else EXIT_TROUBLE


def report(cloud: Cloud, folders: Folders) -> str:
    """Return every check as JSON, as `softphone doctor --json` prints it. Blocks for seconds."""
    return _as_json(examine(cloud, folders))


def examine(
    cloud: Cloud, folders: Folders, *, deadline_s: float = ALL_CHECKS_DEADLINE_S
) -> Mapping[str, Check]:
    """Make all checks at once and return what they found, by name and in this order."""
    looks: dict[str, Callable[[], Check]] = {"Python and PySide6": python_and_pyside}
    if pyside_version() is not None and not launch.is_bundle():  # a bundle is no interpreter
        looks |= {"Qt windows": qt_windows, "Web engine": web_engine, "Display": display}
    if sys.platform == "linux":
        looks["Page memory"] = page_memory
    looks |= {
        "Keyring": partial(keyring, cloud),
        "Folders": partial(folders_writable, folders),
        "Client ID": partial(client_id, cloud),
        "Proxy": partial(proxy_in_use, cloud),
    }
    looks |= {
        f"{words} ({key})": partial(connection_to, getattr(cloud, key), cloud.network)
        for key, words in ENDPOINTS.items()
    }
    checks = _all_at_once(looks, deadline_s)
    return checks | {"Clock": clock(check.clock_off_s for check in checks.values())}


# ---- this computer


def pyside_version() -> str | None:
    """Return the version of PySide6 as text, None where the program is installed without its window."""
    try:
        return importlib.metadata.version("PySide6")
    except importlib.metadata.PackageNotFoundError:
        return None


def python_and_pyside(python: tuple[int, ...] = sys.version_info[:3]) -> Check:
    """Whether Python and PySide6 are a pair that works, without importing PySide6."""
    installed = pyside_version()
    if installed is None:
        return _warning(WITHOUT_WINDOW, remedies.with_window())
    pyside = tuple(int(number) for number in re.findall(r"\d+", installed))
    pair = f"Python {'.'.join(map(str, python))} with PySide6 {installed}"
    if not OLDEST_PYTHON <= python < FIRST_PYTHON_TOO_NEW:
        return fault(
            f"{pair}: the program was not made for this Python.", remedies.another_python("3.11 to 3.14")
        )
    if pyside < OLDEST_PYSIDE:
        return fault(f"{pair}: this PySide6 is too old.", remedies.another_pyside("PySide6>=6.11"))
    if python < FIRST_PYTHON_IT_SPARES and pyside >= LOSING_PYSIDE:
        return fault(
            f"{pair}: these two together crash after a while.",
            f"Use Python 3.12 or newer, or PySide6 6.11. {remedies.another_pyside('PySide6<6.12')}",
        )
    return Check(f"{pair}.")


def qt_windows() -> Check:
    """Whether Qt's libraries for windows load."""
    said = _child("import PySide6.QtWidgets")
    if said is None:
        return Check("Qt can make windows.")
    return fault(f"No window can open: {_why_qt_failed(said)}.", _qt_remedy(said))


def web_engine() -> Check:
    """Whether the web engine starts, which shows the sign-in page in a window, and with which sandbox."""
    try:
        engine.check(loopback=False)
    except SignInError as error:
        return _warning(f"{error.title}. {error.sentence}", "Sign in with 'Use my browser instead'.")
    said = _child(_START_ENGINE, QT_QPA_PLATFORM="offscreen")
    if said is None:
        return Check("The sign-in page can be shown in a window of the program, in a sandbox of its own.")
    if said.endswith(_NO_NAMESPACES):
        return _warning(
            "The sign-in page can be shown, but its sandbox is half a one: this system lets the program make "
            "no namespaces, so only the filter of system calls holds a hostile page.",
            f"Allow the program user namespaces (on Ubuntu in an AppArmor profile), or {_OWN_BROWSER}.",
        )
    return _warning(
        f"The sign-in page cannot be shown in a window of the program: {_why_qt_failed(said)}.",
        f"{_qt_remedy(said)} Or {_OWN_BROWSER}.",
    )


def page_memory() -> Check:
    """Whether there is room for the memory that the web engine shares with its pages, and where."""
    folder = engine.memory_folder()
    room = engine.free_bytes(folder)
    sentence = f"{folder} has {room >> 20} MiB for the sign-in page."
    if folder == engine.SHARED_MEMORY and room >= engine.ROOM_BYTES:
        return Check(sentence)
    return _warning(
        f"{engine.SHARED_MEMORY} is small or full; {sentence}",
        f"Give {engine.SHARED_MEMORY} 64 MiB or more (in a container: --shm-size).",
    )


def display() -> Check:
    """Whether a window can be opened here and be seen."""
    names = ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY")
    chosen = {name: os.environ[name] for name in names if os.environ.get(name)}
    if sys.platform == "linux" and not chosen:
        return _warning(
            "There is no display, so no window can open; 'softphone watch' works.",
            "Start the program on a desktop, or set DISPLAY or WAYLAND_DISPLAY.",
        )
    where = ", ".join(f"{name}={value}" for name, value in chosen.items()) or "this desktop"
    said = _child("from PySide6.QtGui import QGuiApplication; QGuiApplication([])", QT_DEBUG_PLUGINS="1")
    if said is not None and "could not connect to display" not in said and missing_library(said):
        return fault(f"No window can open on {where}: {_why_qt_failed(said)}.", _qt_remedy(said))
    if said is not None:
        return fault(
            f"No window can open on {where}: Qt cannot reach it.",
            "Check that the display runs and that this user may use it.",
        )
    if chosen.get("QT_QPA_PLATFORM", "").partition(":")[0] in UNSEEN_PLATFORMS:
        return _warning(f"Windows open where nobody sees them ({where}).", "Unset QT_QPA_PLATFORM.")
    return Check(f"A window can open on {where}.")


def why_no_window(said: str) -> Check:
    """Return what explains best that a window did not open, after `said`. Blocks for seconds."""
    if not launch.is_bundle():
        if pyside_version() is None:
            return fault(WITHOUT_WINDOW, remedies.with_window())
        for look in (python_and_pyside, qt_windows, display):
            check = look()
            if check.state is CheckState.FAULT:
                return check
    return fault(f"No window can open: {_why_qt_failed(said)}.", _qt_remedy(said))


def keyring(cloud: Cloud) -> Check:
    """Whether the system keyring can keep a sign-in. What it holds is not looked at."""
    keystore = SystemKeystore()
    try:
        with asyncio.Runner() as runner:  # in this check's own thread; this process has no Qt loop
            runner.run(keystore.read(secret_entry_of(cloud)))
    except KeystoreError as error:
        remedy = _KEYRING_REMEDIES.get(type(error), "Restart the keyring.")
        return _warning(f"{error.title}: {error.sentence}", remedy)
    finally:
        keystore.close()
    return Check("The system keyring can keep the sign-in.")


def folders_writable(folders: Folders) -> Check:
    """Whether settings and logs can be written."""
    try:
        folders.make()
        for folder in (folders.config, folders.state):
            replace_file(folder / PROBE_NAME, "softphone " * 1000)
            (folder / PROBE_NAME).unlink()
    except ConfigError as error:
        return fault(*_sentence_and_remedy(error))
    except OSError as error:
        return fault(
            f"The folder {folder} cannot be written ({error.strerror}).",
            "Make room, or make it writable; or set SOFTPHONE_HOME to another folder. Until then lines work, "
            "but nothing is kept for the next start.",
        )
    return Check(f"{folders.config} and {folders.state} can be written.")


def client_id(cloud: Cloud) -> Check:
    """Whether anybody can sign in with this cloud."""
    try:
        cloud_file.require_client_id(cloud)
    except ConfigError as error:
        return fault(*_sentence_and_remedy(error))
    return Check(f"There is one in {cloud.source}.")


# ---- Qt, in a child interpreter


def _child(code: str, **environment: str) -> str | None:
    """Run Python code in a child; return None when it succeeded, else what it said."""
    try:
        done = subprocess.run(  # nosec B603 # noqa: S603 - this interpreter, our own code
            [sys.executable, "-c", code],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=CHILD_DEADLINE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "Qt took too long to load"
    except OSError as error:
        return f"Python cannot be started once more ({error.strerror})"
    return None if done.returncode == 0 else done.stderr


_NO_NAMESPACES = "no namespaces\n"
_START_ENGINE = f"""
import os, sys
import PySide6.QtWebEngineWidgets
from PySide6.QtWebEngineCore import QWebEngineProfile
from PySide6.QtWidgets import QApplication
from softphone.system import engine
app = QApplication([])
with engine.starting():
    profile = QWebEngineProfile()
well = engine.has_own_namespaces()
sys.stderr.write("" if well else {_NO_NAMESPACES!r})
sys.stderr.flush()
os._exit(0 if well else 1)
"""
_OWN_BROWSER = "sign in with 'Use my browser instead'"
WITHOUT_WINDOW = "The program is installed without its window; 'softphone watch' works."


def _why_qt_failed(said: str) -> str:
    if library := missing_library(said):
        return f"the library {library} is missing"
    lines = said.strip().splitlines() or ["Qt ended without a word"]
    return lines[-1].strip().rstrip(".")


def _qt_remedy(said: str) -> str:
    library = missing_library(said)
    return remedies.again() if library is None else remedies.library(library)


# ---- all at once, and on paper


def _all_at_once(looks: Mapping[str, Callable[[], Check]], deadline_s: float) -> dict[str, Check]:
    until_s = time.monotonic() + deadline_s
    running = {name: begin_in_thread(look) for name, look in looks.items()}
    checks = {}
    for name, future in running.items():
        try:
            checks[name] = future.result(max(0.0, until_s - time.monotonic()))
        except TimeoutError:
            checks[name] = TOO_LATE
    return checks


def _warning(sentence: str, remedy: str) -> Check:
    return Check(sentence, CheckState.WARNING, remedy)


def _sentence_and_remedy(error: ConfigError) -> tuple[str, str]:
    sentence, _, remedy = error.sentence.partition(". ")
    return f"{sentence.rstrip('.')}.", remedy


def _all_well(checks: Mapping[str, Check]) -> bool:
    return all(check.state is not CheckState.FAULT for check in checks.values())


def _as_json(checks: Mapping[str, Check]) -> str:
    rows = [
        {"name": name, "state": check.state.value, "sentence": check.sentence, "remedy": check.remedy}
        for name, check in checks.items()
    ]
    return json.dumps({"version": 1, "ok": _all_well(checks), "checks": rows}, ensure_ascii=False)


def _as_list(checks: Mapping[str, Check]) -> str:
    width = max(map(len, checks))
    rows = []
    for name, check in checks.items():
        rows.append(f"{check.state.value:<7}  {name:<{width}}  {check.sentence}")
        if check.remedy:
            rows.append(f"{'':<7}  {'':<{width}}  {check.remedy}")
    return "\n".join(rows)
