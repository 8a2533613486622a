"""The table of what is expected says what the guide says, and the program's readers agree."""

import json
import re
from typing import Any

import pytest

from softphone.checks.first_contact.differences import _MISSING, _dumped, _effect, _key_differences, outcome
from softphone.checks.first_contact.expected import CATALOG_V2, EXPECTED, Expected
from softphone.checks.first_contact.routes import Route
from tests.guides.blocks import BLOCKS
from tests.guides.test_samples import differences
from tests.house.test_citations import DOCS

PROTOCOL = (DOCS / "protocol.md").read_text(encoding="utf-8")
SIGN_IN = (DOCS / "sign-in.md").read_text(encoding="utf-8")
READ = {route.value: expected for route, expected in EXPECTED.items() if expected.sample}
READ["catalog, U2CV2"] = CATALOG_V2


def guide(heading: str) -> list[Any]:
    """Return the JSON samples below a heading of the guide."""
    return [
        json.loads(one.text)
        for one in BLOCKS
        if (one.below, one.language) == (f"protocol.md#{heading}", "json")
    ]


GUIDE = {
    Route.CATALOG: guide("catalog")[0],
    Route.REGION: guide("region")[0],
    Route.SERVERS: guide("server-lists")[0],
    Route.REGISTER: guide("register")[1],
}


def test_every_answer_of_the_guide_has_its_row() -> None:
    answers = [sample for heading in ("catalog", "region", "server-lists") for sample in guide(heading)]
    assert [*answers, guide("register")[1]] == [
        GUIDE[Route.CATALOG],
        guide("catalog")[1],
        *list(GUIDE.values())[1:],
    ]


@pytest.mark.parametrize("route", GUIDE, ids=lambda route: route.value)
def test_a_sample_has_the_keys_of_the_guide_and_no_others(route: Route) -> None:
    shown, ours = GUIDE[route], EXPECTED[route].sample
    assert not list(differences(shown, ours, part=False))
    assert not list(differences(ours, shown, part=False))


def test_the_other_format_of_the_catalog_has_the_keys_of_the_guide() -> None:
    assert not list(differences(guide("catalog")[1], CATALOG_V2.sample, part=False))


@pytest.mark.parametrize(
    "route", [route for route in EXPECTED if route not in GUIDE], ids=lambda one: one.value
)
def test_what_the_guide_tells_without_a_sample_is_in_its_words(route: Route) -> None:
    names = {part for key in EXPECTED[route].keys for part in re.split(r"[.\[\]*]+", key.path) if part}
    of_wdm = {"name", "model", "localizedModel", "systemName"}  # shown where they are sent
    missing = {one for one in names - of_wdm if not re.search(rf"[`\"]{one}[`\"]", PROTOCOL + SIGN_IN)}
    assert not missing


@pytest.mark.parametrize("what", READ)
def test_the_readers_take_a_sample_and_see_no_difference_in_it(what: str) -> None:
    expected = READ[what]
    assert not list(_key_differences(expected.sample, expected))
    assert outcome(expected, _dumped(expected.sample)) == outcome(expected, _dumped(expected.sample))


@pytest.mark.parametrize("what", READ)
def test_every_key_of_the_table_is_one_that_a_reader_misses(what: str) -> None:
    expected: Expected = READ[what]
    unread = [key.path for key in expected.keys if _effect(expected, key.path, _MISSING) == "nothing"]
    assert unread in ([], ["serviceLinks.mobius"])  # only names the scheme, which is the guide's own


@pytest.mark.parametrize("what", READ)
def test_what_is_lost_without_a_key_is_said(what: str) -> None:
    expected: Expected = READ[what]
    for key in expected.keys:
        assert key.lost or expected.fails
