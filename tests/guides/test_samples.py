"""What the guides show of files, answers and figures has the form of what the program reads and writes."""

import asyncio
import json
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.request import Request, urlopen

import pytest

from softphone import CallingClient
from softphone.checks.update_source import read_update_source
from softphone.settings.policy_file import read_managed
from softphone.sim.server import CloudServer
from tests.guides.blocks import BLOCKS, Block
from tests.kit.program import next_event, softphone, started


def samples(language: str) -> dict[str, list[str]]:
    """Return the texts of the blocks in a language, by the heading that they stand below."""
    found: dict[str, list[str]] = {}
    for block in BLOCKS:
        if block.language == language:
            found.setdefault(block.below, []).append(block.text)
    return found


# ---- TOML

TOML = [block for block in BLOCKS if block.language == "toml"]
POLICIES = [block for block in TOML if block.heading != "updates"]


def test_where_a_build_looks_for_updates_is_read():
    [block] = [block for block in TOML if block not in POLICIES]
    assert read_update_source(block.text.encode()).url.startswith("https://updates.example.com/")


@pytest.mark.parametrize("block", POLICIES, ids=lambda block: block.place)
def test_a_policy_is_read_without_a_complaint(block: Block):
    managed = read_managed(tomllib.loads(block.text), block.place)
    assert managed.notices == ()
    assert managed.values or managed.cloud


# ---- JSON


def differences(shown: Any, real: Any, *, where: str = "", part: bool) -> Iterator[str]:
    """Yield how a sample differs in keys and kinds of values; a `part` may leave keys out, as inner ones may.

    A key with a dot is the name of a host: any stands for any.
    """
    if isinstance(shown, dict) and isinstance(real, dict) and all("." in key for key in shown):
        shown, real = list(shown.values()), list(real.values())
    if isinstance(shown, dict) and isinstance(real, dict):
        extra = shown.keys() - real.keys() if part else shown.keys() ^ real.keys()
        yield from (f"{where}{key}" for key in sorted(extra))
        for key in shown.keys() & real.keys():
            yield from differences(shown[key], real[key], where=f"{where}{key}.", part=True)
    elif isinstance(shown, list) and isinstance(real, list):
        for each in shown:
            found = [list(differences(each, one, where=where, part=True)) for one in real]
            yield from min(found, key=len, default=[where])
    elif None not in (shown, real) and kind_of(shown) is not kind_of(real):
        yield f"{where} is {kind_of(real).__name__}"


def kind_of(value: object) -> type:
    return float if type(value) is int else type(value)


def told_by_the_program() -> dict[str, list[Any]]:
    """Return what `watch`, `status` and `accounts` print."""
    with started("watch", "--demo", "--json") as watch:
        while (event := next_event(watch))["event"] != "registered":
            pass
        status = softphone("status", "--demo", "--json")
    with (
        CloudServer("calm") as cloud,
        started(
            "watch", "--cloud", cloud.cloud_file, "--json", "--token-env", "T", T=cloud.users[0].token
        ) as watch,
    ):
        next_event(watch)
        accounts = softphone("accounts", "--json")
    return {
        "scripts.md#watch": [event],
        "scripts.md#status": [json.loads(status.stdout)],
        "terminal.md#accounts": [json.loads(accounts.stdout)],
    }


async def told_over_the_wire() -> dict[str, list[Any]]:
    """Return what a registration asks and is answered, in the order of the guide."""
    with CloudServer("calm") as cloud:
        client = await CallingClient.create(token=cloud.users[0].token, cloud=cloud.cloud_file)
        [handle] = client.get_lines().values()
        registered = asyncio.Event()
        handle.on("registered", lambda _: registered.set())
        handle.register()
        await registered.wait()
        [asked] = cloud.journal(place="register", status=200)
        device = cloud.journal(place="wdm", method="POST")[0]
        await client.close()

        def answer(path: str, host: str = "base", body: Any = None) -> Any:
            headers = {
                "Authorization": f"Bearer {cloud.users[0].token}",
                "cisco-device-url": asked["body"]["clientDeviceUri"],
                "Content-Type": "application/json",
            }
            data = None if body is None else json.dumps(body).encode()
            with urlopen(Request(f"{cloud.hosts[host]}{path}", data, headers)) as told:
                return json.load(told)

        catalogs = [answer(f"/u2c/api/v1/catalog?format={name}") for name in ("hostmap", "U2CV2")]
        device_url = answer("/wdm/api/v1/devices", body=device["body"])["url"]
        registration = {**asked["body"], "clientDeviceUri": device_url}
        return {
            "protocol.md#catalog": catalogs,
            "protocol.md#wdm-device": [device["body"]],
            "protocol.md#region": [answer("/v1/region")],
            "protocol.md#server-lists": [
                answer("/api/v1/calling/web/?regionCode=US-EAST&countryCode=US", "D1")
            ],
            "protocol.md#register": [
                asked["body"],
                answer("/api/v1/calling/web/device", "P1", registration),
            ],
        }


# What is sent and printed has these keys and no others; of what a service answers a part is shown.
WHOLE = {"scripts.md#watch", "scripts.md#status", "terminal.md#accounts", "protocol.md#wdm-device"}


def check_json(real: Mapping[str, list[Any]]) -> None:
    shown = samples("json")
    for heading, values in real.items():
        for text, value in zip(shown[heading], values, strict=True):
            assert not list(differences(json.loads(text), value, part=heading not in WHOLE)), heading


@pytest.mark.slow
async def test_json_has_the_keys_of_what_is_told():
    printed, sent = told_by_the_program(), await told_over_the_wire()
    check_json(printed)
    check_json(sent)
    assert samples("json").keys() == printed.keys() | sent.keys()


@pytest.mark.parametrize(
    ("shown", "found"),
    [
        ({"a": 1}, ["b"]),
        ({"a": 1, "b": {}, "c": 2}, ["c"]),
        ({"a": "1", "b": {}}, ["a. is float"]),
        ({"a": 1, "b": {"d": 1}}, ["b.d"]),
        ({"a": None, "b": {}}, []),
    ],
)
def test_a_key_too_many_or_too_few_and_another_kind_of_value_are_found(shown: Any, found: list[str]):
    assert list(differences(shown, {"a": 1.5, "b": {"e": []}}, part=False)) == found
