import sys
from pathlib import Path

import pytest

from softphone.settings import this_computer
from softphone.settings.this_computer import is_marked, machine_id, mark_of


def test_a_mark_fits_one_computer_and_is_never_the_same_twice():
    first, second = mark_of("this computer"), mark_of("this computer")
    assert first != second
    for mark in (first, second):
        assert is_marked(mark, "this computer")
        assert not is_marked(mark, "another")
        assert "this computer" not in mark


@pytest.mark.parametrize("mark", ["", ":", "salt", "salt:é", "x" * 100_000])
def test_what_is_no_mark_fits_nobody(mark: str):
    assert not is_marked(mark, "this computer")


@pytest.mark.skipif(sys.platform != "linux", reason="files of Linux")
def test_the_first_file_with_an_id_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    empty, found = tmp_path / "empty", tmp_path / "found"
    empty.write_text("uninitialized\n")
    found.write_text("3d1219c7c4c5404aaa1f6d2a48adfda4\n")
    monkeypatch.setattr(this_computer, "ID_FILES", (tmp_path / "none", empty, found))
    assert machine_id(tmp_path) == "3d1219c7c4c5404aaa1f6d2a48adfda4"


@pytest.mark.skipif(sys.platform != "linux", reason="files of Linux")
def test_without_one_a_random_id_is_kept_and_without_a_place_lasts_as_long_as_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(this_computer, "ID_FILES", ())
    kept = machine_id(tmp_path / "config")
    assert machine_id(tmp_path / "config") == kept
    assert machine_id(tmp_path / "other") != kept
    (tmp_path / "file").write_text("")
    assert machine_id(tmp_path / "file") != ""
