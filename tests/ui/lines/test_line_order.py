"""Where rows stand, without any widget."""

import pytest

from softphone.line.model import Account, LineSnapshot, LineState
from softphone.ui.lines.line_order import FOLDED_ABOVE, REST_S, LineOrder
from softphone.values import replace
from softphone.wording.all_lines import Filter, Group
from softphone.wording.moment import Moment
from tests.ui.fakes import MOMENT, line


def later(seconds: float) -> Moment:
    return Moment(MOMENT.now_s + seconds, MOMENT.wall)


def lines(*states: LineState) -> list[LineSnapshot]:
    return [line(state, f"Line {place}", f"{1000 + place}") for place, state in enumerate(states)]


def ids(*places: int) -> tuple[str, ...]:
    return tuple(f"line-{1000 + place}" for place in places)


def shown(order: LineOrder) -> dict[Group, tuple[str, ...]]:
    return {section.group: section.line_ids for section in order.sections()}


@pytest.fixture
def order() -> LineOrder:
    return LineOrder()


def test_trouble_comes_first_with_the_worst_on_top(order: LineOrder):
    states = (
        LineState.REGISTERED,
        LineState.IDLE,
        LineState.RECONNECTING,
        LineState.OFFLINE,
        LineState.RETRY_WAIT,
        LineState.FAILED,
        LineState.ACTION,
        LineState.REGISTERED_BACKUP,
    )
    order.update(lines(*states), MOMENT)
    assert shown(order) == {
        Group.TROUBLE: ids(6, 5, 4, 3, 2),
        Group.OFF: ids(1),
        Group.REACHABLE: ids(0, 7),
    }


def test_within_a_group_lines_stand_by_account_and_name(order: LineOrder):
    made = []
    for account, name, number in (("Zoe", "a", "1"), ("ada", "b", "2"), ("Ada", "A", "3")):
        each = line(LineState.REGISTERED, name, number)
        whose = Account(key=account.casefold(), name=account)
        made.append(replace(each, identity=replace(each.identity, account=whose)))
    order.update(made, MOMENT)
    assert shown(order)[Group.REACHABLE] == ("line-2", "line-3", "line-1")


def test_a_row_moves_once_its_line_has_been_so_for_a_while(order: LineOrder):
    before, after = lines(LineState.REGISTERED), lines(LineState.FAILED)
    order.update(before, MOMENT)
    assert order.update(after, later(1)) == set(ids(0))
    assert order.update(after, later(REST_S)) == set()
    assert shown(order) == {Group.REACHABLE: ids(0)}
    assert order.counts[Filter.NEEDS_YOU] == 1  # a chip tells what is, at once
    order.update(after, later(1 + REST_S))
    assert shown(order) == {Group.TROUBLE: ids(0)}


def test_a_short_trouble_moves_no_row(order: LineOrder):
    order.update(lines(LineState.REGISTERED), MOMENT)
    order.update(lines(LineState.RECONNECTING), later(1))
    order.update(lines(LineState.REGISTERED), later(4))
    order.update(lines(LineState.REGISTERED), later(60))
    assert shown(order) == {Group.REACHABLE: ids(0)}


def test_a_row_that_is_held_stays_until_it_is_let_go(order: LineOrder):
    order.update(lines(LineState.REGISTERED), MOMENT)
    held = set(ids(0))
    for seconds in (1, 60):
        order.update(lines(LineState.FAILED), later(seconds), held)
    assert shown(order) == {Group.REACHABLE: ids(0)}
    order.update(lines(LineState.FAILED), later(61))
    assert shown(order) == {Group.TROUBLE: ids(0)}


def test_where_nobody_looks_rows_move_at_once(order: LineOrder):
    order.update(lines(LineState.REGISTERED), MOMENT)
    order.update(lines(LineState.FAILED), later(1), at_once=True)
    assert shown(order) == {Group.TROUBLE: ids(0)}


def test_many_that_are_well_fold_while_one_is_not(order: LineOrder):
    many = (LineState.REGISTERED,) * (FOLDED_ABOVE + 1)
    order.update(lines(*many), MOMENT)
    assert not order.sections()[0].folds
    order.update(lines(*many, LineState.FAILED), MOMENT)
    trouble, reachable = order.sections()
    assert not trouble.folded
    assert reachable.folded
    assert not order.sections(set(ids(3)))[1].folded  # somebody is at one of them
    order.unfolded = True
    assert not order.sections()[1].folded
    order.update(lines(*many[1:], LineState.FAILED), MOMENT, at_once=True)
    assert not order.sections()[1].folds


def test_what_is_sought_is_not_folded(order: LineOrder):
    order.update(lines(*(LineState.REGISTERED,) * 20, LineState.FAILED), MOMENT)
    order.narrow(words="line")
    assert not order.sections()[1].folded


@pytest.mark.parametrize(
    "words", ["grace", "HOPPER grace", "555 0102", "+12145550102", "ada@example.com 0102", "  ", "4567"]
)
def test_the_search_finds_by_name_number_extension_and_address(order: LineOrder, words: str):
    grace = line(LineState.REGISTERED, "Grace Hopper", "4567")
    grace = replace(grace, identity=replace(grace.identity, phone_number="+12145550102"))
    order.update([grace], MOMENT)
    order.narrow(words=words)
    assert shown(order) == {Group.REACHABLE: ("line-4567",)}
    order.narrow(words="grace nobody")
    assert shown(order) == {}


def test_a_filter_keeps_a_row_as_long_as_its_group_does(order: LineOrder):
    order.update(lines(LineState.FAILED, LineState.REGISTERED), MOMENT)
    order.narrow(Filter.NEEDS_YOU)
    assert shown(order) == {Group.TROUBLE: ids(0)}
    order.update(lines(LineState.REGISTERED, LineState.REGISTERED), later(1))
    assert shown(order) == {Group.TROUBLE: ids(0)}
    order.update(lines(LineState.REGISTERED, LineState.REGISTERED), later(7))
    assert shown(order) == {}


def test_a_line_that_is_gone_is_forgotten(order: LineOrder):
    order.update(lines(LineState.FAILED, LineState.REGISTERED), MOMENT)
    order.update(lines(LineState.FAILED), MOMENT)
    assert shown(order) == {Group.TROUBLE: ids(0)}
    assert +order.counts == {Filter.NEEDS_YOU: 1, Filter.ALL: 1}
    assert order.state_of("line-1001") is None
