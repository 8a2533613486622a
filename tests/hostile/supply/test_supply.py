"""What goes out is clean by every check, and each check sees what is planted for it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.supply import checks
from tests.hostile.supply.leaks import leaks, of_history
from tests.hostile.supply.tree import CHECKOUT

# In two parts each: here stands no secret.
PLANTED = {
    "a private key": "-----BEGIN RSA PRIV" + "ATE KEY-----",
    "a password": 'password = "correct horse' + ' battery"',
    "a random string": "key_of = 'kT9vQ2xWmZ4pLs8R" + "uY6bN1cHdF3gJ5aE'",
    "a key of a cloud": "AKIA" + "IOSFODNN7EXAMPLE",
    "a token of GitHub": "ghp_" + "Aa1" * 12,
    "a token of Slack": "xoxb-" + "123456789012-123456789012-" + "abCD" * 6,
    "a key of Stripe": "sk_" + "live_" + "Aa1" * 8,
    "a signed token": "eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiJzb21lYm9keSJ9." + "c2lnbmF0dXJl",
    "a token of Webex": "ZDI3MGEyYzQtNmFlNS00NDNhLWFl" + "_PF84_" + "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
    "a password in an address": "http://proxy:Tr0ub4" + "dor@proxy.example.com",
    "a registry": "https://pyp" + "i.org/simple",
    "an address of a person": "somebody@" + "company.com",
    "a folder of a person": "/home/" + "somebody/secrets",
}


@pytest.mark.parametrize("check", checks.ALWAYS.values(), ids=checks.ALWAYS)
def test_nothing_is_found(check: Callable[[], list[str]]):
    assert check() == []


def test_what_is_installed_is_what_is_pinned():
    """But where CI takes the oldest versions instead."""
    assert checks.installed() == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout without git, which has only what a test plants."""
    shutil.copy(CHECKOUT / "pyproject.toml", tmp_path)
    (tmp_path / "softphone").mkdir()
    return tmp_path


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_what_must_not_be_there_is_found_and_not_repeated(tree: Path, planted: str):
    (tree / "softphone" / "notes.txt").write_text(f"# Notes\n\n{planted}\n")
    found = checks.secrets(tree)
    assert found
    assert all(one.startswith("softphone/notes.txt:3: ") for one in found)
    assert planted not in "".join(found)


def test_what_was_taken_out_again_is_found_in_the_history():
    key = PLANTED["a private key"]
    log = f"commit 1\nMore\n\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+{key}\n"
    assert list(leaks(of_history(log))) == ["x:1: Private Key"]
    assert list(leaks(of_history(log.replace("\n+-", "\n--")))) == []
    assert list(leaks(of_history(f"commit 1\n{key}\n"))) == ["commit 1:2: Private Key"]


@pytest.mark.parametrize("line", ["subprocess.call(command, shell=True)", "yaml.load(text)"])
def test_bandit_sees_what_is_dangerous(tree: Path, line: str):
    (tree / "softphone" / "bad.py").write_text(f"import subprocess\nimport yaml\n{line}\n")
    assert "softphone/bad.py:3: B" in "".join(checks.bandit(tree))


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# noqa: S" + "101", True),
        ("# noqa: S" + "101 - it is", False),
        ("# nose" + "c", True),
        ("# nose" + "c B311 # noqa: S" + "311", True),
        ("# nose" + "c B311 # noqa: S" + "311 - jitter", False),
        ("# noqa: E501", False),
    ],
)
def test_an_exception_without_a_reason_is_found(tree: Path, comment: str, found: bool):
    (tree / "softphone" / "it.py").write_text(f"x = 1  {comment}\n")
    assert checks.reasons(tree) == (["softphone/it.py:1: no reason is given"] if found else [])


def test_shellcheck_sees_a_name_without_quotes(tree: Path):
    (tree / "clean").write_text("#!/usr/bin/env bash\nrm -r $1\n")
    assert "SC2086" in "".join(checks.shellcheck(tree))


@pytest.mark.parametrize(
    ("stated", "may"),
    [
        ("MIT", True),
        ("GPL-2.0-only OR LGPL-3.0-only", True),
        ("Apache-2.0 AND BSD-2-Clause", True),
        ("MIT AND GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("", False),
    ],
)
def test_a_licence_that_nobody_has_judged_may_not_go_out(stated: str, may: bool):
    assert checks.may_go_out(stated) == may


def test_a_dependency_without_a_known_licence_is_named(monkeypatch: pytest.MonkeyPatch):
    pins = {"httpx": "1", "unheard-of": "1", "pytest-xdist": "1"}
    monkeypatch.setattr(checks, "_pinned", lambda name: pins)
    monkeypatch.delitem(checks.LICENCES, "BSD-3-Clause")
    assert checks.licences() == [
        "httpx: its licence is BSD-3-Clause, which nobody has judged yet",
        "unheard-of: its licence is not stated, which nobody has judged yet",
    ]


def test_another_version_than_the_pinned_one_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(checks, "_pinned", lambda name: {"bandit": "0.1", "unheard-of": "1"})
    [found] = checks.installed()
    assert found.startswith("bandit: ")


class TestVulnerabilities:
    """pip-audit is played: the one database it knows cannot be asked by a test."""

    @pytest.fixture
    def says(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
        def say(of_canary: str, of_pins: str = "") -> None:
            for name, text in (("canary", of_canary), ("pins", of_pins)):
                (tmp_path / name).write_text(text)
            program = tmp_path / "pip-audit"
            program.write_text(
                f'#!/bin/sh\ncd {tmp_path}\ncase "$*" in *canary.txt) cat canary ;; *) cat pins ;; esac\n'
            )
            program.chmod(0o755)
            monkeypatch.setattr(shutil, "which", lambda tool, path=None: str(tmp_path / tool))

        return say

    @staticmethod
    def answer(*vulnerable: str, skipped: str = "") -> str:
        told = [
            {"name": name, "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}
            for name in vulnerable
        ]
        return json.dumps(
            {"dependencies": [*told, *([{"name": "x", "skip_reason": skipped}] if skipped else [])]}
        )

    def test_what_is_known_is_told(self, says: Callable[..., None]):
        says(self.answer("h11"), self.answer("httpx"))
        assert checks.vulnerabilities() == ["httpx 1: CVE-1, mended in ['2']"]
        says(self.answer("h11"), self.answer())
        assert checks.vulnerabilities() == []

    @pytest.mark.parametrize(
        ("of_canary", "of_pins"),
        [
            ("", ""),
            ("no route to the host", ""),
            ('{"dependencies": []}', '{"dependencies": []}'),
            ('{"dependencies": [{"name": "h11", "skip_reason": "not found"}]}', ""),
        ],
    )
    def test_no_answer_is_no_good_news(self, says: Callable[..., None], of_canary: str, of_pins: str):
        says(of_canary, of_pins)
        with pytest.raises(checks.NotAskedError):
            checks.vulnerabilities()

    def test_one_pin_that_could_not_be_asked_about_is_no_good_news_either(self, says: Callable[..., None]):
        says(self.answer("h11"), self.answer(skipped="not found"))
        with pytest.raises(checks.NotAskedError, match="not found"):
            checks.vulnerabilities()

    def test_a_tool_that_is_not_there_asked_nothing(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(shutil, "which", lambda tool, path=None: None)
        with pytest.raises(checks.NotAskedError, match="pip-audit"):
            checks.vulnerabilities()
