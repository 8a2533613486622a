"""A short soak of each kind; the whole ones: `python -m tests.hostile.soak virtual`, `... real`."""

from tests.hostile.seed import sample
from tests.hostile.soak.virtual import virtual_soak


def test_lines_keep_every_promise_through_storms_in_virtual_time():
    with sample() as chance:
        outcome = virtual_soak(seed=chance.randrange(1_000_000), lines=4, hours=1.0)
        assert outcome.storms
        assert outcome.broken == [], "\n".join(outcome.promises.told)
