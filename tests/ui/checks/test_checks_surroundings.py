"""Checks 19, 24, 25 and 33 of interface.md#checks: the network, support and a desktop without a tray."""

import json
import os
import re
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QMenu, QWidget

from softphone import __version__
from softphone.checks import capsule
from softphone.line.model import LineState
from softphone.sim.server import CloudServer
from softphone.ui.commands import Command
from softphone.ui.kit.theme import LIGHT, Theme
from softphone.ui.lines.stage import Stage
from tests.ui.checks.pressing import buttons_in
from tests.ui.conftest import find
from tests.ui.real_window import EMAIL, Seat, accessible_name, cloud_of, opened

pytestmark = pytest.mark.slow

SECRET_WORDS = re.compile(r"Bearer|Set-Cookie|\b(access_token|refresh_token|client_secret|code_verifier)=")


# ---- the network goes and comes back


def is_red(badge: QWidget) -> bool:
    pill = badge.grab().toImage()
    return bool(pill.pixelColor(pill.width() // 2, 2) == QColor(LIGHT.bad_tint))


def is_on(card: QWidget, ground: str) -> bool:
    """Whether this is the colour behind what a card says."""
    [stage] = card.findChildren(Stage)
    return bool(stage.grab().toImage().pixelColor(stage.width() // 2, 4) == QColor(ground))


async def test_check_19_offline_is_a_banner_and_red_badges_and_ends_by_itself(theme: Theme, tmp_path: Path):
    with cloud_of("forty", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(4), demo="forty") as seat:
            well = ("Registered( · backup)?",) * 4  # on a busy machine a primary may have looked slow
            await seat.until_badges(*well)
            seat.command(Command.DRILLS)
            drills = await seat.until("the drills", lambda: seat.find("drillPanel"))
            find(drills, "offlineDrill").click()
            await seat.until_badges(*("Offline",) * 4)
            [banner] = await seat.until("the banner", seat.banners)
            assert banner.accessibleName() == "This computer is offline"
            assert "Lines register again by themselves." in seat.texts()
            for card in seat.cards:
                await seat.until("red", partial(is_red, seat.badge_of(card)))
                assert re.fullmatch(r"This computer is offline since \d\d:\d\d", card.accessibleDescription())
            since = cloud.state()["requests"]
            await seat.until("online again", find(drills, "offlineDrill").isEnabled)
            find(drills, "offlineDrill").click()
            await seat.until_badges(*well)
            await seat.until("no banner", lambda: not seat.banners())
            assert "register" not in {entry["place"] for entry in cloud.journal(since)}, "proved, not anew"
            drills.reject()


async def test_check_19_cards_say_alone_that_this_computer_is_offline(theme: Theme, tmp_path: Path):
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(2)) as seat:
            await seat.until_badges("Registered", "Registered")
            cloud.faults([{"where": "any", "answer": "reset"}])
            seat.window.contents._bridge.panel.network_changed(online=False)
            await seat.until_badges("Offline", "Offline")
            for card in seat.cards:
                await seat.until("red", partial(is_on, card, LIGHT.bad_tint))
                assert "This computer is offline since" in seat.text("lineReason", card)
                assert find(card, "remedyButton", QAbstractButton).text() == "Check again"
            assert seat.banners() == [], "nothing is said twice"
            cloud.clear_faults()
            await seat.click_on_card("remedyButton")
            await seat.until_badges("Registered", "Registered|Offline")


# ---- the disk


def fill_disk(file: int) -> None:
    raise OSError(28, "No space left on device")


async def test_a_full_disk_is_one_banner_and_the_lines_do_as_they_are_told(
    theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with cloud_of("calm", 0.1) as cloud:
        async with opened(cloud, tmp_path, theme, people=range(1)) as seat:
            await seat.until_badges("Registered")
            with monkeypatch.context() as patched:
                patched.setattr(os, "fsync", fill_disk)
                seat.command(Command.DEREGISTER_ALL)
                await seat.click("confirmButton")
                await seat.until_badges("Not registered")

                def said() -> list[str]:
                    return [text for text in seat.texts() if "No space left on device" in text]

                await seat.until("the banner", said)
            seat.command(Command.REGISTER_ALL)
            await seat.until_badges("Registered")
            await seat.until("no banner", lambda: not said())


# ---- what goes to support


def secrets_of(cloud: CloudServer) -> list[str]:
    """Everything that nobody may read: tokens, codes and the whole address."""
    tokens = cloud._cloud.state.tokens
    return [*tokens._codes, *tokens._access, *tokens._refresh, EMAIL]


@pytest.fixture
def cloud() -> Iterator[CloudServer]:
    with cloud_of("calm", 0.1) as running:
        yield running


async def signed_in_and_troubled(seat: Seat) -> None:
    """A real sign-in and a failure with its tracking ID."""
    await seat.sign_in_by_browser()
    await seat.until_badges("Registered")
    seat.cloud.faults([{"where": "keepalive", "answer": {"status": 503, "form": "json"}, "times": 2}])
    await seat.until_badges("Reconnecting.*")


async def test_check_24_copied_diagnostics_help_and_hold_no_secret(
    theme: Theme, tmp_path: Path, cloud: CloudServer
):
    async with opened(cloud, tmp_path, theme) as seat:
        await signed_in_and_troubled(seat)
        seat.command(Command.COPY_DIAGNOSTICS)
        told = QGuiApplication.clipboard().text()
    assert len(secrets_of(cloud)) >= 4
    assert [secret for secret in secrets_of(cloud) if secret in told] == []
    assert not SECRET_WORDS.search(told)
    assert __version__ in told
    assert "reconnecting" in told
    assert re.search(r"(WXC|SIM)_[\w-]+", told), "a tracking ID"


async def test_check_25_the_exported_zip_opens_and_holds_no_secret(
    theme: Theme, tmp_path: Path, cloud: CloudServer
):
    where = tmp_path / "diagnostics.zip"
    async with opened(cloud, tmp_path, theme) as seat:
        await signed_in_and_troubled(seat)
        seat.command(Command.EXPORT_DIAGNOSTICS)
        dialog: QFileDialog = find(seat.window, "exportDiagnosticsDialog", QFileDialog)
        dialog.fileSelected.emit(str(where))
        dialog.reject()
        await seat.until("the file", where.exists)
    with zipfile.ZipFile(where) as archive:
        assert archive.testzip() is None
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {"manifest.json", "history.jsonl", "report.txt", "doctor.json", "settings.json"} <= set(parts)
    for name, text in parts.items():
        assert [secret for secret in secrets_of(cloud) if secret in text] == [], name
        assert not SECRET_WORDS.search(text), name
    assert "Registered" in parts["summary.txt"]
    assert json.loads(parts["status.json"])["window"] is True
    (line,) = capsule.read(where).recording.present.lines
    assert (line.identity.account.name, line.state) == ("Person 1", LineState.RECONNECTING)


# ---- no tray


async def test_check_33_without_a_tray_the_window_minimises_and_its_menu_holds_what_a_tray_would(
    theme: Theme, tmp_path: Path, cloud: CloudServer
):
    async with opened(cloud, tmp_path, theme, people=[0]) as seat:
        await seat.until_badges("Registered")
        seat.command(Command.DEREGISTER)
        await seat.until_badges("Not registered")
        offered = set(words_of(seat.window.contents.more_menu))
        assert {"Register all", "Snooze notifications", "30 minutes", "Quit"} <= offered
        assert {"Activity", "Settings"} <= {accessible_name(one) for one in buttons_in(seat.window)}
        seat.cloud.faults([{"where": "register", "answer": {"status": 503, "form": "empty"}}])
        seat.command(Command.REGISTER_ALL)
        await seat.until("the way to try again", lambda: seat.find("retryButton"))
        seat.keys(Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
        await seat.until("minimised", seat.window.isMinimized)
        assert not seat.window.isHidden()


def words_of(menu: QMenu) -> Iterator[str]:
    for action in menu.actions():
        if action.text() and action.isVisible():
            yield action.text()
        if isinstance(inner := action.menu(), QMenu):
            yield from words_of(inner)
