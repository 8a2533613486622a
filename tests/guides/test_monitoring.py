"""What a monitor is given: the dashboard, the alert rules and the guide name what is really served.

promtool, which comes with Prometheus, judges rules and figures where it is installed.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from softphone.headless.figures import Figures
from softphone.line.model import LineState
from tests.guides.blocks import BLOCKS
from tests.house.test_citations import DOCS, ROOT
from tests.ui.fakes import PanelSpy, line

MONITORING = ROOT / "resources/monitoring"
DASHBOARD: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
NEEDS_PROMTOOL = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed")
# What is put in the place of the dashboard's own variables, as Grafana does.
FOR_VARIABLES = {"$__rate_interval": "1m", "$job": "softphone", "$instance": ".*", "$account": ".*"}


async def served(accept: str = "") -> bytes:
    """Return the figures of a registered line."""
    figures = Figures(PanelSpy((line(LineState.REGISTERED),)))
    try:
        return (await figures.text(accept))[1]
    finally:
        figures.close()


async def names_and_labels() -> dict[str, set[str]]:
    """Return which labels each series has that is served."""
    families = text_string_to_metric_families((await served()).decode())
    return {one.name: set(one.labels) for family in families for one in family.samples}


def named_in(text: str) -> set[str]:
    return set(re.findall(r"\bsoftphone_\w+", text))


@pytest.mark.parametrize("file", ["dashboard.json", "alerts.yml", "alerts.test.yml"])
async def test_whatever_is_named_is_served(file: str):
    named = named_in((MONITORING / file).read_text(encoding="utf-8"))
    assert named
    assert named <= (await names_and_labels()).keys()


def test_every_alert_is_tested_and_explained():
    alerts = re.findall(r"alert: (\w+)", (MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    tests = (MONITORING / "alerts.test.yml").read_text(encoding="utf-8")
    guide = (DOCS / "monitoring.md").read_text(encoding="utf-8")
    assert alerts
    assert set(alerts) == set(re.findall(r"alertname: (\w+)", tests))
    assert set(alerts) == set(re.findall(r"^\| `(Softphone\w+)`", guide, re.MULTILINE))


async def test_the_guide_shows_each_series_as_it_is_served():
    [shown] = [block.text for block in BLOCKS if block.language == "prometheus"]
    told = {
        row.name: set(row.labels)
        for family in text_string_to_metric_families(shown)
        for row in family.samples
    }
    assert told == await names_and_labels()


async def test_what_the_dashboard_groups_by_are_labels_of_what_is_served():
    """And of what Prometheus adds itself."""
    known = {"job", "instance"}.union(*(await names_and_labels()).values())
    for query in QUERIES:
        for group in re.findall(r"\b(?:by|on|group_left) \(([^)]*)\)", query):
            assert set(group.split(", ")) <= known, query


def test_the_dashboard_is_one_that_grafana_takes():
    panels, variables = DASHBOARD["panels"], DASHBOARD["templating"]["list"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels)
    places = {
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    }
    assert len(places) == sum(panel["gridPos"]["w"] * panel["gridPos"]["h"] for panel in panels)
    defined = {f"${variable['name']}" for variable in variables} | {"$__rate_interval"}
    used = set(re.findall(r"\$\w+", "".join(QUERIES)))
    assert used <= defined
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}


# ---- by promtool


def promtool(*arguments: object, said: bytes = b"") -> str:
    """Return what it says; whoever is refused fails."""
    command = ["promtool", *map(str, arguments)]
    done = subprocess.run(command, input=said, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout.decode()


@NEEDS_PROMTOOL
def test_promtool_takes_the_rules_and_the_configuration_and_passes_the_tests():
    assert "SUCCESS: 5 rules found" in promtool("check", "rules", MONITORING / "alerts.yml")
    promtool("check", "config", MONITORING / "prometheus.yml")
    promtool("test", "rules", MONITORING / "alerts.test.yml")


@NEEDS_PROMTOOL
async def test_promtool_finds_nothing_to_say_of_the_figures():
    assert promtool("check", "metrics", said=await served()) == ""


@NEEDS_PROMTOOL
def test_promtool_understands_every_query_of_the_dashboard(tmp_path: Path):
    """As rules, which JSON may write as well as YAML."""
    rules = [{"record": f"panel:query:{number}", "expr": expanded(one)} for number, one in enumerate(QUERIES)]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    assert f"{len(QUERIES)} rules found" in promtool("check", "rules", tmp_path / "rules.yml")


def expanded(query: str) -> str:
    for variable, value in FOR_VARIABLES.items():
        query = query.replace(variable, value)
    return query
