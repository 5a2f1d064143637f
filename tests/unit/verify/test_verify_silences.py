"""Planted: silences of organisations that owe nothing, said twice, and returns from nowhere."""

from verified_log import HEALTH, HOUR, POLICE, SECOND, T0, consistent, names, only, uid


def test_more_owed_than_was_asked_for():
    log = consistent()
    log.edit("silent", owes=3)
    names(only(log, "silences"), uid("silent"), "owe 3 answers where at most 2", HEALTH)


def test_silent_while_it_owes_nothing():
    log = consistent()
    log.edit("silent", owes=0)
    names(only(log, "silences"), uid("silent"), "owe 0 answers", HEALTH)


def test_answers_given_by_then_are_not_owed():
    log = consistent()
    log.edit("silent", organisation=POLICE, owes=2)
    log.edit("back", organisation=POLICE)
    names(only(log, "silences"), uid("silent"), "at most 1", POLICE)


def test_silent_again_without_having_come_back():
    log = consistent()
    log.again("silent", "again", event_id=uid("again"))
    names(only(log, "silences"), "silent again", uid("silent"), uid("again"))


def test_silent_again_after_it_came_back_is_another_silence():
    log = consistent()
    log.again("silent", "again", event_id=uid("again"))
    log.place("again", at=T0 + 4.6 * HOUR)
    said = [str(one) for one in _verdict(log).broken]
    assert said == []


def test_the_same_silence_said_by_two_instances_is_one():
    log = consistent()
    log.again("silent", "again")
    assert _verdict(log).ok


def test_said_before_it_began():
    log = consistent()
    log.edit("silent", since=T0 + 3 * HOUR + SECOND)
    names(only(log, "silences"), "before it began", uid("silent"))


def test_back_from_a_silence_that_nobody_said():
    log = consistent()
    log.drop("silent")
    names(only(log, "silences"), "not said before", uid("back"))


def test_back_before_it_was_silent():
    log = consistent()
    log.place("back", at=T0 + 2 * HOUR)
    names(only(log, "silences"), "not said before", uid("back"))


def test_back_from_anothers_silence():
    log = consistent()
    log.edit("back", organisation=POLICE)
    names(only(log, "silences"), "another's", uid("back"), uid("silent"))


def test_back_under_two_ids():
    log = consistent()
    log.again("back", "again", event_id=uid("again"))
    names(only(log, "silences"), "several ids", uid("silent"), uid("again"))


def _verdict(log):
    from mashbus.verify import judge

    return judge(log.evidence()).verdict("silences")
