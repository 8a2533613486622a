"""Logging: where records go, and the filter that keeps secrets out of all of them. Qt-free.

Every handler carries `Redaction`; the exception hook and the clipboard use `redact()` itself. What it hides
is listed in sign-in.md#secrets.
"""

import contextlib
import logging
import logging.handlers
import os
import re
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

from softphone.errors import ConfigError
from softphone.system import live_secrets
from softphone.system.files import ForeignFileError, open_ours
from softphone.system.live_secrets import HIDDEN

LOG_FILE_NAME = "softphone.log"
LOG_FILE_BYTES = 1_000_000
LOG_FILES_KEPT = 3

# Up to the closing quote, however often it is escaped; or bare, as in an address, a form or a sentence.
# Possessive, for a text may be a stranger's: nothing is looked at again and again.
_ESCAPES = r"\\{0,31}+"
_QUOTED = rf"(?P<quote>{_ESCAPES}[\"'])(?:(?!(?P=quote))(?:\\.|[^\r\n]))*+"
_BARE = r"(?:(?!%26)[^\s&\"',;)<>}])++"
_SEPARATOR = rf"{_ESCAPES}[\"']?[ \t]*+(?:[:=]|%3D)[ \t]*+(?:b(?=[\"']))?"
_PATTERNS = (
    # headers of which everything is secret, to the end of the line: in a log of requests, or as a pair
    re.compile(
        r"(?i)(?P<name>\b(?:authorization|set-cookie|cookie|location)(?:"
        rf"{_SEPARATOR}|[\"'],[ \t]*b?(?=[\"'])))(?:{_QUOTED}|[^\r\n]+)"
    ),
    # name=value in an address or a form, "name": "value" in JSON
    re.compile(
        r"(?i)(?P<name>(?:(?:access_|refresh_|id_)?token|client_secret|code_verifier|device_code|password|jwe"
        rf"|(?:(?<![\w-])|(?<=%3F)|(?<=%26))code){_SEPARATOR})(?:{_QUOTED}|{_BARE})"
    ),
    # the same, but "state: registered" is a sentence of ours
    re.compile(
        r"(?i)(?P<name>(?:(?<![\w-])|(?<=%3F)|(?<=%26))state"
        rf"(?:{_ESCAPES}[\"'][ \t]*+:|[ \t]*+=|%3D)[ \t]*+)(?:{_QUOTED}|{_BARE})"
    ),
    re.compile(r"(?i)(?P<name>\bbearer\s+)(?P<quote>)[A-Za-z0-9._~+/=-]+"),
    # a Webex token or code: three parts, the last one the organisation; a JSON web token or key
    re.compile(
        r"(?P<name>)(?P<quote>)(?<![A-Za-z0-9+/-])[A-Za-z0-9+/-]{20,}={0,2}_[A-Za-z0-9]{2,}_[0-9a-f]{8}-[0-9a-f-]{27}\b"
    ),
    re.compile(
        r"(?P<name>(?<![A-Za-z0-9_-])(?:(?!\beyJ)[A-Za-z0-9_-])*+)(?P<quote>)"
        r"eyJ[A-Za-z0-9_-]{10,}+(?:\.[A-Za-z0-9_-]*+){2,4}"
    ),
)
# "status code: 403" and "exit code: 2" are no secrets, and support needs them.
_PLAIN_CODE = re.compile(r"(?i)code\W+\d{1,4}")


def redact(text: str) -> str:
    """Return the text with everything hidden that is a secret of ours, or could be one."""
    text = live_secrets.hide(text)
    for pattern in _PATTERNS:
        text = pattern.sub(_hide, text)
    return text


class Redaction(logging.Filter):
    """Hides secrets in a record's message and in the text of its exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drops one."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:  # perhaps written by a handler that is not ours
            record.exc_text = redact(record.exc_text)
        return True


def set_up(level: str, folder: Path | None) -> None:
    """Send records to `folder` (rotating, 0600) and, from WARNING on, to stderr.

    A file that cannot be written is said once on stderr, and what happens is not in it. Raises ValueError for
    an unknown level, ConfigError for a link or something foreign in the file's place. A folder of None keeps
    no file.
    """
    root = logging.getLogger()
    root.setLevel(level.upper())
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        handler.close()
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    _add(console)
    if folder is not None and (file := _open_file(folder / LOG_FILE_NAME)) is not None:
        _add(file)
    # These print whole addresses, query included, at INFO.
    for name in ("httpx", "httpcore", "hpack"):
        logging.getLogger(name).setLevel(logging.WARNING)


def erase() -> bool:
    """Empty the log and delete those before it; whether that went well."""
    files = [handler for handler in logging.getLogger().handlers if isinstance(handler, _PrivateFile)]
    try:
        for file in files:
            file.erase()
    except OSError as error:
        logging.getLogger(__name__).info("the log could not be deleted: %s", error.strerror)
        return False
    return True


class _Rows(logging.Formatter):
    """Times as RFC 3339 has them, with the zone: a file is read elsewhere and later."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802
        """Return when it was logged (override)."""
        del datefmt
        return datetime.fromtimestamp(record.created, UTC).astimezone().isoformat(timespec="milliseconds")


class _PrivateFile(logging.handlers.RotatingFileHandler):
    """A rotating file that only its owner can read, also after it was rotated, and that may fail."""

    _failing = False

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding=self.encoding, opener=_open_ours)

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; say once that it cannot be written, and again only after it could."""
        failed_before, self._failing = self._failing, False
        super().emit(record)
        if self._failing and not failed_before:
            _say_unwritten(Path(self.baseFilename), self._why)

    def erase(self) -> None:
        """Empty the file and delete those before it. Raises OSError."""
        path = Path(self.baseFilename)
        with self.lock or contextlib.nullcontext():
            os.truncate(path, 0)
            for number in range(1, self.backupCount + 1):
                path.with_name(f"{path.name}.{number}").unlink(missing_ok=True)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        """Note that a record was not written; what is no trouble of the disk is a fault of ours."""
        error = sys.exc_info()[1]
        if isinstance(error, OSError):
            self._failing, self._why = True, error.strerror or ""
        else:
            super().handleError(record)


def _open_ours(path: str, flags: int) -> int:
    return open_ours(Path(path), flags)


def _open_file(path: Path) -> logging.Handler | None:
    try:
        return _PrivateFile(path, maxBytes=LOG_FILE_BYTES, backupCount=LOG_FILES_KEPT, encoding="utf-8")
    except ForeignFileError as error:
        raise ConfigError(
            f"{path}: cannot be written ({error.strerror}). "
            "Move it away, or set SOFTPHONE_HOME to another folder.",
            title="No place to keep the log",
        ) from error
    except OSError as error:
        _say_unwritten(path, error.strerror or "")
        return None


def _add(handler: logging.Handler) -> None:
    handler.setFormatter(_Rows("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(Redaction())
    logging.getLogger().addHandler(handler)


def _say_unwritten(path: Path, why: str) -> None:
    if sys.stderr is not None:  # None in a Windows program without a console
        with contextlib.suppress(OSError, ValueError):  # nobody reads it
            sys.stderr.write(f"softphone: No log is kept: {path} cannot be written ({why}).\n")


def _hide(match: re.Match[str]) -> str:
    if _PLAIN_CODE.fullmatch(match[0]):
        return match[0]
    return f"{match['name']}{match['quote'] or ''}{HIDDEN}"
