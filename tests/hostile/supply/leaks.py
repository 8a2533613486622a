"""What must stand in no file: secrets, by detect-secrets' patterns, and what should not be known of us."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.filters.heuristic import is_sequential_string
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin
from detect_secrets.plugins.keyword import DENYLIST, KeywordDetector

from tests.hostile.supply.tree import CHECKOUT

# Why a value may stand there, and the values. It is the same value in every file.
ALLOWED: dict[str, tuple[str, ...]] = {
    "the simulated cloud's own, and its first person, whom everybody may know": (
        *("demo-secret-of-the-simulated-cloud", "ada@example.com"),
    ),
    "invented passwords and secrets, of which a test asks where they went": (
        *("hunter2", "p%40ss", "p%40ss%C3%BC", "pass%40", "pa55word", "pw-canary", "s3cret"),
        "s3cret-of-the-test",
        *("p\\udce4ss", "\\xe2", "Bq0815-the-token-of-a-request", "Pw2342-the-secret-of-a-client"),
        *("ThisIsTheClientSecret0815", "Wm3tR8vLpN2cYd6hJ5sQ/fG+4kB1", "from-environment"),
        *("Bearer c2VjcmV0LXRva2VuLW9mLW5vYm9keQ", "47113\\\\", "d\\\\"),
        *("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ."),
        "NjY3OTQ0YjUtZDRhZC00ZGNlLWE2NzYtM2Y4_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f",
        "NzAwMTIzNDU2Nzg5abcdefghij_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f",
        "YjE1NjEtMmI0ZTctNDY0Zi1hYmNkLWVmMDEyMzQ1Njc4OQ_PF84_1eb65fdf-9643-417f-9974-ad72cae0e10f",
    ),
    "no secret: a public key, RFC 6455's sample, a line's stand-in in metrics, an invented machine": (
        *("ryvb4aqbbsHireHWlPQfxxqDHQJo6YkVYhE9imKt0b8=", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        *("6ec4a8d7d2f1", "3d1219c7c4c5404aaa1f6d2a48adfda4"),
    ),
    "mail addresses of nobody, where a short one is looked for": (
        *("ada@x.org", "a...@x.org", "to%40ada@x.org", "b@x.org"),
    ),
    "words and names": (
        *("SOFTPHONE_CLIENT_SECRET", "The secret of the client ID; taken out of the environment at once."),
        "device_code`, `password`, `jwe",
        "is the file in which an administrator delivers the client secret (test_cloud_file.py)",
        "is the file in which an administrator delivers the client secret (tests/test_config.py)",  # once
    ),
}
# What its surroundings make suspicious, not its own shape, is no secret where it is a row of letters, or a
# short word in small ones: a name, or invented, for no service takes it.
GUESSED = frozenset(
    {"Secret Keyword", "Basic Auth Credentials", "Base64 High Entropy String", "Hex High Entropy String"}
)
PLAIN = re.compile(r"[a-z]{1,8}(?:-\d)?")
# Of clouds in which nobody here has a key, and slow; and addresses in the internet, which are no secrets.
LEFT_OUT = frozenset(
    {"Cloudant Credentials", "IBM Cloud IAM Key", "IBM COS HMAC Credentials", "SoftLayer Credentials"}
    | {"Public IP (ipv4)"}
)
# Files that are hashes from end to end.
HASHES = re.compile(r"packaging/requirements/\w+\.txt")

PATTERNS = {
    "Webex token": re.compile(r"\b[\w-]{20,}_[A-Za-z0-9]{2,}_[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"),
    "Registry": re.compile(
        r"pypi\.(?:org|python)|pythonhosted\.|deb\.debian\.|archive\.ubuntu\.|registry\.npmjs|index-ur[l]"
    ),
    # But those of the names that RFC 2606 keeps for examples; and hosts of Webex, in tests of who is trusted.
    "E-mail address": re.compile(
        r"(?i)\b[\w.%+-]+@(?!(?:[\w-]+\.)*(?:example(?:\.com|\.org|\.net|\.invalid)?|webex(?:apis)?\.com)\b)"
        r"(?:[\w-]+\.)+[a-z]{2,}\b"
    ),
    "Folder of a person": re.compile(
        r"(?i)(?:/home/|/Users/|\bC:\\+Users\\+)(?!(?:ada|adal|user)\b)[a-z]\w*|/work/(?:main|wt|shared)\b"
    ),
}
HOUSE = ("Registry", "E-mail address", "Folder of a person")  # no secrets; the history may keep them


def leaks(texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield where something stands that must not: file, line and kind, never the thing itself."""
    allowed = {value for values in ALLOWED.values() for value in values}
    kinds: Mapping[str, type[BasePlugin]] = get_mapping_from_secret_type_to_class()
    plugins = [plugin() for kind, plugin in kinds.items() if kind not in LEFT_OUT]
    for name, text in texts:
        for kind, found in _found(name, text, plugins):
            plain = kind in GUESSED and (is_sequential_string(found) or PLAIN.fullmatch(found))
            if not plain and found not in allowed:
                yield f"{name}:{text[: text.find(found)].count(chr(10)) + 1}: {kind}"


def of_files(files: Iterable[Path], root: Path = CHECKOUT) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each file that has one."""
    for file in files:
        content = file.read_bytes()
        if b"\0" not in content:
            yield file.relative_to(root).as_posix(), content.decode("utf-8", "replace")


def of_history(log: str) -> Iterator[tuple[str, str]]:
    """Yield what `git log -p` says was ever added, a text for each change of a file, and each message."""
    for change in re.split(r"^(?=diff --git |commit )", log, flags=re.MULTILINE):
        name = re.search(r"^\+\+\+ b/(.*)", change, re.MULTILINE)
        if change.startswith("commit "):
            yield change.split("\n", 1)[0], change
        elif name:
            yield name[1], "\n".join(re.findall(r"^\+(?!\+\+ )(.*)", change, re.MULTILINE))


def _found(name: str, text: str, plugins: Sequence[BasePlugin]) -> Iterator[tuple[str, str]]:
    """Yield kind and value. Whole texts, not lines as detect-secrets does: it takes a sixth of the time."""
    for kind, pattern in PATTERNS.items():
        yield from ((kind, found[0]) for found in pattern.finditer(text))
    if HASHES.fullmatch(name):
        return
    for plugin in plugins:
        if isinstance(plugin, KeywordDetector):
            near = re.finditer(rf"(?i)^.*(?:{'|'.join(DENYLIST)}).*$", text, re.MULTILINE)
            found = {str(one.secret_value) for line in near for one in plugin.analyze_line(name, line[0])}
        elif isinstance(plugin, HighEntropyStringsPlugin):
            strings = set(plugin.analyze_string(text))
            found = {one for one in strings if plugin.calculate_shannon_entropy(one) > plugin.entropy_limit}
        else:
            found = set(plugin.analyze_string(text))
        yield from ((plugin.secret_type, one) for one in found)
