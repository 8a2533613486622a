"""The drill panel, as a person meets it."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from softphone.checks.drills import LASTING, Drill, Drills
from softphone.errors import SoftphoneError
from softphone.line.model import LineSnapshot, LineState
from softphone.sim.server import CloudServer
from softphone.ui.bridge import Bridge
from softphone.ui.help.drills_dialog import DrillPanel
from softphone.ui.kit.button import Button
from softphone.ui.kit.theme import Theme, ThemeChoice
from softphone.values import replace
from softphone.wording.moment import Moment
from tests.ui.conftest import check_nothing_is_clipped, find, until
from tests.ui.fakes import NOW_S, WALL, PanelSpy, line


class Desk(Drills):
    """A desk that only remembers; faults begin at `NOW_S`."""

    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9/")
        self.asked: list[str] = []
        self.error: Exception | None = None

    async def begin(self, drill: Drill, lines: Callable[[], Iterable[LineSnapshot]]) -> None:
        self._note(f"begin {drill.name}")
        self.stopwatch.begin(drill, lines(), NOW_S)
        self.lasting |= {drill} & LASTING

    async def end(self, drill: Drill) -> None:
        self._note(f"end {drill.name}")
        self.lasting -= {drill}

    async def heal(self) -> None:
        self._note("heal")
        self.lasting.clear()

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.error is not None:
            raise self.error


@pytest.fixture
def panel() -> PanelSpy:
    return PanelSpy((line(LineState.REGISTERED),))


@pytest.fixture
def bridge(panel: PanelSpy, qtbot) -> Iterator[Bridge]:
    bridge = Bridge(panel)
    yield bridge
    bridge.close()


def opened(desk, bridge: Bridge, window: QWidget, after_s: float = 3.4) -> DrillPanel:
    shown = DrillPanel(desk, bridge, lambda: Moment(NOW_S + after_s, WALL), window)
    shown.show()
    return shown


async def press(shown: DrillPanel, name: str) -> None:
    button: Button = find(shown, name, Button)
    button.click()
    assert not button.isEnabled()
    await until(button.isEnabled)


def said(shown: DrillPanel, name: str) -> str:
    label = shown.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


async def test_each_drill_has_a_button_that_says_what_should_happen(bridge: Bridge, window: QWidget):
    shown = opened(Desk(), bridge, window)
    buttons = [each for each in shown.findChildren(Button) if each.objectName().endswith("Drill")]
    assert [each.accessibleName() for each in buttons] == [drill.value for drill in Drill]
    assert all("should" in each.accessibleDescription() for each in buttons)
    assert said(shown, "drillNow").startswith("Nothing was measured yet")


async def test_the_time_runs_until_the_line_is_back_and_stays(panel: PanelSpy, bridge: Bridge, window):
    desk = Desk()
    shown = opened(desk, bridge, window)
    await press(shown, "killPrimaryDrill")
    assert said(shown, "drillTime") == "3.4 s"
    panel.put(line(LineState.RECONNECTING))
    assert said(shown, "drillNow") == ("Kill the primary\nAda Lovelace: Reconnecting · 2 of 5 missed")
    assert shown._tick.isActive()
    panel.put(line(LineState.REGISTERED_BACKUP, proved_at_s=NOW_S + 65.2))
    assert said(shown, "drillTime") == "1 min 5 s"
    assert said(shown, "drillList") == "Kill the primary: Ada Lovelace was back after 1 min 5 s"
    assert not shown._tick.isActive()
    await press(shown, "expireTokenDrill")
    panel.put(line(LineState.REGISTERED, proved_at_s=NOW_S + 9))
    assert said(shown, "drillList").splitlines()[0] == (
        "Expire the token: Ada Lovelace was not interrupted; proved again after 9.0 s"
    )


async def test_what_lasts_is_brought_back_by_the_same_button_and_all_is_healed_by_one(
    bridge: Bridge, window: QWidget
):
    desk = Desk()
    shown = opened(desk, bridge, window)
    await press(shown, "offlineDrill")
    assert find(shown, "offlineDrill", Button).accessibleName() == "Go online"
    await press(shown, "offlineDrill")
    assert find(shown, "offlineDrill", Button).text() == "Go offline"
    await press(shown, "allDownDrill")
    await press(shown, "healButton")
    assert find(shown, "allDownDrill", Button).text() == "All servers down"
    assert desk.asked == ["begin OFFLINE", "end OFFLINE", "begin ALL_DOWN", "heal"]


async def test_a_desk_that_refuses_is_told_and_one_may_try_again(bridge: Bridge, window: QWidget):
    desk = Desk()
    desk.error = SoftphoneError("The simulated cloud does not answer.")
    shown = opened(desk, bridge, window)
    await press(shown, "throttleDrill")
    assert said(shown, "drillPanelNote") == "The simulated cloud does not answer."
    desk.error = None
    await press(shown, "throttleDrill")
    assert said(shown, "drillPanelNote") == ""


async def test_a_fault_of_ours_leaves_the_buttons_alive(bridge: Bridge, window: QWidget):
    desk = Desk()
    desk.error = RuntimeError("oops")
    seen: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: seen.append(context))
    shown = opened(desk, bridge, window)
    await press(shown, "elsewhereDrill")
    assert len(seen) == 1


async def test_many_lines_are_counted_and_one_that_goes_is_not_waited_for(panel: PanelSpy, window: QWidget):
    panel.lines = tuple(line(LineState.REGISTERED, f"Person {n}", str(n)) for n in range(1, 7))
    bridge = Bridge(panel)
    desk = Desk()
    shown = opened(desk, bridge, window)
    await press(shown, "allDownDrill")
    assert said(shown, "drillNow") == "All servers down\n6 lines are not proved again yet"
    panel.drop("line-1")
    assert "5 lines" in said(shown, "drillNow")
    bridge.close()


async def test_closed_it_measures_on_and_rests(panel: PanelSpy, bridge: Bridge, window: QWidget):
    shown = opened(Desk(), bridge, window)
    await press(shown, "killPrimaryDrill")
    shown.reject()
    panel.put(line(LineState.RECONNECTING))
    assert not shown._tick.isActive()
    panel.put(line(LineState.REGISTERED_BACKUP, proved_at_s=NOW_S + 2))
    shown.show()
    assert said(shown, "drillList") == "Kill the primary: Ada Lovelace was back after 2.0 s"
    assert find(shown, "killPrimaryDrill", Button).text() == "Bring the primary back"


async def test_esc_closes_it_and_what_it_asked_ends_so_that_it_can_be_asked_again(bridge: Bridge, window):
    ended = asyncio.Event()

    class Slow(Desk):
        async def heal(self) -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

    shown = opened(Slow(), bridge, window)
    find(shown, "healButton", Button).click()
    await asyncio.sleep(0)
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert shown.isHidden()
    await ended.wait()
    await asyncio.sleep(0)
    shown.show()
    assert find(shown, "healButton", Button).isEnabled()


async def test_the_real_cloud_is_broken_and_healed_by_the_buttons(bridge: Bridge, window: QWidget):
    with CloudServer("calm") as cloud:
        shown = opened(Drills(cloud.control), bridge, window)
        await press(shown, "killPrimaryDrill")
        assert cloud.state()["hosts"]["P1"]["refusing"]
        await press(shown, "healButton")
        assert not cloud.state()["hosts"]["P1"]["refusing"]


@pytest.mark.parametrize("choice", [ThemeChoice.LIGHT, ThemeChoice.DARK])
@pytest.mark.parametrize("direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft])
async def test_nothing_is_clipped(
    panel: PanelSpy, bridge: Bridge, window: QWidget, theme: Theme, choice: ThemeChoice, direction
):
    theme.choose(choice)
    desk = Desk()
    shown = opened(desk, bridge, window)
    shown.setLayoutDirection(direction)
    await press(shown, "killPrimaryDrill")
    panel.put(line(LineState.REGISTERED_BACKUP, proved_at_s=NOW_S + 2))
    panel.put(replace(line(LineState.REGISTERED_BACKUP), proved_at_s=NOW_S + 3))
    for size in ((440, 620), (420, 320), (320, 300)):
        shown.resize(*size)
        await asyncio.sleep(0.05)
        check_nothing_is_clipped(shown)
