"""The command of a release: what it signs, the program believes."""

import base64
import json
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from softphone.checks.update_source import read_update_source
from softphone.checks.updates import read_list

SCRIPT = Path(__file__).parents[2] / "packaging" / "sign-updates"
PAGE = "https://updates.example.com/1.2.0"
CHANGELOG = """# Changelog

About it.

## [Unreleased]

### Added

- Nothing yet.

## [1.2.0] - 2026-12-24

### Added

- Lines come *back*
  in `half` the time. And more.

## [1.1.0] - 2026-11-28

The old one.
"""

main: Callable[[Sequence[str]], int] = runpy.run_path(str(SCRIPT))["main"]
newest_release = main.__globals__["newest_release"]


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """The file of a build, with a key pair of its own; the private key is in the environment."""
    assert main(["new-key", str(tmp_path / "key")]) == 0
    file = tmp_path / "updates.toml"
    file.write_text(f'url = "https://updates.example.com/softphone.json"\n{capsys.readouterr().out}')
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(CHANGELOG)
    monkeypatch.setitem(main.__globals__, "SOURCE", file)
    monkeypatch.setitem(main.__globals__, "CHANGELOG", changelog)
    monkeypatch.setenv("SOFTPHONE_UPDATES_KEY", (tmp_path / "key").read_text())
    return file


def test_what_it_signs_the_program_believes(source: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["list", PAGE, str(tmp_path)]) == 0
    body, signature = (tmp_path / name for name in ("softphone.json", "softphone.json.sig"))
    assert capsys.readouterr().out.splitlines() == [str(body), str(signature)]
    update = read_list(body.read_bytes(), signature.read_bytes(), read_update_source(source.read_bytes()))
    assert (update.version, update.date.isoformat(), update.page) == ("1.2.0", "2026-12-24", PAGE)
    assert update.notes == "Lines come back in half the time."
    assert set(json.loads(body.read_text())) == {"version", "date", "notes", "page"}


def test_a_new_key_is_for_its_owner_alone_goes_over_no_other_and_is_not_printed(tmp_path: Path):
    file = tmp_path / "key"
    command = (sys.executable, SCRIPT, "new-key", file)
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    private = file.read_text().strip()
    assert len(base64.b64decode(private)) == 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert done.stdout.startswith('public_key = "')
    assert private not in done.stdout + done.stderr
    assert main(["new-key", str(file)]) == 1
    assert file.read_text().strip() == private


@pytest.mark.parametrize(
    ("key", "page", "words"),
    [
        ("", PAGE, "32 bytes"),
        ("not a key", PAGE, "32 bytes"),
        (base64.b64encode(bytes(32)).decode(), PAGE, "is not that of"),
        (None, "https://example.com/1.2.0", "another host"),
        (None, "http://updates.example.com/1.2.0", "another host"),
    ],
)
def test_what_the_program_would_not_take_is_not_written(
    source: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    key: str | None,
    page: str,
    words: str,
):
    if key is not None:
        monkeypatch.setenv("SOFTPHONE_UPDATES_KEY", key)
    assert main(["list", page, str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert (tmp_path / "key").read_text().strip() not in said.err
    assert not (tmp_path / "softphone.json").exists()


@pytest.mark.parametrize(
    ("changelog", "notes"),
    [
        (CHANGELOG, "Lines come back in half the time."),
        ("## [1.0.0] - 2026-01-01\n\nThe first one.\n\n### Added\n", "The first one."),
        ("## [1.0.0] - 2026-01-01\n- No full stop\n- Another", "No full stop"),
        ("## [1.0.0] - 2026-01-01\n- Version 1.0 is here", "Version 1.0 is here"),
    ],
)
def test_the_first_sentence_of_the_release_says_what_is_in_it(changelog: str, notes: str):
    assert newest_release(changelog)["notes"] == notes


@pytest.mark.parametrize("changelog", ["", "## [Unreleased]\n\n- More.\n", "## [1.0.0] - 2026-01-01\n"])
def test_a_changelog_without_a_release_is_refused(changelog: str):
    with pytest.raises(ValueError, match="no release"):
        newest_release(changelog)


def test_the_changelog_of_this_program_has_a_release_to_tell_of():
    file = main.__globals__["ROOT"] / "packaging" / "CHANGELOG.md"
    release = newest_release(file.read_text(encoding="utf-8"))
    assert 0 < len(release["notes"]) <= 300
