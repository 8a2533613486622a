"""Every place that reads bytes or texts of somebody else: which reader of the table runs it, or why none."""

import re
from collections.abc import Mapping
from pathlib import Path

from tests.hostile.fuzz.readers import TARGETS

PACKAGE = Path(__file__).parents[3] / "softphone"

# What makes values of bytes and texts.
READS = re.compile(
    r"\bjson\.loads?\(|json\.decode\(|json\.Decoder\(|tomllib\.|parse_toml\(|read_json\(|\bconvert\("
    r"|fromisoformat\(|urlsplit\(|parse_qsl\(|parsedate_to_datetime\(|b64decode\(|sqlite3\.connect\("
    r"|zipfile\.ZipFile\(|decompressobj\(|\.decode\(\"|\.decode\(\)|load_verify_locations\(|readuntil\("
    r"|\.unpack|shlex\.split\(|read_address\(|read_file\(|plistlib\.|QueryValueEx\(|int\(limit|\.splitlines\("
)

_HANDED_ON = "hands it on to a reader of the table"
_OWN = "what this program has made itself"
ELSEWHERE: Mapping[str, str] = {
    "auth/token_service.py": _HANDED_ON,
    "checks/doctor.py": "rows that a child of ours says; words of the loader are a reader's",
    "checks/drills.py": "the desk of a simulated cloud that this program has started",
    "commands/checking.py": "three settings out of a file, each by settings/keys.py; all else is nothing",
    "commands/cloud.py": _HANDED_ON,
    "commands/signing.py": "accounts of the running program, by their type; else it is of another version",
    "headless/transport/door.py": "numbers of the system about a process",
    "sim/cloud.py": _HANDED_ON,
    "sim/connection.py": "heads that h11 has read",
    "sim/likeness/answers.py": "texts that are put in the place of others",
    "sim/request_journal.py": "run by the simulated cloud's requests, which nothing leaves unmasked",
    "sim/services/mint.py": _OWN,
    "sim/services/sign_in.py": "run by the simulated cloud's requests",
    "sim/sockets/frames.py": "the upgrade of a client of the simulated cloud, which wsproto has read",
    "system/folders.py": "whether a word stands in a file, by parse_toml",
    "system/launch.py": _OWN,
    "ui/desktop/bus.py": "the session's bus, read by jeepney",
    "ui/placement.py": "base64 for Qt, which judges it; anything else is left alone (its own tests)",
    "webex/messages/message_socket.py": "run by the addresses (with_query)",
    "webex/pools.py": "hosts that httpx has read, run by a whole answer",
    "webex/wdm.py": "whether a sentence stands in a body",
    "webex/webex_provider.py": "addresses, run by the registration",
    "webex/wss/connection.py": "addresses, run by the server lists",
    "wording/presentation.py": "hosts of addresses; one that nobody can read has none (its own tests)",
}


def reading() -> set[str]:
    paths = (path for path in PACKAGE.rglob("*.py") if READS.search(path.read_text(encoding="utf-8")))
    return {path.relative_to(PACKAGE).as_posix() for path in paths}


def test_each_place_that_reads_is_run_by_a_reader_or_says_why_not():
    covered = {module for target in TARGETS for module in target.modules}
    assert sorted(reading() - covered - ELSEWHERE.keys()) == []
    assert sorted(ELSEWHERE.keys() - reading()) == []
    assert sorted(ELSEWHERE.keys() & covered) == []


def test_the_table_names_what_is_there_and_each_reader_once():
    for module in {module for target in TARGETS for module in target.modules}:
        assert (PACKAGE / module).is_file(), module
    assert len({target.name for target in TARGETS}) == len(TARGETS)
