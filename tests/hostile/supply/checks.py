"""What is asked of all that goes out. Each check returns what is wrong, a line each."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.hostile.supply.leaks import HOUSE, leaks, of_files, of_history
from tests.hostile.supply.tree import CHECKOUT, git, kept
from tests.packaging.test_pins import REQUIREMENTS, chosen

LIMIT_S = 600

# A licence that ours, MIT, may be given away with, and what it asks for.
LICENCES = {
    "0BSD": "nothing",
    "Apache-2.0": "its text and its NOTICE",
    "BSD-2-Clause": "its text",
    "BSD-3-Clause": "its text",
    "LGPL-3.0-only": "its text, and that the library can be replaced: Qt's are files of their own",
    "MIT": "its text",
    "MIT-0": "nothing",
    "MPL-2.0": "its text, and where the source of its unchanged files is",
    "PSF-2.0": "its text",
}
# Of what this computer need not have.
ELSEWHERE = {
    "pyside6-pdf": "LGPL-3.0-only",  # on Python 3.12 and newer, as the next
    "pyside6-webengine": "LGPL-3.0-only",
    "pywin32-ctypes": "BSD-3-Clause",  # on Windows
}
# A version of which everybody knows that it is vulnerable: who does not say so was not really asked.
KNOWN = f"h11==0.14.0 --hash=sha256:{'0' * 64}\n"

_UNREASONED = re.compile(r"# noqa: S\d+\b(?! - \w)|# nose[c]\b(?! B\d+ # noqa: S)")


class NotAskedError(Exception):
    """Nobody answered: that nothing was found says nothing."""


def ruff(root: Path = CHECKOUT) -> list[str]:
    """Ask ruff's S of every file of Python."""
    return _told("ruff", "check", "--select", "S", "--quiet", "--output-format", "concise", root=root)


def bandit(root: Path = CHECKOUT) -> list[str]:
    """Ask bandit about the Python that goes out or makes what goes out."""
    files = [file for file in kept(root) if _speaks(file, "python") and root / "tests" not in file.parents]
    form = ("--format", "custom", "--msg-template", "{relpath}:{line}: {test_id} {msg}")
    return _told("bandit", "--quiet", "--configfile", "pyproject.toml", *form, *files, root=root)


def reasons(root: Path = CHECKOUT) -> list[str]:
    """Look for a rule of safety that is switched off without a word why."""
    return [
        f"{file.relative_to(root)}:{number}: no reason is given"
        for file in kept(root)
        if _speaks(file, "python")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if _UNREASONED.search(line)
    ]


def shellcheck(root: Path = CHECKOUT) -> list[str]:
    """Ask shellcheck about every script of the shell."""
    files = [file for file in kept(root) if _speaks(file, "bash|sh")]
    return _told("shellcheck", "-x", "-P", "SCRIPTDIR", "--format", "gcc", *files, root=root)


def workflows(root: Path = CHECKOUT) -> list[str]:
    """Ask zizmor what others could do with what GitHub runs."""
    return _told("zizmor", "--offline", "--quiet", "--min-severity=medium", ".github", root=root)


def secrets(root: Path = CHECKOUT) -> list[str]:
    """Look through every file that belongs to the checkout."""
    return sorted(leaks(of_files(kept(root), root)))


def secrets_of_the_past(root: Path = CHECKOUT) -> list[str]:
    """Look for secrets in every commit that this one grew from, and in what was said of it."""
    form = ("--unified=0", "--no-color", "--no-ext-diff", "--format=commit %h%n%B")
    log = git("log", "--patch", *form, root=root)
    if log is None:
        raise NotAskedError("this is no clone")
    return sorted({leak for leak in leaks(of_history(log)) if not leak.endswith(HOUSE)})


def licences() -> list[str]:
    """Look whether what this system's bundle has inside may be given away, and is with its licence's text."""
    shipped = runpy.run_path(str(CHECKOUT / "packaging" / "licences" / "shipped.py"))
    found = []
    for name in _pinned("run.txt"):
        try:
            stated, texts = shipped["stated"](name), shipped["texts"](name)
        except PackageNotFoundError:
            stated, texts = ELSEWHERE.get(name, ""), [CHECKOUT]
        if not may_go_out(stated):
            found.append(f"{name}: its licence is {stated or 'not stated'}, which nobody has judged yet")
        if not texts:
            found.append(f"{name}: it brings no text of its licence")
    return found


def may_go_out(stated: str) -> bool:
    """Whether we may give away what is under these licences, in SPDX's words: all of one alternative."""
    alternatives = re.split(r"\s+OR\s+", stated)
    return any(LICENCES.keys() >= set(re.split(r"\s+AND\s+", one)) for one in alternatives)


def installed() -> list[str]:
    """Look whether what the tests run with is what is pinned. What is not here at all, other tests miss."""
    found = []
    for name, pinned in _pinned("test.txt").items():
        with suppress(PackageNotFoundError):
            if (here := version(name)) != pinned:
                found.append(f"{name}: {here} is installed, {pinned} is pinned")
    return found


def vulnerabilities() -> list[str]:
    """Ask whether a vulnerability of what is pinned is known. Raises NotAskedError where nobody answers."""
    with tempfile.TemporaryDirectory() as folder:
        canary = Path(folder, "canary.txt")
        canary.write_text(KNOWN, encoding="utf-8")
        if not _known_of(canary):
            raise NotAskedError(f"the answer knows of no vulnerability of {KNOWN.split(maxsplit=1)[0]}")
    # One after the other: it takes two versions of a package for a mistake.
    return sorted({one for file in REQUIREMENTS.glob("*.txt") for one in _known_of(file)})


def _known_of(file: Path) -> list[str]:
    options = ("--format=json", "--progress-spinner=off", "--disable-pip", "--require-hashes")
    done = _run("pip-audit", *options, f"--requirement={file}")
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, LookupError):
        raise NotAskedError(f"pip-audit: {(done.stderr or done.stdout).strip()[-200:]}") from None
    unknown = [one["skip_reason"] for one in told if "skip_reason" in one]
    if unknown:
        raise NotAskedError(f"{unknown[0]} ({len(unknown)} of {len(told)})")
    return [
        f"{one['name']} {one['version']}: {each['id']}, mended in {each['fix_versions'] or 'no version'}"
        for one in told
        for each in one["vulns"]
    ]


def _pinned(name: str) -> dict[str, str]:
    return chosen(name, f"{sys.version_info.major}.{sys.version_info.minor}", sys.platform)


def _speaks(file: Path, program: str) -> bool:
    """Whether a file is of Python, or is started by this program."""
    with file.open("rb") as opened:
        head = opened.read(80).split(b"\n")[0].decode("utf-8", "replace")
    by_name = program == "python" and file.suffix in {".py", ".spec"}
    return by_name or re.match(rf"#!.*\b({program})\d?$", head) is not None


def _told(tool: str, *arguments: object, root: Path) -> list[str]:
    """Return the lines of a tool that found something."""
    done = _run(tool, *arguments, root=root)
    return (done.stdout or done.stderr).strip().splitlines() if done.returncode else []


def _run(tool: str, *arguments: object, root: Path = CHECKOUT) -> subprocess.CompletedProcess[str]:
    beside = str(Path(sys.executable).parent)
    found = shutil.which(tool, path=beside) or shutil.which(tool)
    if found is None:
        raise NotAskedError(f"{tool} is not installed; packaging/audit brings it")
    command = [found, *map(str, arguments)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=LIMIT_S, check=False)


# What packaging/test asks, by what is asked about; and what takes a clone, tools of a release or the network.
ALWAYS: dict[str, Callable[[], list[str]]] = {
    "code: bandit": bandit,
    "code: each exception has its reason": reasons,
    "scripts: shellcheck": shellcheck,
    "secrets in the files": secrets,
    "licences of what goes out": licences,
}
BESIDE: dict[str, Callable[[], list[str]]] = {
    "what is installed is what is pinned": installed,
    "code: ruff's S": ruff,
    "workflows: zizmor": workflows,
    "secrets in the history": secrets_of_the_past,
}
ONLINE: dict[str, Callable[[], list[str]]] = {"known vulnerabilities": vulnerabilities}
