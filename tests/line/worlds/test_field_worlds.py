"""Faults from the field that need a model of the service, at many phases of the keepalive.

How long each may take is in figures_to_reach.py; the stories are in tests/line/stories/field.py.
"""

from functools import partial

import pytest

from softphone.line.model import LineState, Role
from softphone.line.policy import Policy
from softphone.line.states import ActionNeeded, Reconnecting, Registered
from softphone.line.view import view
from tests.line.worlds.beside import BOUND
from tests.line.worlds.figures_to_reach import (
    every,
    internet_gone,
    registered,
    role_of,
    sick_hosts,
    slow_grant,
    slow_keepalives,
    way_home,
)
from tests.line.worlds.world import World

SEEDS = range(10)


@pytest.mark.parametrize("takes_s", [0.5, 9.5, 11.0, 12.0, 20.0, 29.0])
def test_l1_a_slow_grant_is_taken_and_leaves_one_device(takes_s: float):
    for seed in SEEDS:
        world = World(seed, primaries=1, backups=0, shared=False, device_limit=5)
        world.takes_s["post"] = takes_s
        world.register()
        world.pass_time(takes_s + 0.1)
        assert isinstance(world.state, Registered)
        world.pass_time(300.0)
        assert (world.service.granted, len(world.kept)) == (1, 1)


@pytest.mark.parametrize("takes_s", [12.0, 29.0])
def test_l1_whoever_answers_first_one_device_is_left(takes_s: float):
    """The same slowness everywhere: others are asked meanwhile, and what they grant is given back."""
    for seed in SEEDS:
        world = World(seed, shared=False, device_limit=5)
        world.takes_s["post"] = takes_s
        world.register()
        world.pass_time(300.0)
        assert len(world.kept) == 1
        assert not world.broken_liveness()


def test_l1_three_servers_that_need_12_s_grant_one_device():
    assert {slow_grant(seed).devices for seed in SEEDS} == {1}


@pytest.mark.parametrize("word", ["503", "500", "403", "nonsense", "429", "429:20"])
def test_l2_a_host_that_answers_anything_keeps_the_registration(word: str):
    for seed in SEEDS:
        assert sick_hosts(seed, word=word, backups_too=False).devices == 1


@pytest.mark.parametrize("sick_s", [10.0, 80.0])
def test_l2_the_registration_is_kept_as_long_as_the_lease_lasts(sick_s: float):
    assert {sick_hosts(seed, sick_s).devices for seed in SEEDS} == {1}


def test_l2_after_the_lease_a_healthy_backup_takes_the_line():
    for seed in SEEDS:
        world = registered(seed)
        world.standing = dict.fromkeys((server.url for server in world.servers.primaries), "503")
        world.pass_time(140.0)
        assert role_of(world) is Role.BACKUP


@pytest.mark.parametrize(
    ("interval_s", "takes_s"),
    [(30.0, 12.0), (10.0, 4.0), (30.0, 28.0), (5.0, 4.0), (5.0, 7.0), (300.0, 40.0)],
)
def test_l3_slow_keepalives_keep_the_registration(interval_s: float, takes_s: float):
    for seed in SEEDS:
        assert slow_keepalives(seed, interval_s, takes_s).devices == 1


@pytest.mark.parametrize("interval_s", [5.0, 7.0, 10.0, 66.0, 300.0])
def test_l4_a_line_goes_home_within_a_rehoming_interval(interval_s: float):
    """And as long as keepalives are kept apart before it."""
    for seed in SEEDS:
        assert way_home(seed, interval_s, minutes=2.0).seconds <= 120.0 + Policy().home_spacing_s


@pytest.mark.parametrize("interval_s", [5.0, 7.0])
def test_l4_twelve_requests_a_minute_are_kept_on_the_way_home(interval_s: float):
    for seed in SEEDS:
        world = registered(seed, interval_s=interval_s, rehoming_minutes=1.0)
        world.dead = set(world.servers.primaries)
        world.pass_time(200.0)
        world.dead = set()
        world.pass_time(200.0)
        assert role_of(world) is Role.PRIMARY
        assert world.worst_in_60_s <= BOUND


GONE = {
    "internet refuses, 100 s": partial(internet_gone, gone_s=100.0),
    "internet silent, 100 s": partial(internet_gone, gone_s=100.0, black_hole=True),
    "internet silent, 45 s": partial(internet_gone, gone_s=45.0, black_hole=True),
    "proxy dead, 40 s": partial(internet_gone, gone_s=40.0, word="no-network"),
    "proxy dead, 100 s, one server": partial(internet_gone, gone_s=100.0, word="no-network", backups=0),
    "proxy dead, 5 s": partial(internet_gone, gone_s=5.0, word="no-network"),
}


@pytest.mark.parametrize("how", GONE)
def test_l6_our_own_networks_fault_costs_no_registration(how: str):
    for seed in SEEDS:
        assert GONE[how](seed).devices == 1


def test_l6_it_is_told_as_reconnecting_from_the_first_miss_on():
    world = registered(1)
    world.network = False
    world.pass_time(60.0)
    assert isinstance(world.state, Reconnecting)
    assert world.state.alone
    assert view(world.state).state is LineState.RECONNECTING


def test_l6_a_host_that_died_while_the_internet_was_away_is_found_dead_afterwards():
    for seed in SEEDS:
        world = registered(seed)
        world.network = False
        world.pass_time(60.0)
        world.network = True
        world.dead = set(world.servers.primaries)
        world.pass_time(90.0)
        assert role_of(world) is Role.BACKUP


@pytest.mark.parametrize("shared", [True, False])
def test_l15_two_copies_of_a_profile_do_not_evict_each_other(shared: bool):
    for seed in SEEDS:
        world = World(seed, primaries=1, backups=1, device_limit=1, shared=shared)
        world.a_copy_registers()
        world.register()
        world.pass_time(600.0)
        assert [kept.copy for kept in world.kept.values()] in ([True], [True, False])
        if shared:
            assert isinstance(world.state, ActionNeeded)


def test_l15_once_the_copy_is_off_its_device_is_an_orphan():
    world = World(1, primaries=1, backups=1, device_limit=1)
    world.a_copy_registers()
    world.the_copy_ends()
    world.pass_time(70.0)
    world.register()
    world.pass_time(1.0)
    assert not world.broken_liveness()
    assert len(world.kept) == 1


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.2, 40.0])
def test_l16_killed_three_times_the_line_holds_one_device_and_nobody_is_asked(after_s: float, shared: bool):
    for seed in SEEDS:
        world = World(seed, device_limit=5, shared=shared)
        world.register()
        for _ in range(3):
            world.pass_time(after_s)
            world.crash_and_start()
        world.pass_time(120.0)
        assert not world.broken_liveness()
        assert len(world.kept) == 1


@pytest.mark.parametrize("black_hole", [False, True])
@pytest.mark.parametrize("shared", [True, False])
def test_a_primary_that_dies_is_followed_by_a_backup_and_no_question(shared: bool, black_hole: bool):
    for seed in SEEDS:
        world = registered(seed, shared=shared, device_limit=1, backups=2)
        world.black_hole = black_hole
        world.dead = set(world.servers.primaries)
        for _ in range(180):
            world.pass_time(0.5)
            assert not isinstance(world.state, ActionNeeded)
        assert role_of(world) is Role.BACKUP


def test_a_primary_that_dies_between_the_grant_and_the_first_keepalive_is_followed_too():
    for seed in SEEDS:
        world = World(seed, primaries=1, backups=1, device_limit=1)
        world.register()
        world.pass_time(0.1)
        world.dead = set(world.servers.primaries)
        world.pass_time(90.0)
        assert role_of(world) is Role.BACKUP


def test_every_server_dead_holds_the_registration_and_then_seeks_it_for_ever():
    world = registered(3)
    world.dead = set(every(world))
    world.pass_time(100.0)
    assert isinstance(world.state, Reconnecting)
    world.pass_time(3600.0)
    world.dead = set()
    world.pass_time(70.0)
    assert not world.broken_liveness()
