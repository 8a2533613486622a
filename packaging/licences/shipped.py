"""The licences of what a bundle has inside: for linux/about.py, the recipe of the bundle, and the tests."""

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution, metadata, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OF_QT = tuple(map(Path(__file__).with_name, ("LGPL-3.0.txt", "GPL-3.0.txt")))  # additions to the second
_TEXT = re.compile(r"\.dist-info/.*(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_OLDER_WORDS = {"MIT License": "MIT"}  # SPDX's names for what is classified only


def names() -> list[str]:
    """Return what the program with its window needs on this computer, without itself."""
    return sorted(set(_needed("softphone", {"window"})))


def stated(name: str) -> str:
    """Return what a distribution says that its licence is, in SPDX's words; "" where it says nothing."""
    about = metadata(name)
    words = (one.rpartition(" :: ")[2] for one in about.get_all("Classifier", ()))
    older = [_OLDER_WORDS[one] for one in words if one in _OLDER_WORDS]
    return about.get("License-Expression") or about.get("License") or " AND ".join(older)


def texts(name: str) -> list[Path]:
    """Return the files of a distribution's licence and of whom it names; Qt's wheels have none."""
    if name.startswith(("pyside6", "shiboken6")):
        return list(OF_QT)
    files = sorted(file for file in distribution(name).files or () if _TEXT.search(file.as_posix()))
    return [Path(str(distribution(name).locate_file(file))) for file in files]


def of_python() -> Path:
    """Return the licence of this Python and of what is inside it."""
    places = (sysconfig.get_path("stdlib"), sys.base_prefix)  # the second on Windows
    return next(file for place in places if (file := Path(place, "LICENSE.txt")).exists())


def of_system(library: str) -> Path | None:
    """Return what Debian says of the licence of a library of its own; None where it is not Debian's."""
    if not library.startswith("/"):
        return None
    below = library.removeprefix("/usr")  # dpkg may know it from the time before /lib was /usr/lib
    asked = ["dpkg-query", "--search", below, f"/usr{below}"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout  # nosec B603 # noqa: S603 - Debian's
    return Path("/usr/share/doc", re.split("[:,]", told)[0], "copyright") if told else None


def strangers(files: Iterable[str]) -> list[str]:
    """Return the distributions whose modules are among these, though the program does not need them."""
    owners = packages_distributions()
    tops = {re.split(r"[./\\]", file)[0] for file in files}
    return sorted(
        {canonicalize_name(one) for top in tops for one in owners.get(top, ())} - {*names(), "softphone"}
    )


def _needed(name: str, extras: set[str]) -> Iterator[str]:
    for one in map(Requirement, requires(name) or ()):
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield canonicalize_name(one.name)
            yield from _needed(one.name, one.extras)
