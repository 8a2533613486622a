"""From Accept to Registered nothing flashes, and after a sign-in has ended nothing says that it lasts."""

import asyncio
import time
from pathlib import Path

import pytest

from softphone.accounts.snapshot import AccountState
from softphone.ui.kit.theme import Theme
from tests.ui.checks.test_checks_sign_in import NoKeystore
from tests.ui.real_window import cloud_of, opened

pytestmark = pytest.mark.slow

QUIET_S = 2.0  # after Accept the window shows what it fetches, and nothing beside it


@pytest.mark.parametrize("stores", [True, False], ids=["keyring", "no keyring"])
async def test_no_banner_is_seen_in_the_first_seconds_after_accept(
    theme: Theme, tmp_path: Path, stores: bool
):
    keystore = None if stores else NoKeystore()
    with cloud_of("calm", 0.2) as cloud:
        async with opened(cloud, tmp_path, theme, keystore=keystore) as seat:
            await seat.sign_in_by_browser()
            panel = seat.window.contents._bridge.panel
            seen: set[str] = set()
            began_s = time.monotonic()
            while panel.accounts[0].is_new:  # every turn of the loop: one frame is enough
                seen |= {banner.accessibleName() for banner in seat.banners()}
                await asyncio.sleep(0)
            assert seen == set()
            assert time.monotonic() - began_s > QUIET_S / 2, "the window came back at once"
            await seat.until_badges("Registered")
            if not stores:
                await seat.until("the notice", seat.banners)


async def test_nothing_says_signed_in_until_after_the_sign_in_has_ended(theme: Theme, tmp_path: Path):
    with cloud_of("token-expires", 0.03) as cloud:
        async with opened(cloud, tmp_path, theme) as seat:
            await seat.sign_in_by_browser()
            await seat.until_badges("Registered")
            await seat.until_badges("Signed out")
            [account] = seat.window.contents._bridge.panel.accounts
            assert account.state is AccountState.ENDED
            assert account.signed_in_until is None
            assert account.renews_at is None
            told = " ".join(seat.texts())
            assert "Signed in until" not in told
            assert "renews itself" not in told
