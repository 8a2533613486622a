"""The panel opens a message socket for each account where call notices are wanted, and shows how it is."""

import pytest

from softphone.calling.messages import CallRinging, MessageState
from softphone.line.model import LineState
from softphone.settings.profile import Profile
from softphone.values import replace
from tests.accounts.fakes import FakeServices, FakeSignIn, Shown, running, sign_in, signed_in
from tests.calling.fake_provider import FakeMessages, FakeProvider

ONLINE = MessageState(online=True, since_s=5.0)
CALL = CallRinging(call_id="c", device_id="d")


def provider_of(services: FakeServices) -> FakeProvider:
    return services.providers[0]


def socket_of(services: FakeServices) -> FakeMessages:
    (socket,) = provider_of(services).sockets
    return socket


async def test_without_the_wish_no_socket_is_opened(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        assert provider_of(services).sockets == []
        assert shown.accounts[0].messages is None
        panel.hear_calls(wanted=True)
        assert len(provider_of(services).sockets) == 1


async def test_it_is_opened_after_discovery_and_its_state_is_shown(services: FakeServices, profile: Profile):
    async with running(services, profile) as (panel, shown):
        panel.hear_calls(wanted=True)
        await sign_in(panel, services)
        await shown.until(lambda: bool(provider_of(services).sockets))
        socket_of(services).listener.state_changed(ONLINE)
        assert shown.accounts[0].messages == ONLINE
        socket_of(services).listener.confirmed(7.0)
        assert panel.accounts[0].messages_confirmed_at_s == 7.0
    assert socket_of(services).closed


async def hearing(panel, shown: Shown, services: FakeServices) -> FakeMessages:
    panel.hear_calls(wanted=True)
    await shown.until(lambda: bool(provider_of(services).sockets))
    return socket_of(services)


async def test_a_lost_socket_changes_no_line(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        socket = await hearing(panel, shown, services)
        before = dict(shown.lines)
        socket.listener.state_changed(MessageState(online=False, since_s=9.0, cause="Cut."))
        assert shown.accounts[0].messages == MessageState(online=False, since_s=9.0, cause="Cut.")
        assert shown.lines == before


async def test_calls_are_told_with_their_account(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        heard: list[object] = []
        panel.on_call(lambda account, event: heard.append((account.key, event)))
        (await hearing(panel, shown, services)).listener.happened(CALL)
        assert heard == [("ada", CALL)]


async def test_switched_off_it_is_closed_and_nothing_is_shown_of_it(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        socket = await hearing(panel, shown, services)
        socket.listener.state_changed(ONLINE)
        panel.hear_calls(wanted=False)
        assert shown.accounts[0].messages is None
    assert socket.closed


async def test_sleep_and_the_networks_return_have_it_checked(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        socket = await hearing(panel, shown, services)
        panel.network_changed(online=False)
        assert socket.checks == 0
        panel.network_changed(online=True)
        panel._woke()
        assert socket.checks == 2


async def test_a_sign_in_that_ends_takes_it_along_and_the_next_one_brings_it_back(
    services: FakeServices, profile: Profile
):
    async with signed_in(services, profile) as (panel, shown, _):
        first = await hearing(panel, shown, services)
        panel._accounts.entries[0].end()
        await shown.until_lines_are(LineState.SIGNED_OUT)
        assert shown.accounts[0].messages is None
        await sign_in(panel, services, FakeSignIn())
        await shown.until_lines_are(LineState.REGISTERED)
        assert len(provider_of(services).sockets) == 2
        await sign_in(panel, services, FakeSignIn())
        await shown.until(lambda: provider_of(services).sockets[1].sign_ins == 1)
    assert first.closed


async def test_signing_out_closes_it_before_the_device_goes(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        socket = await hearing(panel, shown, services)
        await panel.sign_out("ada")
        assert socket.closed


async def test_another_device_has_its_lines_registered_on_it(services: FakeServices, profile: Profile):
    async with signed_in(services, profile) as (panel, shown, _):
        socket = await hearing(panel, shown, services)
        found = await provider_of(services).discover()
        moved = replace(found, device_uri="https://wdm.example.com/devices/9", device_uris={})
        socket.listener.device_replaced(moved)
        await provider_of(services).until_asked("deregister d1")
        await provider_of(services).until_asked("register primary", times=2)
        await shown.until_lines_are(LineState.REGISTERED)
        (line,) = shown.lines.values()
        assert line.wanted
        assert line.identity.client_device_uri == "https://wdm.example.com/devices/9"
        assert provider_of(services).devices_alive == ["d2"]


async def test_changed_addresses_are_looked_up_within_minutes_and_once(
    services: FakeServices, profile: Profile, monkeypatch: pytest.MonkeyPatch
):
    async with signed_in(services, profile) as (panel, shown, _):
        socket = await hearing(panel, shown, services)
        before = provider_of(services).requests.count("discover")
        for _ in range(5):
            socket.listener.servers_changed()
        await provider_of(services).until_asked("discover", times=before + 1)
        assert provider_of(services).requests.count("discover") == before + 1
