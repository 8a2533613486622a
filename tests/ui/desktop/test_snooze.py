"""No notifications for a while: chosen in any menu, by the clock on the wall, ended by hand or by itself."""

from datetime import timedelta

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from softphone.ui.desktop.snooze import Snooze, tomorrow
from softphone.wording.moment import Moment
from tests.ui.conftest import settle
from tests.ui.fakes import MOMENT, NOW_S, WALL

pytestmark = pytest.mark.usefixtures("qapp")


def visible(menu: QMenu) -> dict[str, QAction]:
    return {action.text(): action for action in menu.actions() if action.isVisible()}


def test_every_menu_says_until_when_and_ends_it():
    snooze = Snooze(lambda: MOMENT)
    menus = [QMenu(), QMenu()]
    for menu in menus:
        snooze.offer_in(menu)
    [offer] = visible(menus[0]).values()
    choices = offer.menu()
    assert isinstance(choices, QMenu)
    assert list(visible(choices)) == ["30 minutes", "2 hours", "Until tomorrow"]
    visible(choices)["30 minutes"].trigger()
    assert snooze.until == WALL + timedelta(minutes=30)
    for menu in menus:
        assert list(visible(menu)) == ["Notifications snoozed until 10:44: wake"]
    visible(menus[1])["Notifications snoozed until 10:44: wake"].trigger()
    assert snooze.until is None
    assert list(visible(menus[0])) == ["Snooze notifications"]


def test_a_menu_has_it_above_an_entry_and_only_while_it_is_offered():
    snooze = Snooze(lambda: MOMENT)
    menu = QMenu()
    choices = snooze.offer_in(menu, menu.addAction("Quit"))
    assert list(visible(menu)) == ["Snooze notifications", "Quit"]
    snooze.begin_until_tomorrow()
    assert list(visible(menu))[1:] == ["Quit"]
    choices.offer(offered=False)
    assert list(visible(menu)) == ["Quit"]
    snooze.wake()
    assert list(visible(menu)) == ["Quit"]
    choices.offer(offered=True)
    assert list(visible(menu)) == ["Snooze notifications", "Quit"]


def test_a_menu_that_is_gone_is_told_nothing():
    snooze = Snooze(lambda: MOMENT)
    menu = QMenu()
    snooze.offer_in(menu)
    menu.deleteLater()
    settle()
    snooze.begin_until_tomorrow()
    snooze.wake()


def test_it_runs_out_by_the_wall_clock_although_the_computer_slept():
    moments = [MOMENT]
    snooze = Snooze(lambda: moments[-1])
    snooze.begin_for(timedelta(hours=2))
    assert snooze.until == WALL + timedelta(hours=2)
    moments.append(Moment(NOW_S + 5, WALL + timedelta(hours=9)))  # asleep, the monotonic clock stood still
    assert snooze.until is None
    told: list[bool] = []
    snooze.changed.connect(lambda: told.append(True))
    snooze._clock.timeout.emit()
    assert told == [True]
    assert not snooze._clock.isActive()


def test_until_tomorrow_is_until_seven():
    assert tomorrow(WALL) == WALL.replace(day=23, hour=7, minute=0, second=0)
