"""Checks 2, 5, 6, 17, 18 and 45 of interface.md#checks: signing in, in the real window."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from softphone.accounts.snapshot import AccountState
from softphone.auth.keystore import Entry, MemoryKeystore
from softphone.errors import KeystoreAbsent
from softphone.line.failure import Remedy
from softphone.ui.commands import Command
from softphone.ui.kit.theme import Theme
from tests.kit.processes import engine_processes, is_alive, renderers
from tests.ui.checks.pressing import buttons_in
from tests.ui.real_window import Seat, cloud_of, opened

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

LASTS = "This sign-in lasts until you quit."


class NoKeystore(MemoryKeystore):
    """A computer without a safe place for secrets; counts who looked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def find(self) -> None:
        self.asked += 1
        raise KeystoreAbsent("This computer has none.", title=LASTS, remedies=(Remedy.HOW_TO_FIX,))

    async def read(self, entry: Entry) -> str | None:
        await self.find()
        return None

    async def write(self, entry: Entry, value: str) -> None:
        await self.find()

    async def delete(self, entry: Entry) -> None:
        await self.find()

    async def unlock(self, *, make: bool = False) -> None:
        await self.find()


def names(banners: list[QWidget]) -> list[str]:
    return [one.accessibleName() for one in banners]


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*")}


async def sign_in_on_the_page(seat: Seat, *, again: bool = False) -> None:
    """Type on the embedded page and accept; the person clicks once."""
    await seat.type_credentials(again=again)
    await seat.accept()


async def test_check_02_and_06_without_a_keyring_two_clicks_lead_to_registered(theme: Theme, tmp_path: Path):
    keystore = NoKeystore()
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, keystore=keystore) as seat:
            await seat.until("the notice", lambda: names(seat.banners()) == [LASTS])
            assert keystore.asked > 0
            await seat.click("signInButton")  # the first click
            await sign_in_on_the_page(seat)  # the second
            await seat.until_badges("Registered")
            await seat.until("the notice again", lambda: names(seat.banners()) == [LASTS])
            await seat.until("no renderer", lambda: not renderers())
        assert cloud.journal(place="token")[0]["status"] == 200


async def test_check_05_cancelling_leaves_no_process_and_no_file_of_the_page(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme) as seat:
            await seat.until("the start", lambda: seat.find("signInButton"))
            await seat.until("the program settled", lambda: "history.sqlite-wal" in files(tmp_path))
            before = files(tmp_path)
            known = engine_processes()  # of tests before this one: they live as long as this process
            left: list[set[int]] = []
            for leave in (lambda: seat.keys(Qt.Key.Key_Escape), lambda: seat.click("signInCancel")):
                seat.command(Command.SIGN_IN)
                await seat.on_page("email")
                assert any(map(is_alive, seat.renderers))
                if (clicked := leave()) is not None:
                    await clicked
                await seat.until("the start again", lambda: seat.find("signInButton"))
                await seat.until("no renderer", lambda: not renderers())
                left.append(engine_processes())
            assert left[0] == left[1], "not one more with each attempt"
            assert len(left[0]) <= max(2, len(known)), "the engine's own two, which start pages and hold none"
            assert files(tmp_path) == before
            assert seat.banners() == []


async def test_check_17_an_ended_sign_in_has_one_button_and_signing_in_brings_the_lines_back(
    theme: Theme, tmp_path: Path
):
    with cloud_of("token-expires", 0.03) as cloud:
        async with opened(cloud, tmp_path, theme) as seat:
            await seat.sign_in_by_browser()
            await seat.until_badges("Registered")
            await seat.until_badges("Signed out")
            await seat.until("the account", lambda: seat.accounts[0].state is AccountState.ENDED)
            assert seat.banners() == [], "the card says it"
            assert seat.text("lineReason") == "Your sign-in has ended."
            [only] = [one for one in buttons_in(seat.window) if one.text() == "Sign in again"]
            only.click()
            await sign_in_on_the_page(seat, again=True)
            await seat.until_badges("Registered")
            assert seat.banners() == []
            await seat.until("no renderer", lambda: not renderers())


async def test_check_18_a_renewal_that_fails_for_a_while_keeps_the_person_signed_in(
    theme: Theme, tmp_path: Path
):
    with cloud_of("calm", 0.05) as cloud:
        async with opened(cloud, tmp_path, theme) as seat:
            await seat.sign_in_by_browser()
            await seat.until_badges("Registered")
            cloud.faults([{"where": "refresh", "answer": {"status": 500}}])
            cloud.alter_user(cloud.users[0].name, expire_tokens=True)
            await seat.until(
                "the trouble", lambda: "Could not renew your sign-in yet" in names(seat.banners())
            )
            assert "Signed out" not in seat.badges.values()
            assert "Your sign-in has ended" not in seat.texts()
            cloud.clear_faults()
            seat.command(Command.RETRY_ALL)
            await seat.click("remedyButton")
            await seat.until_badges("Registered")
            await seat.until("no banner", lambda: not seat.banners())


async def test_check_45_the_ribbon_is_seen_on_every_page_of_the_demo(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, demo="calm") as seat:
            await seat.until("the start", lambda: seat.find("signInButton"))
            assert ribbon(seat)
            seat.command(Command.SIGN_IN)
            await seat.on_page("email")
            assert ribbon(seat)
            seat.keys(Qt.Key.Key_Escape)
            await seat.until("no renderer", lambda: not renderers())
            await seat.sign_in_by_browser()
            await seat.until_badges("Registered")
            assert ribbon(seat)
            await seat.timeline()
            await seat.click("activityReplay")
            await seat.until("the past", lambda: seat.text("replayMoment"))
            assert ribbon(seat)
            seat.window.resize(420, 320)
            await asyncio.sleep(0.1)
            assert ribbon(seat)


def ribbon(seat: Seat) -> bool:
    """Whether it is seen, and nothing of its words is cut off."""
    strip = seat.find("demoRibbon")
    assert strip is not None
    labels = strip.findChildren(QLabel)
    said = [label.text() for label in labels]
    assert said == ["DEMO", "Simulated service.", "No real line is touched."]
    room = strip.contentsRect()
    return all(
        label.isVisible() and room.contains(label.geometry()) and label.width() >= label.sizeHint().width()
        for label in labels
    )
