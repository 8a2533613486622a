"""What GitHub runs: actions that cannot change under us, and with no more rights than needed."""

import os
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
GITHUB = CHECKOUT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
OURS = re.compile(r"\./(\.github/workflows/[\w-]+\.yml)")

pytestmark = pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda file: file.stem)


def jobs_of(workflow: Path) -> dict[str, str]:
    """Return the text of each job by its name."""
    [_, text] = workflow.read_text(encoding="utf-8").split("\njobs:\n")
    _, *parts = re.split(r"^  ([\w-]+):\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def test_every_action_is_pinned_by_a_commit_and_says_its_version(workflow: Path):
    used = re.findall(r"\buses: (.+)", workflow.read_text(encoding="utf-8"))
    assert used
    for one in used:
        if ours := OURS.fullmatch(one):
            assert (CHECKOUT / ours[1]).is_file()
        else:
            assert PINNED.fullmatch(one)


def test_an_action_has_one_version_everywhere(workflow: Path):
    everywhere = "".join(file.read_text(encoding="utf-8") for file in WORKFLOWS)
    for action in re.findall(r"\buses: ([\w-]+/[\w./-]+)@", workflow.read_text(encoding="utf-8")):
        assert len(set(re.findall(rf"\buses: ({action}@.+)", everywhere))) == 1


def test_a_workflow_may_only_read_and_no_checkout_keeps_a_password(workflow: Path):
    text = workflow.read_text(encoding="utf-8")
    assert "\npermissions:\n  contents: read\n" in text
    assert text.count("actions/checkout@") == text.count("          persist-credentials: false\n")
    assert "pull_request_target" not in text
    assert "secrets." not in text


def test_only_the_job_that_publishes_may_write(workflow: Path):
    writing = [name for name, job in jobs_of(workflow).items() if re.search(r": write\b", job)]
    assert writing == (["publish"] if workflow.stem == "release" else [])


def test_every_job_that_runs_steps_ends_some_time(workflow: Path):
    for name, job in jobs_of(workflow).items():
        limited = re.search(r"^    timeout-minutes: \d+$", job, re.MULTILINE) is not None
        assert limited == ("    steps:\n" in job), name


def test_no_expression_is_pasted_into_a_script(workflow: Path):
    """A branch or a title could be a command: scripts read variables."""
    scripts = re.findall(
        r"^( +)(?:- )?run: (?:[|>]-?\n((?:\1 +.*\n|\n)+)|(.+))",
        workflow.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert not [script for script in scripts if "${{" in "".join(script)]


def test_whatever_pip_installs_is_pinned_or_built_here(workflow: Path):
    installed = re.findall(r"\bpip install (.*)", workflow.read_text(encoding="utf-8"))
    for options in installed:
        assert re.match(r"--(require-hashes --requirement|no-index|no-deps --no-build-isolation) ", options)


def test_what_a_step_runs_of_ours_is_there(workflow: Path):
    text = workflow.read_text(encoding="utf-8")
    for name in re.findall(r"(?<![\w./-])packaging/[\w./-]+\w", text):
        assert (CHECKOUT / name).exists(), name
    for name in re.findall(r"^ +(?:- run: |run: |)(packaging/[\w/-]+)(?= |$)", text, re.MULTILINE):
        assert os.access(CHECKOUT / name, os.X_OK), name
