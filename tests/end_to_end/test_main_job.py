"""The main job, end to end: the real window and web engine on an X display, a person's clicks."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from softphone.sim.server import CloudServer
from tests.end_to_end import person
from tests.kit.processes import descendants
from tests.kit.program import NEEDS_DISPLAY

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(150),
    NEEDS_DISPLAY,
]

LINE_PROPERTIES = (
    "Status (Webex says)",
    "Phone number",
    "Extension",
    "SIP address",
    "Voicemail",
    "Voice portal number",
    "Voice portal extension",
    "Line ID",
    "Calling device ID",
    "Last seen by Webex",
    "Keep-alive every",
    "In-call keep-alive every",
    "Return to primary after",
)


@dataclass
class Visit:
    """What one run of the program by a person left behind."""

    code: int
    output: str
    seen: dict[str, Any]
    home: Path
    journal: list[dict[str, Any]]
    secrets: set[str]
    survivors: list[tuple[int, bytes]]

    def answered(self, place: str) -> list[int | None]:
        return [entry["status"] for entry in self.journal if entry["place"] == place]


@pytest.fixture(scope="module")
def visit(tmp_path_factory: pytest.TempPathFactory) -> Visit:
    folder = tmp_path_factory.mktemp("visit")
    before = {process_id for process_id, _ in descendants(os.getpid())}
    with CloudServer("calm") as cloud:
        code, output, seen = person.run("tests.end_to_end.person", cloud, folder)
        tokens = cloud._cloud.state.tokens
        return Visit(
            code=code,
            output=output,
            seen=seen,
            home=folder / "home",
            journal=cloud.journal(),
            secrets={*tokens._codes, *tokens._access, *tokens._refresh},
            survivors=[(pid, command) for pid, command in descendants(os.getpid()) if pid not in before],
        )


def test_the_person_gets_through_and_the_program_ends_well(visit: Visit):
    assert visit.code == 0, visit.output


def test_the_cloud_saw_the_whole_job_once_and_in_order(visit: Visit):
    assert visit.answered("token") == [200]
    assert visit.answered("register") == [200, 200]  # the second one after Register was pressed again
    assert visit.answered("deregister") == [200, 200]
    mobius = [entry["place"] for entry in visit.journal if entry["place"] in {"register", "deregister"}]
    assert mobius == ["register", "deregister", "register", "deregister"]


def test_the_cloud_has_nothing_to_complain_about(visit: Visit):
    assert [entry["complaints"] for entry in visit.journal if entry["complaints"]] == []


def test_the_true_host_was_shown_while_signing_in(visit: Visit):
    assert visit.seen["host"].startswith("127.0.0.1")


def test_the_details_show_every_property_of_the_line(visit: Visit):
    texts = "\n".join(visit.seen["texts"])
    assert [name for name in LINE_PROPERTIES if name not in texts] == []


def test_the_page_ran_in_a_renderer_and_none_is_left(visit: Visit):
    assert visit.seen["renderers while signing in"] >= 1
    assert visit.seen["renderers at the end"] == 0


def test_no_process_of_any_kind_is_left(visit: Visit):
    assert visit.survivors == []


def test_no_secret_is_in_any_window_text(visit: Visit):
    assert len(visit.secrets) >= 5
    texts = "\n".join(visit.seen["texts"])
    assert [secret for secret in visit.secrets if secret in texts] == []


def test_no_secret_is_in_any_output_log_or_file(visit: Visit):
    written = {path: path.read_bytes() for path in visit.home.rglob("*") if path.is_file()}
    assert any(path.name == "softphone.log" for path in written)
    written[Path("output")] = visit.output.encode()
    for path, content in written.items():
        for secret in visit.secrets:
            assert secret.encode() not in content, path
