"""What the tests of bad weather share."""

import pytest

from tests.end_to_end.weather import Outcome, play_all


@pytest.fixture(scope="module")
def weather(request: pytest.FixtureRequest) -> dict[str, Outcome]:
    """Play every selected test of the module at once; how each ended, by its name."""
    return play_all(request.module.__name__, request.session.items)
