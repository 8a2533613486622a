"""A TOML file of this program: read within bounds, set aside when it cannot be used, replaced as a whole."""

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

T = TypeVar("T")


class TomlFile:
    """One file, with a `version` in it. `notice` says for a person why it was set aside, or could not be.

    `words` are the sentences for that: of a file that was "damaged" or is a "newer" program's, with `{file}`,
    its new name, and of one that is "stuck" in its place, with `{file}` and `{why}`.
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
            document = parse_toml(read_file(self.path, may_be=is_ours))
            found = understood(document)
        except FileNotFoundError:
            return None
        except (ValueError, ForeignFileError):
            self._set_aside("damaged")
            return None
        if document.get("version", VERSION) > VERSION:
            self._set_aside("newer")
            return None
        return found

    def write(self, document: Mapping[str, Any]) -> None:
        """Replace the file (0600). Raises OSError, and the old one is still there."""
        self.write_text(tomli_w.dumps(document))

    def write_text(self, text: str) -> None:
        """Do so with what is TOML already."""
        if not self.is_stuck:
            replace_file(self.path, text)

    def _set_aside(self, why: str) -> None:
        try:
            aside = set_aside(self.path, why)
        except OSError as error:
            self.is_stuck = True
            self.notice = phrase(self._words["stuck"], file=str(self.path), why=error.strerror or "")
            return
        self.notice = phrase(self._words[why], file=aside.name)
        _log.info("%s was set aside as %s", self.path, aside)
