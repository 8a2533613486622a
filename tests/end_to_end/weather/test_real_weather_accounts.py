"""Sign-ins and several accounts in bad weather."""

import socket
import threading
from typing import Any
from unittest.mock import patch

import pytest

from softphone.accounts.snapshot import AccountState, NoticeKind
from softphone.line.model import LineState
from tests.end_to_end.weather.weather import Scene, scene, together
from tests.kit.browsing import redirect_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

NEVER = ".never.example"
ROTATING = {"rotate_refresh_token": True}


def short_life(life_s: float) -> dict[str, Any]:
    """Say that the first token lives so long (seconds of the wall): it is renewed half-way."""
    return {"where": "token", "answer": {"patch": {"expires_in": life_s}}}


async def signed_in(played: Scene) -> None:
    """Sign in as a person does, with tokens that can be renewed."""
    attempt = played.panel.begin_sign_in()
    await played.panel.finish_sign_in(attempt, await redirect_of(played.cloud, attempt))


@together
async def test_l8_one_node_refuses_good_tokens_while_they_are_renewed_happily():
    async with scene(token=False) as played:
        await signed_in(played)
        device_id = await played.registered()
        played.fault("keepalive", {"status": 401}, host="P1", for_s=5, from_first=True)
        await played.until_event("reconnected")
        assert played.outline == ["connecting", "registered", "reconnecting", "reconnected"]
        assert LineState.SIGNED_OUT not in played.states
        assert played.devices == [device_id]
        assert len(played.asked("refresh", status=200)) >= 1


@together
async def test_l8_a_node_that_goes_on_refusing_is_no_storm_of_renewals():
    async with scene(token=False) as played:
        await signed_in(played)
        await played.registered()
        played.fault("any", {"status": 401}, host="P1")
        await played.until_event("registered", times=2)
        assert played.at == "B1"
        assert LineState.SIGNED_OUT not in played.states
        assert len(played.asked("refresh")) <= 5, "at most one a minute, and a few more"
        played.cloud.clear_faults()
        await played.until_only()


@together
async def test_t2_a_renewal_whose_answer_was_lost_costs_no_registration():
    lost = {"where": "refresh", "answer": "reset", "acts": True, "times": 1}
    async with scene(token=False, settings=ROTATING, faults=[short_life(12), lost]) as played:
        await signed_in(played)
        device_id = await played.registered()
        await played.until_asked("refresh", status=400)
        await played.until("a warning", lambda: played.panel.accounts[0].notice)
        await played.until_proved_again()
        assert played.outline == ["connecting", "registered"]
        assert played.devices == [device_id]
        assert played.line.state is LineState.REGISTERED


@together
async def test_t3_a_page_with_401_in_place_of_a_renewal_is_tried_again():
    page = {"where": "refresh", "answer": {"status": 401, "form": "html"}, "times": 1}
    async with scene(token=False, faults=[short_life(6), page]) as played:
        await signed_in(played)
        await played.registered()
        await played.until_asked("refresh", status=200)
        assert len(played.asked("refresh", status=401)) == 1
        assert played.outline == ["connecting", "registered"]
        assert played.panel.accounts[0].state is AccountState.READY


@together
@pytest.mark.parametrize("life_s", [24.5, 0])
async def test_t4_an_odd_life_time_in_a_rotating_renewal_loses_no_token(life_s: float):
    odd = {"where": "refresh", "answer": {"patch": {"expires_in": life_s}}, "times": 1}
    async with scene(token=False, settings=ROTATING, faults=[short_life(6), odd]) as played:
        await signed_in(played)
        await played.registered()
        await played.until_asked("refresh")
        await played.pass_s(70)
        played.fault("keepalive", {"status": 401}, times=1)
        await played.until_asked("refresh", 2)
        await played.until_proved_again()
        assert {one["status"] for one in played.asked("refresh")} == {200}
        assert played.outline == ["connecting", "registered"]


@together
async def test_t5_the_umbrella_scope_signs_in_without_a_remark():
    grant = {"where": "token", "answer": {"patch": {"scope": "spark:all"}}}
    async with scene(token=False, faults=[grant]) as played:
        await signed_in(played)
        await played.registered()
        notice = played.panel.accounts[0].notice
        assert notice is None or (notice.kind is NoticeKind.NEWS and "spark" not in notice.sentence)


@together
async def test_s4_eight_accounts_whose_names_never_resolve_cost_a_healthy_line_nothing():
    well_again = threading.Event()
    look_up = socket.getaddrinfo
    stuck = set()

    def never(host: Any, *more: Any, **others: Any) -> Any:
        if str(host).endswith(NEVER):
            stuck.add(host)
            well_again.wait(60)
            raise socket.gaierror(socket.EAI_NONAME, "no such host")
        return look_up(host, *more, **others)

    with patch("socket.getaddrinfo", never):
        try:
            async with scene(time_scale=0.1, trusted=[f"*{NEVER}"]) as played:
                device_id = await played.registered()
                for number in range(8):
                    name = f"stuck{number}@example.com"
                    token = played.cloud.alter_user(name, new_token=True)["token"]
                    group = {"region": "x", "uris": [f"https://p{number}{NEVER}/api/v1"]}
                    other = {"region": "y", "uris": [f"https://b{number}{NEVER}/api/v1"]}
                    named = {"patch": {"primary": group, "backup": other}}
                    played.fault("discovery", named, user=name)
                    played.add(token)
                await played.until("eight more lines", lambda: len(played.panel.lines) == 9)
                since = played.cloud.journal()[-1]["n"]
                await played.until_asked("keepalive", 4, since=since, user="ada@example.com", status=200)
                mine = [name for name, line, _ in played.told if line.identity.line_id == played.line_id]
                assert mine == ["connecting", "registered"]
                assert device_id in played.devices
                assert len(stuck) >= 8
        finally:
            well_again.set()
