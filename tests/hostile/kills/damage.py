"""Files of a profile that are not as they were left: cut, empty, overwritten, of another kind or time.

In this process each file of a used profile is cut at every length and overwritten at every place; as a whole
the program is started on each kind of damage of each file. It starts, does what it was wanted for, and what
was in the file is either all there, or kept under another name and said; or it refuses by name.
"""

import asyncio
import os
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from softphone.errors import SoftphoneError
from softphone.exit_codes import EXIT_OK, EXIT_USAGE
from softphone.history.entries import Entry, EntryKind
from softphone.history.journal import Journal
from softphone.settings.profile import Profile
from softphone.settings.store import SettingsStore
from tests.hostile.kills.judging import Outcome, look_at_words
from tests.hostile.kills.scene import BY_TOKEN, Computer, KilledError, Scene
from tests.hostile.kills.stories import signed_in

HUGE_BYTES = 3 * 1024**3  # sparse
PROFILE, SETTINGS, HISTORY = "profile.toml", "settings.toml", "history.sqlite"
WAYS = 4  # to change a file at a place
_LATER = (2).to_bytes(4, "big")  # of user_version in the head of a SQLite file
_USER_VERSION = slice(60, 64)


def used(scene: Scene) -> None:
    """Leave a home that was used for a while, as it is after a quit."""
    signed_in(scene)
    assert scene.computer.begin("config", "set", "history_days", "9").process.code(20) == EXIT_OK
    assert scene.computer.begin("config", "set", "theme", "dark").process.code(20) == EXIT_OK
    life = scene.begin("watch", "--json")
    life.until_registered(scene.account)
    life.told(verb="deregister", all=True)
    life.until(lambda: scene.computer.kept(scene.account).get("unwanted"), "the wish on disk")
    life.told(verb="register", all=True)
    life.until_registered(scene.account)
    assert life.end() == EXIT_OK


# ---- every place in a file, in this process


def changed(content: bytes, chance: random.Random, share: float) -> Iterator[tuple[str, bytes]]:
    """Yield what may become of a file: every cut, every byte another one, every range zero or text."""
    for place in range(len(content)):
        for name, damaged in (
            ("cut at", content[:place]),
            ("another byte at", _put(content, place, bytes([content[place] ^ 1 << chance.randrange(8)]))),
            ("zeros at", _put(content, place, bytes(chance.choice((2, 16, 512))))),
            ("text at", _put(content, place, b"x" * chance.choice((2, 16, 512)))),
        ):
            if damaged != content and chance.random() < share:
                yield f"{name} {place}", damaged


def _put(content: bytes, place: int, part: bytes) -> bytes:
    return (content[:place] + part + content[place + len(part) :])[: len(content)]


def read_profile(path: Path) -> tuple[Any, str | None]:
    """Return all that is in it, and what is said of it."""
    profile = Profile(path, "https://example.com/v1")
    return msgspec.to_builtins(profile._document)["clouds"], profile.notice


def read_settings(path: Path) -> tuple[Any, str | None]:
    """The same of settings."""
    store = SettingsStore(path)
    return store.chosen, store.notice


def read_history(path: Path) -> tuple[Any, str | None]:
    """The same of the history, which goes on: what comes in now is found at the next start."""

    async def read() -> tuple[Any, str | None]:
        said: list[str] = []
        for again in (False, True):
            journal = Journal(path, on_notice=lambda notice: said.append(notice or ""))
            await journal.open()
            entries = await journal.entries(limit=None)
            await journal.taken()
            await journal.at(datetime.now(UTC))
            now_s = asyncio.get_running_loop().time()
            journal.record(Entry(at=datetime.now(UTC), steady_s=now_s, kind=EntryKind.STARTED))
            await journal.close()
            if again:
                assert entries[0].kind in (EntryKind.STARTED, EntryKind.CUT_OFF), entries[:3]
        return None, next(iter(said), None)

    with asyncio.Runner() as runner:
        return runner.run(read())


READERS: dict[str, Callable[[Path], tuple[Any, str | None]]] = {
    PROFILE: read_profile,
    SETTINGS: read_settings,
    HISTORY: read_history,
}


def damaged_everywhere(
    name: str, content: bytes, chance: random.Random, share: float
) -> Iterator[tuple[str, Outcome]]:
    """Yield what comes of each damage to a file with that content."""
    with tempfile.TemporaryDirectory(prefix="damage-", dir="/tmp") as place:
        path, read = Path(place) / name, READERS[name]
        path.write_bytes(content)
        whole, _ = read(path)
        for what, damaged in changed(content, chance, share):
            for left in Path(place).iterdir():
                left.unlink()
            path.write_bytes(damaged)
            yield what, _judged(path, damaged, read, whole)


def _judged(
    path: Path, damaged: bytes, read: Callable[[Path], tuple[Any, str | None]], whole: Any
) -> Outcome:
    outcome = Outcome()
    try:
        found, said = read(path)
    except SoftphoneError as error:
        outcome.faults.append(f"refused: {error.sentence}")
        return outcome
    except Exception as fault:  # noqa: BLE001 - a row of the table
        outcome.faults.append(f"it died: {fault!r}")
        return outcome
    if said is None and found != whole:
        outcome.lost.append(f"without a word: {found}")
    aside = [one for one in path.parent.iterdir() if ".damaged-" in one.name]
    if said is not None and aside and aside[0].read_bytes() != damaged:
        outcome.lost.append("what was set aside is not what was there")
    outcome.told = said is not None
    return outcome


# ---- every kind of damage, to the whole program


def _newer(path: Path) -> None:
    content = path.read_bytes()
    if content.startswith(b"SQLite"):
        content = content[: _USER_VERSION.start] + _LATER + content[_USER_VERSION.stop :]
        path.write_bytes(content)
    else:
        lines = [line for line in path.read_text().splitlines() if not line.startswith("checksum")]
        path.write_text("\n".join(lines).replace("version = 1", "version = 2"))


def _folder(path: Path) -> None:
    path.unlink()
    (path / "inside").mkdir(parents=True)


def _other(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def become(path: Path) -> None:
        path.unlink()
        make(path)

    return become


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "overwritten": lambda path: path.write_bytes(
        _put(path.read_bytes(), path.stat().st_size // 3, b"\xff" * 64)
    ),
    "UTF-16": lambda path: path.write_bytes(path.read_bytes().decode("latin-1").encode("utf-16")),
    "newer": _newer,
    "huge": lambda path: os.truncate(path, HUGE_BYTES),
    "folder": _folder,
    "pipe": _other(os.mkfifo),
    "link to nothing": _other(lambda path: path.symlink_to(path.parent / "nothing")),
    "link to no end": _other(lambda path: path.symlink_to("/dev/zero")),
    "link to a victim": _other(lambda path: path.symlink_to(_victim(path))),
}
VICTIM = "somebody else's words\n"


def _victim(path: Path) -> Path:
    victim = path.parent / "victim.txt"
    victim.write_text(VICTIM)
    return victim


def files_of(computer: Computer) -> list[str]:
    """Return every file that the program left, below its home; the renewal's lock by its pattern."""
    return sorted(str(path.relative_to(computer.home)) for path in computer.home.rglob("*") if path.is_file())


def damaged_whole(scene: Scene, home: Path, name: str, damage: str) -> Outcome:
    """Return what comes of a start on a copy of `home` in which one file is damaged so."""
    outcome = Outcome()
    computer = scene.computer
    shutil.rmtree(computer.home, ignore_errors=True)
    shutil.copytree(home, computer.home)
    path = computer.home / name
    DAMAGES[damage](path)
    life = scene.begin(*BY_TOKEN)
    try:
        life.until_registered(scene.account)
        works = True
    except (KilledError, AssertionError):
        works = False
    code = life.end()
    look_at_words(life, outcome)
    outcome.told = bool(life.said)
    if not works and (code != EXIT_USAGE or path.name not in life.said):
        outcome.faults.append(f"ended with {code}: {life.said}")
    if works and code != EXIT_OK:
        outcome.faults.append(f"ended with {code}: {life.said}")
    outcome.orphans += len(scene.live)
    if any(victim.read_text() != VICTIM for victim in computer.home.rglob("victim.txt")):
        outcome.faults.append("what a link led to was changed")
    is_seen = path.name in READERS and (damage, path.name) != (
        "overwritten",
        HISTORY,
    )  # rows have no checksum
    if works and is_seen and not any(f"{path.stem}.{why}-" in life.said for why in ("damaged", "newer")):
        outcome.lost.append(f"{damage} {name} without a word: {life.said}")
    return outcome
