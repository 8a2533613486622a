"""What the tests of bad weather share."""

import pytest

from tests.end_to_end.weather.weather import Outcome, play_all


@pytest.fixture(scope="session")
def weather(request: pytest.FixtureRequest) -> dict[str, Outcome]:
    """Play every selected test of bad weather at once; how each ended, by its id."""
    return play_all(request.session.items)
