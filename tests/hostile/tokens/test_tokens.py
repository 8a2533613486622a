"""A sample of the hostile answers, and that the proof can fail."""

import pytest

from tests.hostile.seed import sample
from tests.hostile.tokens.run import live_in_memory


async def test_no_secret_leaves_for_a_stranger_whatever_a_cloud_answers(caplog: pytest.LogCaptureFixture):
    with sample() as chance:
        figures = await live_in_memory(chance.getrandbits(32), 400)
        assert figures.wrong == []
        assert figures.sent > 100
    caplog.clear()  # addresses that were refused


async def test_a_name_that_is_trusted_for_a_part_of_it_is_seen(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(
        "softphone.webex.address._covers", lambda pattern, host: pattern.removeprefix("*.") in host
    )
    figures = await live_in_memory(1, 400)
    assert any("a stranger was sent" in what for what in figures.wrong)
    assert any("bearer in a stranger" in what for what in figures.wrong)
    caplog.clear()
