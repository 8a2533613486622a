"""The verbs of the control socket about accounts (scripts.md#socket)."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from softphone.errors import ConfigError
from softphone.headless import instance
from softphone.headless.account_verbs import choose
from softphone.headless.instance import Instance
from softphone.line.model import Account
from tests.accounts.fakes import CLOUD, FakeSignIn, profile, services
from tests.auth.token_server import eventually
from tests.headless.test_control_socket import Served, served

__all__ = ["profile", "services"]  # fixtures

pytestmark = pytest.mark.skipif(not instance.SOCKETS_EXIST, reason="no such sockets here")


@pytest.fixture
def place(tmp_path: Path) -> Instance:
    folder = tmp_path / "run"
    return Instance(name="default", lock_path=folder / "a.lock", socket_path=folder / "a.sock")


async def until(it: Served, attempt: str, stage: str) -> dict[str, str]:
    while True:
        answer = await it.ask(verb="sign_in_state", attempt=attempt)
        assert answer is not None
        assert answer["ok"], answer
        if answer["progress"]["stage"] == stage:
            return dict(answer["progress"])


async def begun(it: Served) -> tuple[str, str]:
    """Begin an attempt; returns its number and the redirect that ends it."""
    answer = await it.ask(verb="sign_in", by_code=False, limit_s=20)
    assert answer is not None
    link = (await until(it, answer["attempt"], "waiting"))["link"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    return answer["attempt"], f"{asked['redirect_uri']}?code=c&state={asked['state']}"


async def test_who_signs_in_over_the_socket_is_adopted(place, services, profile):
    async with served(place, services, profile) as it:
        attempt, redirect = await begun(it)
        services.by_redirect[redirect] = FakeSignIn()
        wrong = await it.ask(verb="sign_in_finish", attempt=attempt, redirect=f"{CLOUD.redirect_uri}?code=c")
        assert wrong is not None
        assert "did not belong" in wrong["error"]
        answer = await it.ask(verb="sign_in_finish", attempt=attempt, redirect=redirect)
        assert answer is not None
        assert answer["ok"]
        assert (await until(it, attempt, "done"))["name"] == "ada@example.com"
        assert services.by_redirect[redirect].kept == ["ada"]


async def test_an_older_attempt_is_over_when_another_begins(place, services, profile):
    async with served(place, services, profile) as it:
        older, redirect = await begun(it)
        await begun(it)
        for verb in ("sign_in_state", "sign_in_finish", "sign_in_cancel"):
            answer = await it.ask(verb=verb, attempt=older, redirect=redirect)
            assert answer is not None
            assert "another one was begun" in answer["error"]


async def test_an_attempt_that_is_cancelled_takes_nothing(place, services, profile):
    async with served(place, services, profile) as it:
        attempt, redirect = await begun(it)
        await it.ask(verb="sign_in_cancel", attempt=attempt)
        answer = await it.ask(verb="sign_in_finish", attempt=attempt, redirect=redirect)
        assert answer is not None
        assert "No sign-in waits" in answer["error"]


@pytest.mark.parametrize("request_", [{"by_code": 7}, {"limit_s": "long"}, {"by_code": [], "limit_s": None}])
async def test_a_senseless_request_is_refused(place, services, profile, request_):
    async with served(place, services, profile) as it:
        answer = await it.ask(verb="sign_in", **request_)
        assert answer is not None
        assert answer["ok"] is False


async def test_somebody_is_signed_out_with_a_receipt(place, services, profile):
    async with served(place, services, profile) as it:
        answer = await it.ask(verb="sign_out", account="grace")
        assert answer == {
            "ok": False,
            "error": "grace is not signed in here. Signed in: ada@example.com.",
        }
        assert await it.ask(verb="sign_out") == {"ok": True}
        await eventually(lambda: not it.panel.accounts)
        while (answer := await it.ask(verb="sign_out_state")) is None or not answer["done"]:
            pass
        assert answer["receipts"][0].startswith("Signed out: ada@example.com\n")
        assert profile.accounts() == ()


ADA, GRACE = Account(key="a", address="ada@example.com"), Account(key="g", address="grace@example.com")


def test_the_only_one_the_one_named_or_all_are_chosen():
    assert choose([ADA], None, everybody=False) == (ADA,)
    assert choose([], None, everybody=False) == ()
    assert choose([ADA, GRACE], None, everybody=True) == (ADA, GRACE)
    assert choose([ADA, GRACE], "GRACE@example.com", everybody=False) == (GRACE,)
    assert choose([ADA, GRACE], "a", everybody=False) == (ADA,)
    with pytest.raises(ConfigError, match=r"--all: ada@example\.com, grace@example\.com"):
        choose([ADA, GRACE], None, everybody=False)
