"""The demonstration's own census: some of the week's children have an open case, some had one, the others are strangers."""

from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from mashbus.contracts import hub
from mashbus.demo.input import gathered
from mashbus.demo.known_children import held
from mashbus.demo.known_tally import KnownTally
from mashbus.demo.summary import Report
from mashbus.demo.tally import Tally
from mashbus.demo.week import MONDAY
from mashbus.domain.known import Holder, Holding, Identifier, KnownChild, involvement
from mashbus.domain.vocabulary import Involvement
from mashbus.synthetic.census import CensusRow, read
from tests.unit.demo.played import HACKNEY, WEEKS
from tests.unit.demo.test_summary import lines, printed
from tests.unit.demo.test_tally import STARTS, meta, request, routed

CHILDREN = [{"local_id": f"L{number}", "date_of_birth": "2015-05-01", "sex": "F"} for number in range(200)]


def test_each_kind_of_known_child_occurs_and_most_are_strangers() -> None:
    found = list(held([*CHILDREN, *CHILDREN, {"given_name": "Nobody"}], 1))
    assert len(found) == len({one.local_id for one in found}) == 14 + 10 + 8
    spells = Counter(
        Involvement.OPEN if closed is None else Involvement.EARLIER for one in found for _, closed in one.spells
    )
    assert spells[Involvement.OPEN] == 14
    assert found == list(held(CHILDREN, 1))
    assert found != list(held(CHILDREN, 2))


@pytest.mark.parametrize("name", [name for name, week in WEEKS.items() if week.partnership.known.recently])
def test_closed_lately_is_within_every_procedure_s_window(name: str) -> None:
    recently = WEEKS[name].partnership.known.recently
    kinds = Counter(
        involvement((Holding(service=Holder.SOCIAL_CARE, opened_on=opened, closed_on=closed),), MONDAY, recently)
        for one in held(CHILDREN, 1) for opened, closed in one.spells
    )  # fmt: skip
    assert kinds == {Involvement.OPEN: 14, Involvement.RECENTLY_CLOSED: 10, Involvement.EARLIER: 8}


def test_the_census_holds_them_with_the_numbers_that_the_referrals_name(tmp_path: Path) -> None:
    given = gathered(HACKNEY, census=None, own=None, folder=tmp_path, seed=1)
    assert given.known is not None
    referred = {child.get("local_id") for one in given.arrivals for child in one.document.get("children", ())}
    rows = [one for one in read(given.known) if isinstance(one, CensusRow)]
    known = {one.local_id for one in rows if not one.local_id.startswith("SYNTHOTHER")}
    assert known < referred
    assert 30 < len(known) < 70
    assert len({one.local_id for one in rows}) > 400


def test_a_census_that_somebody_brought_is_the_one_that_is_imported(tmp_path: Path) -> None:
    gathered(HACKNEY, census=None, own=None, folder=tmp_path, seed=1)
    brought = tmp_path / "census.xml"
    given = gathered(HACKNEY, census=brought, own=None, folder=tmp_path, seed=1)
    assert (given.known, given.known_is_ours) == (brought, False)


def looked_up(
    case: UUID, closed_on: date | None = None, *, known: bool = True, round_: int = 1
) -> hub.ChildrenLookedUp:
    spell = Holding(service=Holder.SOCIAL_CARE, opened_on=date(2025, 1, 1), closed_on=closed_on)
    child = KnownChild(child=0, token="0", organisation="hackney-csc", holdings=(spell,), matched_on=(Identifier.UPN,))
    return hub.ChildrenLookedUp(
        meta=meta(case), round=round_, known=(child,) if known else (), contradictions=(), earlier=(), same_as=None
    )


def passed(case: UUID, rule: str = "open-to-social-care") -> hub.PassedToHolder:
    return hub.PassedToHolder(
        meta=meta(case), rule=rule, requirement="H-05", instead=True, reason="r", children=(0,), holders=(),
        team=None,
    )  # fmt: skip


def test_H_05_the_summary_shows_that_nobody_was_asked_about_an_open_case() -> None:
    open_, lately, stranger = uuid4(), uuid4(), uuid4()
    tally = Tally()
    for record in (
        looked_up(open_), passed(open_), looked_up(lately, closed_on=STARTS.date()), looked_up(stranger, known=False),
        routed(request(), request()).model_copy(update={"meta": meta(stranger)}),
    ):  # fmt: skip
        tally.take(record)
    text = lines(printed(Report(HACKNEY, tally, holder_story=[("Mon 09:12", "passed on")])))
    assert "an open case 1 1 0 0 0" in text
    assert "closed lately 1 0 0 0 0" in text
    assert "not known 1 0 0 0 2" in text
    assert any("(H-05): nobody was asked 1" in line for line in text)
    assert "Another one, about a child whose case is open" in text


def test_rules_that_say_the_same_are_counted_together() -> None:
    tally = Tally()
    for record in (passed(uuid4()), passed(uuid4()), passed(uuid4(), "found-open")):
        tally.take(record)
    assert any("(H-05): nobody was asked 3" in line for line in lines(printed(Report(HACKNEY, tally))))


def test_the_case_that_is_told_is_one_of_whom_the_directory_knew() -> None:
    found_by_a_person, by_the_directory = UUID(int=1), UUID(int=2)
    tally = KnownTally()
    assert tally.worth_telling() is None
    tally.take(passed(found_by_a_person))
    assert tally.worth_telling() == found_by_a_person
    for record in (passed(by_the_directory), looked_up(by_the_directory), looked_up(found_by_a_person, known=False)):
        tally.take(record)
    assert tally.worth_telling() == by_the_directory


def test_of_two_answers_of_the_directory_the_later_round_counts_in_any_order() -> None:
    case = uuid4()
    first, second = looked_up(case, known=False), looked_up(case, round_=2)
    for order in ((first, second), (second, first)):
        tally = KnownTally()
        for record in order:
            tally.take(record)
        assert tally.looked[case] is second
