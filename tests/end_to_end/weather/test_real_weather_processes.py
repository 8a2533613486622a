"""Crashes, copies and commands: `softphone watch` as processes of its own."""

import re
import shutil
from pathlib import Path

import pytest

from softphone.sim.server import CloudServer
from tests.end_to_end.weather.watching import Watch
from tests.kit.program import softphone, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

TIME_SCALE = 0.05
PATIENCE_S = 40.0


def devices(cloud: CloudServer) -> list[str]:
    users = cloud.state()["users"]
    return [one["device_id"] for user in users for one in user["devices"] if not one["others"]]


def held(watch: Watch, times: int = 1) -> str:
    return str(watch.until_event("registered", times)["info"]["mobiusDeviceId"])


def test_l16_three_kills_leave_one_device_although_five_are_allowed(tmp_path: Path, devices_shared: bool):
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud:
        cloud.change_settings(devices_shared=devices_shared, keepalive_interval_s=120)
        cloud.alter_user(cloud.users[0].name, device_limit=5)
        seen = set()
        for _ in range(3):
            with Watch(cloud, tmp_path / "home") as watch:
                seen.add(held(watch))
        with Watch(cloud, tmp_path / "home") as watch:
            device_id = held(watch)
            wait_until(lambda: devices(cloud) == [device_id], PATIENCE_S)
            assert "error" not in watch.names
            assert watch.stop() == 0
        assert devices(cloud) == []


def test_l15_a_copied_profile_asks_and_leaves_the_first_one_its_line(tmp_path: Path):
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud, Watch(cloud, tmp_path / "one") as first:
        device_id = held(first)
        shutil.copytree(tmp_path / "one" / "config", tmp_path / "two" / "config")
        profile = tmp_path / "two" / "config" / "profiles" / "default" / "profile.toml"
        text, marks = re.subn(r'(machine = "\w+:)\w+"', r"\g<1>" + "0" * 64 + '"', profile.read_text())
        assert marks == 1
        profile.write_text(re.sub("^checksum = .*\n", "", text))
        with Watch(cloud, tmp_path / "two") as second:
            asked = second.until_event("error")
            assert (asked["state"], asked["error"]["error_code"]) == ("action", 101)
            since = cloud.journal()[-1]["n"]
            cloud.wait_for(3, since=since, place="keepalive", status=200, timeout_s=PATIENCE_S)
            assert devices(cloud) == [device_id]
            assert cloud.journal(place="deregister") == []
            assert second.names == ["connecting", "error"]
            assert second.stop() == 0
        assert first.names == ["connecting", "registered"]
        assert first.stop() == 0
        wdm = {one["url"] for user in cloud.state()["users"] for one in user["wdm_devices"]}
        assert len(wdm) == 2, "a copy has a device of its own"


@pytest.mark.parametrize("is_over", [True, False])
def test_l17_register_by_command_tries_once_against_a_wish_to_wait_an_hour(tmp_path: Path, is_over: bool):
    busy = {"status": 429, "headers": {"Retry-After": "3600"}}
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud:
        cloud.faults([{"where": "register", "answer": busy}])
        with Watch(cloud, tmp_path / "home") as watch:
            asked = settled(cloud)
            place = {"SOFTPHONE_HOME": str(tmp_path / "home")}
            if is_over:
                cloud.clear_faults()
            assert softphone("register", **place).returncode == 0
            cloud.wait_for(asked + 1, place="register", timeout_s=PATIENCE_S)
            if is_over:
                held(watch)
            else:
                cloud.clear_faults()
                assert softphone("register", **place).returncode == 0
                assert softphone("status", **place).returncode == 1, (
                    "the press is used up until the time is over"
                )
            assert watch.stop() == 0
            assert len(cloud.journal(place="register")) == asked + 1


def settled(cloud: CloudServer) -> int:
    """Wait until every server was asked and wants no more; return how often they were."""
    hosts = {"P1", "B1", "D1"}
    wait_until(lambda: {one["host"] for one in cloud.journal(place="register")} >= hosts, PATIENCE_S)
    return len(cloud.journal(place="register"))


def test_l16_what_a_kill_left_at_another_server_is_removed_there(tmp_path: Path):
    with CloudServer("calm", time_scale=TIME_SCALE) as cloud:
        cloud.change_settings(devices_shared=False, expiry_intervals=100)
        cloud.alter_user(cloud.users[0].name, device_limit=5)
        cloud.faults([{"where": "register", "host": "P1", "answer": "hang", "acts": True}])
        with Watch(cloud, tmp_path / "home"):
            cloud.wait_for(1, place="register", host="P1", timeout_s=PATIENCE_S)
            wait_until(lambda: devices(cloud), PATIENCE_S)
        [orphan] = devices(cloud)
        cloud.clear_faults()
        cloud.faults([{"where": "register", "host": "P1", "answer": {"status": 503}}])
        with Watch(cloud, tmp_path / "home") as watch:
            device_id = held(watch)
            wait_until(lambda: devices(cloud) == [device_id], PATIENCE_S)
            [gone] = cloud.journal(place="deregister")
            assert (gone["host"], gone["status"]) == ("P1", 200)
            assert gone["path"].endswith(orphan)
            assert watch.stop() == 0
