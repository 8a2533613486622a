import asyncio

from softphone.app import Program, Services
from softphone.auth.fixed_token import FixedToken
from softphone.auth.keystore import MemoryKeystore
from softphone.checks.check import CheckState, CheckStep, Finding, run_checks
from softphone.checks.probes import check_line, outside_probes
from softphone.line.model import LineState
from softphone.settings import cloud_file
from softphone.sim.server import CloudServer
from softphone.system.folders import find_folders
from softphone.webex.client import Client


async def looked(cloud: CloudServer) -> dict[CheckStep, Finding]:
    known = cloud_file.load_cloud(cloud.cloud_file, find_folders())
    client = Client(known)
    found: list[Finding] = []
    try:
        await run_checks(outside_probes(known, client), found.append)
    finally:
        await client.close()
    return {finding.step: finding for finding in found}


async def test_all_is_well_on_a_calm_cloud_and_no_token_went_along():
    with CloudServer("calm") as cloud:
        found = await looked(cloud)
        sent = cloud.journal()
    assert list(found) == [
        CheckStep.NETWORK,
        CheckStep.NAME,
        CheckStep.CONNECTION,
        CheckStep.CLOCK,
        CheckStep.REGION,
    ]
    assert {finding.check.state for finding in found.values()} == {CheckState.OK}
    assert found[CheckStep.REGION].check.sentence == "You are in US-EAST, US."
    assert sent
    assert not any("authorization" in entry["headers"] for entry in sent)


async def test_an_unknown_region_is_a_warning_and_a_wrong_clock_is_told():
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "region", "answer": {"status": 503}}])
        old = {"status": 200, "headers": {"Date": "Sun, 06 Nov 1994 08:49:37 GMT"}}
        cloud.faults([{"where": "any", "answer": old}])
        found = await looked(cloud)
    assert found[CheckStep.REGION].check.state is CheckState.WARNING
    assert found[CheckStep.CLOCK].check.state is CheckState.FAULT
    assert "ahead" in found[CheckStep.CLOCK].check.sentence


async def test_a_region_service_that_makes_no_sense_is_a_warning():
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "region", "answer": "malformed"}])
        found = await looked(cloud)
    assert found[CheckStep.REGION].check.state is CheckState.WARNING


async def test_a_service_that_refuses_is_a_fault_and_tells_no_time():
    with CloudServer("calm") as cloud:
        cloud.faults([{"where": "any", "host": "base", "answer": "refuse"}])
        found = await looked(cloud)
    assert found[CheckStep.CONNECTION].check.sentence == "127.0.0.1 refused the connection."
    assert found[CheckStep.CLOCK].check.state is CheckState.WARNING


async def test_a_registered_line_is_looked_at_from_end_to_end_and_goes_on_undisturbed():
    with CloudServer("calm") as cloud:
        known = cloud_file.load_cloud(cloud.cloud_file, find_folders())
        services = Services(Program(cloud=known, folders=find_folders(), keystore=MemoryKeystore()))
        client = Client(known)
        panel = services.panel()
        panel.add(FixedToken(cloud.users[0].token))
        try:
            while not panel.lines:
                await asyncio.sleep(0.01)
            [line_id] = [line.identity.line_id for line in panel.lines]
            panel.register(line_id)
            while panel.lines[0].state is not LineState.REGISTERED:
                await asyncio.sleep(0.01)
            before, found = panel.lines, list[Finding]()
            await check_line(panel, line_id, found.append, outside=outside_probes(known, client))
            assert panel.lines == before
        finally:
            await panel.close()
            await client.close()
            await services.close()
        sent = cloud.journal()
    assert [finding.step for finding in found] == list(CheckStep)
    assert {
        finding.step: finding.check for finding in found if finding.check.state is not CheckState.OK
    } == {}
    assert [entry["complaints"] for entry in sent if entry["place"] == "keepalive"] == [[]]
    assert len([entry for entry in sent if entry["place"] == "register"]) == 1
