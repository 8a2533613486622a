"""The figures of the guides are the program's: each text is made of the program's and found in a guide."""

import re
from collections.abc import Callable, Mapping

import pytest

from softphone.auth import untrusted
from softphone.auth.token_answer import TOKEN_BODY_LIMIT_BYTES
from softphone.settings.cloud_file import Network
from softphone.webex import (
    account_requests,
    client,
    dialling,
    discovery,
    in_flight,
    pools,
    wdm,
    webex_provider,
    wire,
)
from softphone.webex.messages import dial, message_frames, message_keeper, message_socket, socket_rules
from softphone.webex.wss import connection, registrar, wss_lists, wss_rules
from tests.guides.blocks import TEXTS

KIB = 1024
IN_WORDS: Mapping[float, str] = {1: "a second", 2: "twice", 60: "a minute", 3600: "every hour"}
CONNECT_S = Network().connect_s


def reliability() -> list[str]:
    return [
        f"| any | {CONNECT_S:g} s, TLS as long again | {client.SILENCE_S:g} s | {client.DEADLINE_S:g} s |",
        f"| register | {CONNECT_S:g} s | | {webex_provider.REGISTER_DEADLINE_S:g} s |",
        f"| ping | {CONNECT_S:g} s | | {webex_provider.PING_DEADLINE_S:g} s |",
        f"| {discovery.REGION_DEADLINE_S:g} s; {discovery.REFRESH_DEADLINE_S:g} s |",
        f"| form | {CONNECT_S:g} s | {client.SILENCE_S:g} s | {client.FORM_DEADLINE_S:g} s |",
        f"{in_flight.QUICK_LIMIT} requests at a time to a host, and up to {in_flight.LIMIT} while answers "
        f"take longer than {IN_WORDS[in_flight.SLOW_S]}",
        f"Kept connections live {pools.IDLE_CONNECTION_S:g} s",
        f"for {pools.FRESH_FOR_S / 60:g} minutes that host gets a new connection",
    ]


def protocol() -> list[str]:
    return [
        f"| {wire.BODY_LIMIT_BYTES / KIB:g} KiB, {TOKEN_BODY_LIMIT_BYTES / KIB:g} KiB for tokens, counted "
        f"after unpacking; {in_flight.WIRE_LIMIT_BYTES / KIB:g} KiB on the wire, "
        f"{in_flight.HEAD_LIMIT_BYTES / KIB:g} KiB of header lines",
        f"over {client.ON_LOOP_LIMIT_BYTES / KIB:g} KiB are read beside the loop",
        f"at most {untrusted.JSON_DEPTH_LIMIT} deep, {untrusted.JSON_CONTAINERS_LIMIT:,} objects and lists",
        f"{wire.SERVERS_LIMIT} servers of a kind, {wire.DEVICES_LIMIT} devices",
        f"one line, {untrusted.TEXT_LIMIT_CHARS} characters",
        account_requests.SPARK_USER_AGENT,
        wdm._FULL,
    ]


def sockets() -> list[str]:
    return [
        f"we close after {socket_rules.READY_WITHIN_S:g} s",
        f"the next {socket_rules.PING_EVERY_S:g} s after a pong. No pong in {socket_rules.PONG_WITHIN_S:g} s",
        f"goes out at once and has {socket_rules.CHECK_WITHIN_S:g} s",
        f"whichever socket it comes; {message_keeper.REMEMBERED_FRAMES:,} are remembered",
        f"{connection.REMEMBERED_NOTICES:,} are remembered",
        f"the service closes it (4001), {message_keeper.OLD_FOR_S:g} s at most",
        f"the service closes it (4001), {registrar._OLD_FOR_S:g} s at most",
        f"| a frame | {message_frames.FRAME_LIMIT_BYTES / KIB:g} KiB, text",
        f"more than {message_socket.BUSY_PER_S} messages a second for {message_socket.BUSY_FOR_S:g} s",
        f"more than {message_socket.FLOOD_PER_S} in a second",
        f"{message_frames.CALLER_LIMIT_CHARS} characters, without control and bidi",
        f"due at multiples of {message_socket.SHARED_S:g} s",
        f"none is below {IN_WORDS[message_socket.LEAST_LIMIT_S]}",
        f"{in_flight.HANDSHAKES_LIMIT} are opened at a time and at most "
        f"{1 / in_flight.HANDSHAKES_APART_S:g} a second",
        f"makes a wait short, at most every {message_keeper.NUDGE_EVERY_S:g} s",
        f"The first time within {socket_rules.FIRST_WAIT_S:g} s",
        f"within {socket_rules.HERD_WAIT_S:g} s instead of {socket_rules.FIRST_WAIT_S:g}",
        f"{socket_rules.WAIT_CAP_S:g} s, without end; from the beginning after "
        f"{IN_WORDS[socket_rules.STEADY_S]} online",
        f"again within {socket_rules.REPLACED_AGAIN_S / 60:g} min: a person's turn",
        f"No signed-in socket in {wss_rules.SERVER_WITHIN_S:g} s: the next address. All addresses of a "
        f"group have {wss_rules.GROUP_WITHIN_S:g} s",
        f"a rest of {wss_rules.REST_S:g} s, then HTTP",
        f"a WebSocket again after {wss_rules.HTTP_FOR_S / 60:g} minutes",
        f"opened again, {IN_WORDS[wss_rules.TRIES]} at most",
        f"{wss_rules.TOKEN_OLD} signs the socket in again and sends the request once more; so does "
        f"{IN_WORDS[wss_rules.RENEW_EVERY_S]}",
        f"Requests are `{wss_rules.REGISTER}`, `{wss_rules.STATUS}` and `{wss_rules.UNREGISTER}`",
        f"`{wss_lists._FEATURE}`",
    ]


@pytest.mark.parametrize(
    ("figures", "guide"), [(reliability, "reliability"), (protocol, "protocol"), (sockets, "sockets")]
)
def test_what_a_guide_says_in_figures_is_what_the_program_does(figures: Callable[[], list[str]], guide: str):
    text = re.sub(r"\s+", " ", TEXTS[f"{guide}.md"])
    assert [said for said in figures() if said not in text] == []


def test_limits_that_no_guide_names_fit_those_that_they_stand_beside():
    """The pool must not be the queue, and nothing that is kept may end between two keepalives."""
    assert pools.CONNECTIONS_LIMIT == 64 > in_flight.LIMIT
    assert pools.KEPT_LIMIT == in_flight.QUICK_LIMIT
    assert wss_lists.URLS_LIMIT == wire.SERVERS_LIMIT
    assert webex_provider._CALL_DEADLINE_S == webex_provider.PING_DEADLINE_S
    assert dial.UPGRADE_S == wss_rules.SIGN_IN_WITHIN_S == socket_rules.READY_WITHIN_S
    assert dial._QUEUE_LIMIT * message_frames.FRAME_LIMIT_BYTES == 4 * KIB * KIB  # that wait to be read
    assert dial._UNSENT_LIMIT_BYTES == message_frames.FRAME_LIMIT_BYTES
    assert dialling.BITE_BYTES == 4 * KIB
    assert message_frames._PART_LIMIT_BYTES == 8 * KIB
    assert (message_frames._COMMAS_LIMIT, message_frames._CODE_LIMIT) == (30_000, 1_000_000)
    assert dialling.LOOKED_AT_FOR_S == 0.02
    assert socket_rules.CLOSED_WITHIN_S == 1.0
    assert message_keeper.LINES_FIRST_S == 0.5
    assert message_socket.COUNTED_S == 2.0 < socket_rules.CHECK_WITHIN_S
    assert discovery.DETAILS_PATIENCE_S == 0.1
    assert client.LEAVE_S == 0.2
