"""What the folder does while it is imported."""

import importlib
import sys

import pytest

from softphone import webex


def test_the_command_line_of_httpx_is_kept_from_being_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "httpx._main", raising=False)
    importlib.reload(webex)
    assert sys.modules["httpx._main"] is None
