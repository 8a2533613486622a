"""The loopback server with its pages, for every test that opens one of them."""

from collections.abc import Iterator

import pytest

from tests.ui.sign_in.web_pages import Web, serve


@pytest.fixture
def web() -> Iterator[Web]:
    with serve() as running:
        yield running
