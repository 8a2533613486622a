"""A TOML file of this program: read within bounds, set aside when it cannot be used, replaced as a whole.

Its first line is a checksum of the others: a file that lost its end may still be good TOML, which would
forget an account, or a device at the service, without a word.
"""

import hashlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import tomli_w

from softphone.i18n import Phrase, phrase
from softphone.system.files import (
    ForeignFileError,
    is_ours,
    parse_toml,
    read_file,
    replace_file,
    set_aside,
    sweep,
)

_log = logging.getLogger(__name__)

VERSION = 1  # of every file of ours
CHECKSUM = "checksum"  # its key; a file without one is an older program's

T = TypeVar("T")


class TomlFile:
    """One file, with a `version` in it. `notice` says for a person why it was set aside, or could not be.

    `words` are the sentences for that: of a file that was "damaged" or is a "newer" program's, with `{file}`,
    its new name, and of one that is "stuck" in its place, with `{file}` and `{why}`. With words for "changed"
    people may write in it: what is not as we wrote it holds, if it is understood.
    """

    def __init__(self, path: Path, words: Mapping[str, str]) -> None:
        self.path = path
        self.notice: Phrase | None = None
        self.is_stuck: bool = False  # what is in it must not be lost: nothing is written
        self._words = words
        sweep(path)

    def read(self, understood: Callable[[dict[str, Any]], T]) -> T | None:
        """Return what `understood` makes of it; None when there is no file, or none any more.

        `understood` raises ValueError for what it cannot use. Raises OSError for a file that cannot be read.
        """
        try:
            content = read_file(self.path, may_be=is_ours)
            document = _document(content)
            found = understood(document)
        except FileNotFoundError:
            if self.path.is_symlink():  # to a disk that is not there just now, perhaps
                self._set_aside("damaged")
            return None
        except (ValueError, ForeignFileError):
            self._set_aside("damaged")
            return None
        if document.get("version", VERSION) > VERSION:
            self._set_aside("newer")
            return None
        if not _is_as_written(content):
            if "changed" not in self._words:
                self._set_aside("damaged")
                return None
            self.notice = phrase(self._words["changed"], file=self.path.name)
        return found

    def write(self, document: Mapping[str, Any]) -> None:
        """Replace the file (0600). Raises OSError, and the old one is still there."""
        self.write_text(tomli_w.dumps(document))

    def write_text(self, text: str) -> None:
        """Do so with what is TOML already."""
        if not self.is_stuck:
            replace_file(self.path, f"{_checksum_line(text.encode())}\n{text}")

    def _set_aside(self, why: str) -> None:
        try:
            aside = set_aside(self.path, why)
        except OSError as error:
            self.is_stuck = True
            self.notice = phrase(self._words["stuck"], file=str(self.path), why=error.strerror or "")
            return
        self.notice = phrase(self._words[why], file=aside.name)
        _log.info("%s was set aside as %s", self.path, aside)


def _document(content: bytes) -> dict[str, Any]:
    """Return what the file says. Raises ValueError, also for an empty one: nobody ever wrote that."""
    if not content.strip():
        raise ValueError("empty")
    document = parse_toml(content)
    document.pop(CHECKSUM, None)
    return document


def _checksum_line(rest: bytes) -> str:
    return f'{CHECKSUM} = "{hashlib.sha256(rest).hexdigest()}"'


def _is_as_written(content: bytes) -> bool:
    first, _, rest = content.partition(b"\n")
    return not first.startswith(CHECKSUM.encode()) or first == _checksum_line(rest).encode()
