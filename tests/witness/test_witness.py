"""The vendor's SDK takes a call of the simulated cloud for one of the service."""

import shutil

import pytest

from tests.witness import sdk
from tests.witness.__main__ import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("node") is None, reason="needs node"),
    pytest.mark.skipif(
        not sdk.bundle_path().exists(), reason="the SDK is not here: `python -m tests.witness` fetches it"
    ),
]


def test_the_sdk_is_rung_answers_as_it_does_and_acknowledges_all(capsys: pytest.CaptureFixture[str]):
    assert main(["incoming-call"]) == 0, capsys.readouterr().out
