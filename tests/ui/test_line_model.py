import pytest

from softphone.line.model import Account, LineState
from softphone.ui.bridge import COALESCE_MS, Bridge, LineModel
from softphone.values import replace
from tests.ui.fakes import PanelSpy, line


@pytest.fixture
def model(qapp, panel: PanelSpy):
    panel.put(line(LineState.IDLE, "Ada", "1001"))
    bridge = Bridge(panel)
    made = LineModel(bridge)
    yield made
    bridge.close()


def test_a_model_made_late_has_everything(model: LineModel):
    assert [each.identity.line_id for each in model.lines] == ["line-1001"]


def test_a_burst_is_told_once(model: LineModel, panel: PanelSpy, qtbot):
    told: list[frozenset[str]] = []
    model.lines_changed.connect(told.append)
    panel.put(line(LineState.REGISTERING, "Ada", "1001"))
    panel.put(line(LineState.REGISTERED, "Ada", "1001"))
    panel.put(line(LineState.REGISTERED, "Bob", "1002"))
    assert told == []
    qtbot.wait(COALESCE_MS * 3)
    assert told == [frozenset({"line-1001", "line-1002"})]
    known = model.line("line-1001")
    assert known is not None
    assert known.state is LineState.REGISTERED


def test_rows_are_told_only_when_they_differ(model: LineModel, panel: PanelSpy, qtbot):
    told: list[int] = []
    model.rows_changed.connect(lambda: told.append(len(model.lines)))
    panel.put(line(LineState.REGISTERED, "Ada", "1001"))
    qtbot.wait(COALESCE_MS * 3)
    assert told == []
    panel.put(line(LineState.REGISTERED, "Bob", "1002"))
    qtbot.wait(COALESCE_MS * 3)
    panel.drop("line-1001")
    panel.drop("never there")
    qtbot.wait(COALESCE_MS * 3)
    assert told == [2, 1]


def test_the_same_snapshot_again_is_no_change(model: LineModel, panel: PanelSpy, qtbot):
    told: list[frozenset[str]] = []
    model.lines_changed.connect(told.append)
    panel.put(line(LineState.IDLE, "Ada", "1001"))
    qtbot.wait(COALESCE_MS * 3)
    assert told == []


def test_lines_keep_their_place_and_accounts_stay_together(model: LineModel, panel: PanelSpy):
    other = line(LineState.IDLE, "Bob", "2001")
    panel.put(replace(other, identity=replace(other.identity, account=Account(key="bob"))))
    panel.put(line(LineState.IDLE, "Ada", "1002"))
    panel.put(line(LineState.FAILED, "Ada", "1001"))
    assert [each.identity.extension for each in model.lines] == ["1001", "1002", "2001"]
