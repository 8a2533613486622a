"""What the readers have opened in this process is closed with it."""

from collections.abc import Iterator

import pytest

from tests.hostile.fuzz import target
from tests.hostile.fuzz.readers import settings


@pytest.fixture(scope="session", autouse=True)
def nothing_is_left() -> Iterator[None]:
    yield
    target.close()
    settings.leave()
