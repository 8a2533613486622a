from softphone.sim.clock import Clock

START_S = 1_800_000_000.0  # 2027-01-15T08:00:00Z, a Friday


def test_time_is_steady_time_plus_jumps():
    clock = Clock(START_S, 1.0)
    clock.jump(100)
    assert clock.read(5) == 105


def test_after_a_jump_the_past_is_older_and_now_is_not_in_the_future():
    clock = Clock(START_S, 1.0)
    clock.jump(3600)
    assert clock.iso(clock.read(0)) == "2027-01-15T08:00:00Z"
    assert clock.iso(0) == "2027-01-15T07:00:00Z"


def test_what_a_person_does_is_measured_on_the_wall():
    assert Clock(START_S, 0.1).of_wall(60) == 600
