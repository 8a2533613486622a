"""What the folder does while it is imported."""

import importlib
import sys

import pytest

import softphone.webex


def test_the_command_line_of_httpx_is_kept_from_being_loaded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(sys.modules, "httpx._main", raising=False)
    importlib.reload(softphone.webex)
    assert sys.modules["httpx._main"] is None
