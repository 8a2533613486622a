"""A short soak of each kind; the whole ones: `python -m tests.hostile.soak virtual`, `... real`."""

import random
from pathlib import Path

import pytest

from tests.hostile.seed import sample
from tests.hostile.soak.figures import Rest, Sample, grown
from tests.hostile.soak.plot import picture
from tests.hostile.soak.real import real_soak
from tests.hostile.soak.virtual import virtual_soak
from tests.hostile.soak.weather import Deed, Storm, timetable

SCALE = 0.05
LINES = 4
PEOPLE = [f"person{number:02}@example.com" for number in range(1, LINES + 1)]


def test_lines_keep_every_promise_through_storms_in_virtual_time():
    with sample() as chance:
        outcome = virtual_soak(seed=chance.randrange(1_000_000), lines=LINES, hours=1.5)
        assert outcome.storms
        assert outcome.broken == [], "\n".join(outcome.promises.told)


def quick_storm(chance: random.Random) -> Storm:
    """Return a storm of a few seconds, of faults that need no long wait to be seen through."""
    answers = ({"status": 503}, "reset", {"malformed": "html"}, {"status": 404}, {"gzip": 1})
    spoilt = {"where": "keepalive", "answer": chance.choice(answers)}
    refused = {"where": "any", "host": chance.choice(("P1", "P2")), "answer": "refuse"}
    deeds = [
        ("refused", "faults", [refused]),
        ("forgotten", "users", {"name": chance.choice(PEOPLE), "forget_devices": True}),
        ("expired", "users", {"name": chance.choice(PEOPLE), "expire_tokens": True}),
        ("sockets", "sockets", {"close": 1006}),
        ("press", "press", ("deregister", chance.choice(PEOPLE))),
    ]
    chance.shuffle(deeds)
    moments = sorted(chance.uniform(135, 150) for _ in deeds)  # each line has met what is spoilt by then
    timed = [Deed(at_s, *deed) for at_s, deed in zip(moments, deeds, strict=True)]
    return Storm(100, 160, 360, (Deed(100, "spoilt", "faults", [spoilt]), *timed))


@pytest.mark.slow
def test_lines_keep_every_promise_through_a_storm_over_real_sockets():
    with sample() as chance:
        outcome = real_soak(
            seed=1, lines=LINES, minutes=360 * SCALE / 60, time_scale=SCALE, storms=(quick_storm(chance),)
        )
        assert outcome.promises.faulty
        assert outcome.broken == [], "\n".join(outcome.promises.told)


def test_the_same_seed_makes_the_same_timetable_with_a_calm_behind_each_storm():
    storms, again = (timetable(7, length_s=36_000, people=PEOPLE, local=True) for _ in range(2))
    assert storms == again
    assert len(storms) > 10
    assert storms[-1].calm_until_s == 36_000
    for storm in storms:
        assert all(storm.begin_s <= deed.at_s <= storm.end_s < storm.calm_until_s for deed in storm.deeds)


def rests(memory_mib: list[float]) -> list[Rest]:
    return [Rest(3600.0 * hour, 10, 10, 10, 1, each, 100.0) for hour, each in enumerate(memory_mib)]


def test_what_is_more_at_the_end_than_in_the_middle_has_grown():
    assert grown(rests([50.0 + hour % 3 for hour in range(30)]), lines=40) == []
    assert grown(rests([50.0 + 2 * hour for hour in range(30)]), lines=40) == [
        "memory_mib: 79 in the middle, 99 at the end"
    ]


def test_a_picture_has_a_curve_for_each_figure_and_a_shade_for_each_storm(tmp_path: Path):
    samples = [Sample(60.0 * minute, 4, minute, 5, 6, 7, 1, 50.0) for minute in range(10)]
    file = tmp_path / "soak.svg"
    file.write_text(picture(samples, [(60.0, 120.0)], title="<soak>", unit_s=60.0, unit="min"))
    drawn = file.read_text()
    assert drawn.count("<polyline") == 7
    assert drawn.count("#fbe3d6") == 1
    assert "&lt;soak&gt;" in drawn
