"""Looks for secrets in all that a test run leaves.

`python -m tests.house.canary [--folder F] [PYTEST ARGUMENTS]`.
Runs the whole suite (or what the arguments name) with every logger at DEBUG, every home and temporary folder
below one folder that is kept, and every secret marked (tests/kit/secrets.py); texts of all widgets are
down at the end of each test, diagnostics when a panel closes. Then reads every file: logs, stderr and stdout,
databases, crash reports, what the web engine wrote. Exit code 1 for a hit or a failed test. Needs an X
display; as root also QTWEBENGINE_DISABLE_SANDBOX=1.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from tests.kit import secrets

CHECKOUT = Path(__file__).parents[2]
SCANNED = ("home", "tmp", "run", "out")

# What may hold secrets, and why: tests made it, not the program.
EXPECTED = {
    "*/keys.json": "stands in for the keyring that two processes share (renewing_process.py)",
    "*/secret": "is the file in which an administrator delivers the client secret (test_cloud_file.py)",
    "*/test_the_zip_*/softphone.log*": "is a log with a secret planted, which the export hides",
}
LEFT_OUT = {
    "tests/house/test_canary.py": "plants secrets",
    "tests/house/test_imports.py": "counts modules, and marking loads two more",
}

_SITE = "from tests.kit.secrets import mark_what_is_made\nmark_what_is_made()\n"


@dataclass(frozen=True, slots=True)
class Findings:
    """What a scan found: hits by place and name of the secret."""

    hits: Mapping[tuple[str, str], int]
    files: int
    size_bytes: int
    passed_over: tuple[str, ...]

    def report(self) -> str:
        """The hits, a line for each, and a line that sums up."""
        rows = [f"HIT  {place}: {name}, {count} times" for (place, name), count in sorted(self.hits.items())]
        rows += [f"passed over: {name}, which {EXPECTED[name]}" for name in self.passed_over]
        total = sum(self.hits.values())
        rows.append(f"{total} hits in {self.files} files, {self.size_bytes / 1e6:.1f} MB")
        return "\n".join(rows) + "\n"


def scan(folder: Path) -> Findings:
    """Look for every form of every secret in every file of a run, and in the files' names."""
    hits: Counter[tuple[str, str]] = Counter()
    passed_over: set[str] = set()
    files = size_bytes = 0
    patterns = secrets.patterns()
    for path in (path for name in SCANNED for path in _files(folder / name)):
        place = str(path.relative_to(folder))
        if expected := [name for name in EXPECTED if fnmatch(place, name)]:
            passed_over.update(expected)
            continue
        content = place.encode() + b"\n" + content_of(path)
        files += 1
        size_bytes += len(content)
        for name, pattern in patterns.items():
            if count := len(pattern.findall(content)):
                hits[place, name] += count
    return Findings(hits, files, size_bytes, tuple(sorted(passed_over)))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path


def content_of(path: Path) -> bytes:
    """What is in a file, and in an archive what it holds."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            content += b"".join(archive.read(member) for member in archive.namelist())
    return content


def run(folder: Path, arguments: list[str]) -> int:
    """Run pytest with everything it writes below the folder; return its exit code."""
    places = {name: folder / name for name in (*SCANNED, "own")}
    for place in places.values():
        place.mkdir(mode=0o700)
    (places["own"] / "sitecustomize.py").write_text(_SITE)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environment = inherited | {
        "HOME": str(places["home"]),
        "TMPDIR": str(places["tmp"]),
        "SOFTPHONE_HOME": str(places["home"] / "softphone"),
        "XDG_RUNTIME_DIR": str(places["run"]),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(places["own"]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([str(places["own"]), str(CHECKOUT)]),
        "CANARY_OUT": str(places["out"]),
    }
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.house.canary_plugin",
        "-p",
        "no:cacheprovider",
        "-q",
    ]
    command += [f"--basetemp={places['tmp'] / 'p'}", "-o", "tmp_path_retention_policy=all"]
    command += [f"--ignore={one}" for one in LEFT_OUT]
    with (places["out"] / "stdout").open("wb") as out, (places["out"] / "stderr").open("wb") as err:
        return subprocess.run(
            [*command, *arguments], cwd=CHECKOUT, env=environment, stdout=out, stderr=err, check=False
        ).returncode


def main() -> int:
    """Run, scan, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--folder", type=Path, help="keep everything there instead of in a new folder")
    options, arguments = parser.parse_known_args()
    # Below /tmp whatever TMPDIR says: the sockets of the tests need a short path.
    folder: Path = options.folder or Path(tempfile.mkdtemp(prefix="c-", dir="/tmp"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    code = run(folder, arguments)
    lines = (folder / "out" / "stdout").read_text(errors="replace").splitlines()
    findings = scan(folder)
    sys.stdout.write(f"pytest: {lines[-1] if lines else 'no output'} (exit code {code})\n")
    for name, reason in LEFT_OUT.items():
        sys.stdout.write(f"left out: {name}, which {reason}\n")
    sys.stdout.write(
        "left out: the widget signInLink, whose address is there to be copied and holds the state\n"
    )
    sys.stdout.write(f"kept: {folder}\n{findings.report()}")
    return int(code != 0 or bool(findings.hits))


if __name__ == "__main__":
    sys.exit(main())
