"""Which command opens a page in the person's browser, and whether it could."""

import os
import sys
from pathlib import Path

import pytest

from softphone.headless import browser

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts")


def command(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path


def environment(folder: Path, **more: str) -> dict[str, str]:
    return {"PATH": f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin", **more}


def test_without_a_display_there_is_none_but_the_one_that_was_named(tmp_path: Path):
    command(tmp_path, "xdg-open", "exit 0")
    command(tmp_path, "own", "exit 0")
    found = [
        browser.commands(environment(tmp_path, **more), "linux")
        for more in ({}, {"DISPLAY": ":1"}, {"BROWSER": "own --new %s"}, {"BROWSER": "missing"})
    ]
    assert found == [[], [["xdg-open"]], [["own", "--new", "%s"]], []]


def test_what_nobody_can_read_as_a_command_is_none(tmp_path: Path):
    command(tmp_path, "own", "exit 0")
    assert browser.commands(environment(tmp_path, BROWSER="a'b: :own"), "linux") == [["own"]]


def test_the_next_one_is_tried_when_one_fails(tmp_path: Path):
    command(tmp_path, "one", "exit 3")
    said = tmp_path / "said"
    command(tmp_path, "two", f'echo "$1" >{said}')
    chosen = environment(tmp_path, BROWSER="one:two")
    before = dict(os.environ)
    os.environ["PATH"] = chosen["PATH"]
    try:
        assert browser.open_page("https://login.example.com/?a=1&b=2", chosen)
    finally:
        os.environ["PATH"] = before["PATH"]
    assert said.read_text() == "https://login.example.com/?a=1&b=2\n"


def test_one_that_fails_was_not_opened(tmp_path: Path):
    own = command(tmp_path, "own", "exit 3")
    assert not browser.open_page("https://login.example.com/", environment(tmp_path, BROWSER=str(own)))
