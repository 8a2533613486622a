"""An attempt that is followed from outside the window: its stages, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

import pytest

from softphone.accounts.panel import Panel
from softphone.accounts.sign_in_desk import Progress, SignInDesk, Stage
from softphone.errors import KeystoreAbsent, SignInError, SignInOutcome
from softphone.line.model import LineState
from tests.accounts.fakes import FakeServices, FakeSignIn, profile, running, services
from tests.calling.fake_provider import BUSY, TOKEN_ENDED

__all__ = ["profile", "services"]  # fixtures


@asynccontextmanager
async def desk_on(panel: Panel, *, register: bool = False) -> AsyncIterator[SignInDesk]:
    desk = SignInDesk(panel, register=register)
    try:
        yield desk
    finally:
        await desk.cancel()


async def until(desk: SignInDesk, *stages: Stage) -> Progress:
    async with asyncio.timeout(20):
        while desk.progress.stage not in stages:
            await desk.changed()
    return desk.progress


async def come_back(desk: SignInDesk, services: FakeServices, made: FakeSignIn | SignInError) -> None:
    """Begin, and bring the redirect that ends it so."""
    await desk.begin(by_code=False)
    link = (await until(desk, Stage.WAITING)).link
    asked = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    redirect = f"{asked['redirect_uri']}?code=c&state={asked['state']}"
    services.by_redirect[redirect] = made
    await desk.take(redirect)


@pytest.mark.parametrize(("register", "state"), [(False, LineState.IDLE), (True, LineState.REGISTERED)])
async def test_who_signed_in_is_kept_and_named_and_their_lines_register_where_wanted(
    services: FakeServices, profile, register: bool, state: LineState
):
    made = FakeSignIn()
    async with running(services, profile) as (panel, shown), desk_on(panel, register=register) as desk:
        await come_back(desk, services, made)
        assert (await until(desk, Stage.DONE, Stage.FAILED)).name == "ada@example.com"
        assert made.kept == ["ada"]
        await shown.until_lines_are(state)


async def test_trouble_with_the_lines_is_told_while_it_is_tried_again(services: FakeServices, profile):
    async with running(services, profile) as (panel, _), desk_on(panel) as desk:
        services.providers[0].fail("discover", BUSY)
        told: list[str] = []
        await come_back(desk, services, FakeSignIn())
        while desk.progress.stage is not Stage.DONE:
            told.append((await desk.changed()).trouble)
        assert any(told)


async def test_a_sign_in_that_the_service_takes_back_at_once_has_failed(services: FakeServices, profile):
    async with running(services, profile) as (panel, _), desk_on(panel) as desk:
        services.providers[0].fail("discover", TOKEN_ENDED)
        await come_back(desk, services, FakeSignIn())
        assert (await until(desk, Stage.DONE, Stage.FAILED)).stage is Stage.FAILED


async def test_a_sign_in_that_the_keyring_does_not_take_has_failed(services: FakeServices, profile):
    made = FakeSignIn()
    made.keep_fails = KeystoreAbsent("It lasts until you quit.", title="No keyring")
    async with running(services, profile) as (panel, _), desk_on(panel) as desk:
        await come_back(desk, services, made)
        assert (await until(desk, Stage.DONE, Stage.FAILED)).title == "No keyring"


async def test_a_refusal_says_how_it_ended(services: FakeServices, profile):
    async with running(services, profile) as (panel, _), desk_on(panel) as desk:
        refused = SignInError("No.", outcome=SignInOutcome.CONFIG_ERROR, tracking_id="T-1")
        await come_back(desk, services, refused)
        progress = await until(desk, Stage.DONE, Stage.FAILED)
        assert (progress.outcome, progress.sentence) == ("configuration error", "No. (tracking ID T-1)")


async def test_time_runs_out(services: FakeServices, profile):
    async with running(services, profile) as (panel, _), desk_on(panel) as desk:
        await desk.begin(by_code=None, limit_s=0.05)
        progress = await until(desk, Stage.FAILED)
        assert progress.outcome == SignInOutcome.EXPIRED.value
        with pytest.raises(SignInError, match="No sign-in waits"):
            await desk.take("http://localhost/")
