"""Writes what a package says of the program: `about.py FOLDER`.

The manual page and the completions are made from the parser of the command line, the list of releases from
the changelog, the licences from what is bundled. MAINTAINER is in the environment, and in a release HOME_URL:
then the metainfo names the project's home and pictures.
"""

import gzip
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from importlib import metadata
from pathlib import Path

import softphone
from softphone.commands.help import completion
from softphone.commands.window import EXAMPLES
from softphone.exit_codes import MEANINGS
from softphone.system.folders import APP_ID

PACKAGING = Path(__file__).parents[1]
sys.path.insert(0, str(PACKAGING / "licences"))

import shipped  # noqa: E402 - beside this folder

CHANGELOG = PACKAGING / "CHANGELOG.md"
METAINFO = f"{APP_ID}.metainfo.xml"
PICTURES = {  # of resources/screenshots
    "panel-hero-light.png": "A line that can be reached",
    "panel-list-light.png": "Many lines, trouble first",
    "panel-hero-trouble-dark.png": "Why a line cannot be reached, and what mends it",
}
FILES = {
    "~/.config/softphone": "Accounts, wishes and settings of each profile, and cloud.toml if there is one. "
    "No secret.",
    "~/.local/state/softphone": "The history and the log.",
    "/etc/softphone/policy.toml": "What an organisation has set.",
}
VARIABLES = {
    "SOFTPHONE_HOME": "A folder that has both the configuration and the state.",
    "SOFTPHONE_CLIENT_SECRET": "The secret of the client ID; taken out of the environment at once.",
    "NO_COLOR": "Print without colours.",
    "LC_ALL, LC_TIME, LANGUAGE, LANG": "Language and formats.",
}
ABOUT_QT = """\
Qt and its web engine are used under the GNU Lesser General Public License, version 3
(_internal/licences/pyside6); they are separate files in _internal/PySide6 and may be replaced.
Chromium, which is inside the web engine, is under the licences that its page chrome://credits lists.
Python is under the licence of the Python Software Foundation. Its libraries and ours:
"""


def main() -> None:
    """Write all of it."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "softphone.1.gz").write_bytes(_packed(_manual()))
    for shell, name in (("bash", "softphone.bash"), ("zsh", "_softphone"), ("fish", "softphone.fish")):
        (folder / name).write_text(completion(shell))
    (folder / "NEWS.gz").write_bytes(_packed(CHANGELOG.read_text(encoding="utf-8")))
    (folder / "changelog.gz").write_bytes(_packed("\n".join(_debian_changelog())))
    (folder / "copyright").write_text(_copyright(), encoding="utf-8")
    (folder / METAINFO).write_text(_metainfo(os.environ.get("HOME_URL", "")), encoding="utf-8")


def _output(tool: str, *arguments: str) -> str:
    command = [str(Path(sys.executable).parent / tool), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # nosec B603 # noqa: S603 - tools of this environment


def _packed(text: str) -> bytes:
    return gzip.compress(text.encode(), 9, mtime=0)


def _manual() -> str:
    """Return the page: options from the parser, and the sections that a page has beside them."""
    sections = {
        "EXAMPLES": f".nf\n{_roff(EXAMPLES)}.fi",
        "EXIT STATUS": _rows({str(code): f"{words}." for code, words in MEANINGS.items()}),
        "FILES": _rows(FILES),
        "ENVIRONMENT": _rows(VARIABLES),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".inc", encoding="utf-8") as more:
        more.writelines(f"[{name}]\n{text}\n" for name, text in sections.items())
        more.flush()
        page = _options(more.name)
    return re.sub(r"\.SH COMMENTS\n.*?(?=\.SH EXAMPLES)", "", page, flags=re.DOTALL)  # they are in sections


def _roff(text: str) -> str:
    return text.replace("\\", r"\e").replace("-", r"\-").replace("\n.", "\n\\&.")


def _rows(rows: dict[str, str]) -> str:
    return "\n".join(f".TP\n\\fB{_roff(name)}\\fR\n{_roff(text)}" for name, text in rows.items())


def _options(more: str) -> str:
    return _output(
        "argparse-manpage",
        *("--include", more),
        *("--module", "softphone.commands.shared.parser", "--function", "build_parser"),
        *("--project-name", "softphone", "--version", softphone.__version__),
        *("--description", "keep Webex Calling lines registered"),
        *("--manual-title", "User Commands", "--author", "The softphone registration panel authors"),
    )


def _releases() -> list[tuple[str, str]]:
    """Return version and day of each release, the newest first."""
    heading = re.compile(r"^## \[(\d[^]]*)\] - (\S+)$", re.MULTILINE)
    return heading.findall(CHANGELOG.read_text(encoding="utf-8"))


def _debian_changelog() -> Iterator[str]:
    """Yield the rows of deb-changelog(5); what changed for people is in NEWS."""
    for version, day in _releases():
        at = format_datetime(datetime.fromisoformat(f"{day}T12:00:00+00:00"))
        yield f"softphone ({version}) stable; urgency=medium\n\n  * See NEWS.gz.\n"
        yield f" -- {os.environ['MAINTAINER']}  {at}\n"


def _copyright() -> str:
    parts = [(PACKAGING.parent / "LICENSE").read_text(encoding="utf-8"), ABOUT_QT]
    for name in shipped.names():
        own = [file.read_text(encoding="utf-8") for file in shipped.texts(name) if file not in shipped.OF_QT]
        parts.append("\n\n".join([f"{name} {metadata.version(name)}: {shipped.stated(name)}", *own]))
    return f"\n\n{'-' * 70}\n\n".join(part.strip() for part in parts) + "\n"


def _metainfo(home: str) -> str:
    text = (PACKAGING / "linux" / METAINFO).read_text(encoding="utf-8")
    releases = "\n".join(f'    <release version="{version}" date="{day}"/>' for version, day in _releases())
    text = text.replace("@RELEASES@", releases)
    if not home:
        return text
    raw = f"{home}/raw/v{softphone.__version__}/resources/screenshots"
    pictures = "\n".join(
        f"    <screenshot{' type=' + chr(34) + 'default' + chr(34) if not place else ''}>"
        f"<caption>{caption}</caption><image>{raw}/{name}</image></screenshot>"
        for place, (name, caption) in enumerate(PICTURES.items())
    )
    return text.replace(
        "  <releases>",
        f'  <url type="homepage">{home}</url>\n  <url type="bugtracker">{home}/issues</url>\n'
        f"  <screenshots>\n{pictures}\n  </screenshots>\n  <releases>",
    )


if __name__ == "__main__":
    main()
