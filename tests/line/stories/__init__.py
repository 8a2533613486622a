"""What a line does in a given weather, told in rows; `tests.line.test_stories` plays them all.

The verdicts (the same as the SDK, or better and why) are in tests/line/tables/vectors.py.
"""

from tests.line.stories import (
    failover,
    field,
    first_registration,
    keepalive,
    leaving,
    rehoming,
    surroundings,
)

STORIES = (
    *first_registration.STORIES,
    *failover.STORIES,
    *keepalive.STORIES,
    *rehoming.STORIES,
    *leaving.STORIES,
    *surroundings.STORIES,
    *field.STORIES,
)
