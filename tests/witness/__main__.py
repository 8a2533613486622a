"""`python -m tests.witness [SCENARIO ...]`: see the package."""

from __future__ import annotations

import itertools
import ssl
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from softphone.sim.server import CloudServer
from tests.kit.certificates import certificate
from tests.witness import sdk
from tests.witness.scenarios import INTERVAL_S, SCENARIOS, USER, Expected, Scenario

_TO_MOBIUS = ("register", "keepalive", "deregister", "call")
_SHORT = {
    "connecting": "C",
    "registered": "R",
    "unregistered": "U",
    "reconnecting": "G",
    "reconnected": "N",
    "incoming_call": "I",
}

# The SDK has registered long before, or never will without help.
_REGISTERED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Result:
    """What the SDK did in one scenario, and in what it differs from what it was measured to do."""

    scenario: Scenario
    events: list[sdk.LineEvent]
    requests: list[str]
    left: int
    complaints: list[str]


def main(names: Sequence[str]) -> int:
    """Run the named scenarios, or all; returns the exit code."""
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if unknown := [name for name in names if name not in known]:
        return _unable(f"no scenario {unknown[0]!r}; known are {', '.join(known)}")
    chosen = [known[name] for name in names] or list(SCENARIOS)
    try:
        bundle = sdk.fetch()
    except sdk.NoSdkError as error:
        return _unable(str(error))
    with tempfile.TemporaryDirectory(prefix="softphone-witness-") as folder:
        tls, issuer = certificate(Path(folder), name="127.0.0.1")
        with ThreadPoolExecutor(len(chosen)) as pool:
            results = list(pool.map(lambda one: _observe(one, bundle, tls, issuer), chosen))
    for result in results:
        _print(result)
    differing = sum(bool(result.complaints) for result in results)
    _say(f"{len(results) - differing} of {len(results)} as measured with the SDK {sdk.VERSION}")
    return 1 if differing else 0


def _observe(scenario: Scenario, bundle: Path, tls: ssl.SSLContext, issuer: Path) -> Result:
    """Run one scenario on a cloud of its own."""
    with CloudServer("calm", tls=tls) as cloud:
        cloud.change_settings(keepalive_interval_s=INTERVAL_S)
        cloud.alter_user(USER, **(scenario.person or {}))
        cloud.faults([dict(fault) for fault in scenario.faults])
        helper = threading.Thread(target=_help, args=(scenario, cloud), daemon=True)
        helper.start()
        events = sdk.run(
            bundle,
            base=cloud.base,
            token=cloud.token(USER),
            issuer=issuer,
            end_at_s=scenario.end_at_s,
            deregister_at_s=scenario.deregister_at_s,
        )
        entries = cloud.journal()
        [person] = [one for one in cloud.state()["users"] if one["name"] == USER]
    requests = [
        f"{entry['place']} {entry['host']} {entry['status']}"
        for entry in entries
        if entry["place"] in _TO_MOBIUS
    ]
    left = len(person["devices"])
    complaints = [
        *_wrong_events(scenario.events, events),
        *_wrong_requests(scenario.requests, requests),
        *([] if left == scenario.left else [f"{left} devices left instead of {scenario.left}"]),
        *(f"asked for {entry['path']}" for entry in entries if entry["place"] == "unknown"),
        *(one for entry in entries if entry["place"] == "message-socket" for one in entry["complaints"]),
    ]
    return Result(scenario, events, requests, left, complaints)


def _help(scenario: Scenario, cloud: CloudServer) -> None:
    """Do to the cloud what the scenario does once the line is registered, if it ever is."""
    try:
        cloud.wait_for(timeout_s=_REGISTERED_WITHIN_S, place="register", status=200)
    except TimeoutError:
        return
    scenario.once_registered(cloud)


def _wrong_events(expected: Sequence[Expected], seen: Sequence[sdk.LineEvent]) -> list[str]:
    """Return where the events differ, or come too early or too late."""
    wrong = []
    repeated = {wanted.event for wanted in expected if wanted.repeated}
    firsts = [
        event
        for before, event in itertools.pairwise([None, *seen])
        if event and not (before and before.event == event.event in repeated)
    ]
    for wanted, got in itertools.zip_longest(expected, firsts):
        if wanted is None or got is None or (wanted.event, wanted.error) != (got.event, got.error):
            wrong.append(
                f"{_told(got) if got else 'nothing'} instead of {wanted.event if wanted else 'nothing'}"
            )
        elif not wanted.between_s[0] <= got.at_s <= wanted.between_s[1]:
            wrong.append(f"{_told(got)}, not within {wanted.between_s[0]:g} to {wanted.between_s[1]:g} s")
    return wrong


def _wrong_requests(expected: Sequence[str], seen: Sequence[str]) -> list[str]:
    """Return one sentence if the requests differ; equal ones in a row may stand for '...'."""
    repeated = {wanted.removesuffix("...") for wanted in expected if wanted.endswith("...")}
    shown: list[str] = []
    for request in seen:
        if request not in repeated:
            shown.append(request)
        elif shown[-1:] != [f"{request}..."]:
            shown.append(f"{request}...")
    return [] if shown == list(expected) else [f"requests differ from {', '.join(expected)}"]


def _told(event: sdk.LineEvent) -> str:
    error = f"({event.error})" if event.error else ""
    return f"{_SHORT.get(event.event, event.event)}{error} {event.at_s:.1f}"


def _print(result: Result) -> None:
    verdict = "differs" if result.complaints else "ok"
    _say(f"{result.scenario.name:32} {verdict:8} left {result.left}")
    _say(f"    {', '.join(map(_told, result.events))}")
    _say(f"    {', '.join(_counted(result.requests))}")
    for complaint in result.complaints:
        _say(f"    WRONG: {complaint}")


def _counted(requests: Sequence[str]) -> list[str]:
    """Return the requests with equal neighbours counted."""
    runs = [(request, len(list(run))) for request, run in itertools.groupby(requests)]
    return [request if count == 1 else f"{count} x {request}" for request, count in runs]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _unable(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
