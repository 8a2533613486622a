from softphone.sim.sockets.agenda import Agenda


def test_acts_come_in_the_order_of_their_time_and_once():
    agenda, done = Agenda(), []
    agenda.at(2, lambda _: done.append("late"))
    agenda.at(1, lambda _: done.append("early"))
    agenda.run(0.5)
    assert (done, agenda.next_s) == ([], 1)
    agenda.run(5)
    agenda.run(6)
    assert (done, agenda.next_s) == (["early", "late"], None)


def test_only_what_comes_before_all_others_is_told():
    agenda, told = Agenda(), []
    agenda.on_sooner = lambda: told.append(agenda.next_s)
    for due_s in (5, 7, 3):
        agenda.at(due_s, lambda _: None)
    assert told == [5, 3]


def test_what_an_act_plans_waits_for_the_next_time():
    agenda, done = Agenda(), list[float]()
    agenda.at(1, lambda now_s: agenda.at(now_s, done.append))
    agenda.run(1)
    assert done == []
    agenda.run(1)
    assert done == [1]
