"""When an organisation is silent, when it is back, and what it owes: pure, so told in values."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Meta
from mashbus.domain.vocabulary import Knowledge, Rag
from services.deadlines.silence.judging import (
    MOVED_LOOKS,
    STILL_LOOKS,
    Commit,
    Commits,
    Owed,
    Said,
    Watched,
    back,
    lag_of,
    seen,
    silence_of,
    silent,
)
from services.deadlines.silence.owed import Account

NINE = datetime(2026, 6, 8, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
QUARTER = 15 * MINUTE
POLICE = "met-police"


def commits(**groups: dict[int, int]) -> Commits:
    return frozenset(Commit(name, partition, at) for name, places in groups.items() for partition, at in places.items())


def looked(*looks: tuple[float, Commits, int]) -> Watched:
    """(minutes after nine, commits, lag) of each look."""
    watched = None
    for minutes, there, lag in looks:
        watched = seen(watched, there, lag, NINE + minutes * MINUTE, NINE + minutes * MINUTE)
    assert watched
    return watched


def is_silent(watched: Watched, minutes: float) -> bool:
    return watched.silent_for(QUARTER, NINE + minutes * MINUTE)


HERE = commits(answers={0: 5, 3: 2})
THERE = commits(answers={0: 6, 3: 2})


# -- silent ------------------------------------------------------------------------------------------------------


def test_silent_is_who_has_something_waiting_and_has_not_moved_for_the_profile_s_time() -> None:
    watched = looked((0, HERE, 2), (5, HERE, 2), (14.9, HERE, 3))
    assert not is_silent(watched, 14.9)
    assert is_silent(watched, 15)


def test_one_that_moves_at_all_is_not_silent_however_much_waits() -> None:
    watched = looked((0, HERE, 900), (5, HERE, 900), (10, THERE, 899), (15, THERE, 899), (20, THERE, 899))
    assert not is_silent(watched, 24)
    assert is_silent(watched, 25)


def test_one_with_nothing_waiting_is_not_silent_and_time_counts_from_when_something_waits() -> None:
    idle = looked((0, HERE, 0), (60, HERE, 0), (120, HERE, 0))
    assert not is_silent(idle, 120)
    asked = looked((0, HERE, 0), (60, HERE, 0), (120, HERE, 1), (121, HERE, 1), (122, HERE, 1))
    assert not is_silent(asked, 134)
    assert is_silent(asked, 135)


def test_a_clock_that_steps_ahead_makes_nobody_silent_at_once() -> None:
    assert not is_silent(looked((0, HERE, 1), (60, HERE, 1)), 60)
    assert is_silent(looked((0, HERE, 1), *[(60, HERE, 1)] * (STILL_LOOKS - 1)), 60)


def test_a_clock_that_steps_back_does_not_put_a_silence_off_by_the_step() -> None:
    watched = looked((60, HERE, 1), (0, HERE, 1), (5, HERE, 1), (15, HERE, 1))
    assert is_silent(watched, 15)


def test_the_least_behind_group_counts_and_the_broker_s_own_expiry_is_no_lag() -> None:
    ends, begins = {0: 10, 3: 4}, {0: 2, 3: 0}
    assert lag_of(commits(answers={0: 10, 3: 4}, audit={0: 1}), begins, ends) == 0
    assert lag_of(commits(answers={0: 9, 3: 4}, audit={0: 3}), begins, ends) == 1
    assert lag_of(commits(), begins, ends) == 12
    assert lag_of(commits(), ends, ends) == 0
    assert lag_of(commits(answers={0: 1}), {0: 6, 3: 4}, ends) == 4


# -- ids ---------------------------------------------------------------------------------------------------------


def a_silence(there: Commits = HERE, partnership: str = "hackney", *, minutes: float = 20) -> hub.PartnerSilent:
    watched = looked((0, there, 2))
    return silent(partnership, POLICE, watched, Owed(2, NINE + 60 * MINUTE), NINE + minutes * MINUTE)


def test_P4_a_silence_has_one_id_whoever_says_it_and_whenever() -> None:
    assert a_silence(minutes=20).meta.event_id == a_silence(minutes=40).meta.event_id
    others = {a_silence(THERE).meta.event_id, a_silence(partnership="newham").meta.event_id}
    assert len(others | {a_silence().meta.event_id}) == 3


@given(st.permutations(sorted(HERE)))
def test_the_id_does_not_depend_on_the_order_in_which_the_broker_answers(order: list[Commit]) -> None:
    assert silence_of("hackney", POLICE, frozenset(order)) == a_silence().meta.event_id


def test_the_return_takes_its_id_from_the_silence() -> None:
    once, again = back(a_silence(), NINE), back(a_silence(minutes=30), NINE + MINUTE)
    assert once.meta.event_id == again.meta.event_id
    assert (once.meta.cause_id, once.silent_since) == (a_silence().meta.event_id, a_silence().since)


# -- what was said -----------------------------------------------------------------------------------------------


def heard(*records: hub.PartnerSilent | hub.PartnerBack) -> Said:
    said = Said()
    for one in records:
        said.take(one)
    return said


def ended(said: Said, there: Commits, looks: int = MOVED_LOOKS) -> list[hub.PartnerSilent]:
    found: list[hub.PartnerSilent] = []
    for _ in range(looks):
        found = list(said.ended_by({POLICE: there}))
    return found


def test_who_has_moved_since_his_silence_is_back_also_for_one_who_only_read_of_it() -> None:
    said = heard(a_silence())
    assert ended(said, HERE) == []
    assert ended(said, THERE) == [a_silence()]
    said.take(back(a_silence(), NINE))
    assert ended(said, THERE) == []
    assert said.open("hackney", POLICE) == ()


def test_nobody_is_back_whose_silence_was_never_said() -> None:
    assert ended(heard(), THERE) == []


def test_trap_50_one_answer_without_a_group_is_not_believed() -> None:
    said = heard(a_silence())
    assert ended(said, commits(), looks=1) == []
    assert ended(said, HERE, looks=1) == []
    assert ended(said, commits(), looks=1) == []


def test_an_organisation_that_was_not_looked_at_is_where_it_was() -> None:
    assert not list(heard(a_silence()).ended_by({"homerton-health": THERE}))


def test_the_two_records_may_be_read_in_any_order_and_repeated() -> None:
    silence = a_silence()
    for order in (
        [silence, back(silence, NINE)],
        [back(silence, NINE), silence],
        [silence, back(silence, NINE), silence],
    ):
        assert heard(*order).open("hackney", POLICE) == ()
    assert heard(silence, a_silence(minutes=90)).open("hackney", POLICE) == (silence,)


def test_each_partnership_has_silences_of_its_own() -> None:
    said = heard(a_silence(), a_silence(partnership="newham"))
    said.take(back(a_silence(), NINE))
    assert said.open("hackney", POLICE) == ()
    assert len(said.open("newham", POLICE)) == 1


# -- what is owed ------------------------------------------------------------------------------------------------


def meta(partnership: str = "hackney") -> Meta:
    return Meta(event_id=uuid4(), partnership=partnership, case_id=uuid4(), occurred_at=NINE)


def asked(request: int, minutes: float | None, partnership: str = "hackney") -> agency.InformationRequested:
    return agency.InformationRequested(
        meta=meta(partnership),
        request_id=UUID(int=request),
        organisation=POLICE,
        rag=Rag.RED,
        purpose="p",
        context=None,
        asked_at=NINE,
        due=None if minutes is None else NINE + minutes * MINUTE,
        needed_by=None,
        children=(),
        adults=(),
        disclosed=(),
    )


def answered(request: int) -> agency.InformationReturned:
    return agency.InformationReturned(meta=meta(), request_id=UUID(int=request), knowledge=Knowledge.POSSIBLE)


def rerated(request: int, minutes: float | None) -> agency.RequestRerated:
    due = None if minutes is None else NINE + minutes * MINUTE
    return agency.RequestRerated(
        meta=meta(), request_id=UUID(int=request), organisation=POLICE, rag=Rag.AMBER, due=due, reason="r"
    )


def refusal(answer: agency.InformationReturned) -> agency.AnswerRefused:
    return agency.AnswerRefused(
        meta=meta(), organisation=POLICE, request_id=answer.request_id, refused_id=answer.meta.event_id, reason="r", remedy="m"
    )  # fmt: skip


def owed(*records: object, partnership: str = "hackney") -> Owed | None:
    account = Account()
    for one in records:
        account.take(one)
    return account.owed().get(partnership)


def test_owed_is_what_was_asked_and_neither_answered_declined_nor_withdrawn() -> None:
    declined = agency.RequestDeclined(meta=meta(), request_id=UUID(int=2), reason="r")
    withdrawn = agency.RequestWithdrawn(meta=meta(), request_id=UUID(int=3), organisation=POLICE, reason="r")
    seen_ = agency.RequestSeen(meta=meta(), request_id=UUID(int=4))
    story = [asked(one, 60 * one) for one in (1, 2, 3, 4, 5)]
    assert owed(*story, answered(1), declined, withdrawn, seen_) == Owed(2, NINE + 240 * MINUTE)


def test_answers_are_read_before_their_requests_just_as_well() -> None:
    assert owed(answered(1), asked(1, 60), asked(2, 90)) == Owed(1, NINE + 90 * MINUTE)


def test_reading_7_the_newest_due_instant_counts_and_a_repeated_request_does_not_bring_the_old_one_back() -> None:
    first = asked(1, 60)
    assert owed(first, rerated(1, 600), first) == Owed(1, NINE + 600 * MINUTE)
    assert owed(first, rerated(1, None)) == Owed(1, None)


def test_a_refused_answer_is_none_and_a_good_one_beside_it_is() -> None:
    bad = answered(1)
    assert owed(asked(1, 60), bad, refusal(bad)) == Owed(1, NINE + 60 * MINUTE)
    assert owed(asked(1, 60), bad, refusal(bad), answered(1)) is None


def test_each_partnership_is_owed_its_own() -> None:
    story = asked(1, 60), asked(2, 30, "newham"), asked(3, 90, "newham")
    assert owed(*story) == Owed(1, NINE + 60 * MINUTE)
    assert owed(*story, partnership="newham") == Owed(2, NINE + 30 * MINUTE)
    assert owed(*story, partnership="medway") is None
