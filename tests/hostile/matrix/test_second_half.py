"""Half of a tenth of the matrix."""

import pytest

from tests.hostile.matrix.cell import Result
from tests.hostile.matrix.conftest import assert_kept
from tests.hostile.matrix.matrix import Figures

pytestmark = [pytest.mark.slow, pytest.mark.timeout(170)]

PART = 1


def test_whatever_fails_wherever_the_line_is_registered_again_and_nothing_is_left(
    tried: tuple[list[Result], Figures, str],
):
    assert_kept(tried)
