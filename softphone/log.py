"""Logging: where records go, and the filter that keeps secrets out of all of them. Qt-free.

Every handler carries `Redaction`; the exception hook and the clipboard use `redact()` itself. What it hides
is listed in oauth.md 4.4.
"""

import logging
import logging.handlers
import re
import sys
from pathlib import Path

LOG_FILE_NAME = "softphone.log"
LOG_FILE_BYTES = 1_000_000
LOG_FILES_KEPT = 3
HIDDEN = "[hidden]"

_HIDDEN_FIELDS = (
    "access_token|refresh_token|id_token|client_secret|code_verifier|device_code|authorization|"
    "set-cookie|cookie|password|code|state|jwe|token"
)
_PATTERNS = (
    # name=value in an address or a form, "name": "value" in JSON, Name: value in a header
    re.compile(rf"(?i)([?&;\s\"'(]|^)((?:{_HIDDEN_FIELDS})[\"']?\s*[=:]\s*[\"']?)(?!\s)([^\s&\"',;)]+)"),
    re.compile(r"(?i)(\bbearer\s+)()([A-Za-z0-9._~+/=-]+)"),
    # a Webex token or code: three parts, the last one the organisation; a JSON web token
    re.compile(r"()()\b[A-Za-z0-9+/=-]{20,}_[A-Za-z0-9]{2,}_[0-9a-f]{8}-[0-9a-f-]{27}\b"),
    re.compile(r"()()\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"),
)
_HTTP_STATUS = re.compile(r"\d{3}")


def redact(text: str) -> str:
    """Return the text with everything hidden that could be a secret."""
    for pattern in _PATTERNS:
        text = pattern.sub(_hide, text)
    return text


class Redaction(logging.Filter):
    """Hides secrets in a record's message and in the text of its exception."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; never drops one."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = redact(logging.Formatter().formatException(record.exc_info))
        return True


def set_up(level: str, folder: Path | None) -> None:
    """Send records to `folder` (rotating, 0600) and, from WARNING on, to stderr.

    Raises ValueError for an unknown level. A folder of None keeps no file.
    """
    root = logging.getLogger()
    root.setLevel(level.upper())
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        handler.close()
    console = logging.StreamHandler(sys.stderr)
    console.setLevel(logging.WARNING)
    handlers: list[logging.Handler] = [console]
    if folder is not None:
        path = folder / LOG_FILE_NAME
        path.touch(mode=0o600)
        handlers.append(
            logging.handlers.RotatingFileHandler(
                path, maxBytes=LOG_FILE_BYTES, backupCount=LOG_FILES_KEPT, encoding="utf-8"
            )
        )
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
        handler.addFilter(Redaction())
        root.addHandler(handler)
    # These print whole addresses, query included, at INFO.
    for name in ("httpx", "httpcore", "hpack"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _hide(match: re.Match[str]) -> str:
    before, name, *value = match.groups()
    # "status code: 403" is no secret, and support needs it.
    if value and name.lower().startswith("code") and _HTTP_STATUS.fullmatch(value[0]):
        return match.group(0)
    return f"{before}{name}{HIDDEN}"
