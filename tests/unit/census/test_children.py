"""Which children the directory takes, and what is said of those it does not: every fault, its line, never a value."""

from datetime import date

import pytest

from mashbus.census.children import CensusChild, child_of
from mashbus.census.faults import Consequence, Fault, Reason
from mashbus.census.fields import Findings, unknown
from mashbus.census.keeping import kept
from mashbus.census.reading import Census
from mashbus.census.seen import Seen
from mashbus.domain.known import Holder, Holding, Window
from tests.unit.census.files import CLOSED, IDENTIFIERS, OPEN, child, file

MADE = date(2026, 7, 10)


def read(text: str) -> tuple[CensusChild | None, list[Fault]]:
    [found] = [
        (child_of(element, findings := Findings(place, element.sourceline), MADE), findings.faults)
        for place, element in Census(file(text)).children()
    ]
    return found


def taken(text: str) -> CensusChild:
    one, faults = read(text)
    assert one is not None
    assert not faults
    return one


def test_an_open_and_a_closed_spell_of_one_child() -> None:
    found = taken(child(IDENTIFIERS, CLOSED, OPEN.replace("2026-01-02", "2026-05-05")))
    assert found == CensusChild(
        local_id="L1", upn="Z123456789012", birth_date=date(2015, 5, 1), expected_birth_date=None, sex="F",
        spells=(
            Holding(service=Holder.SOCIAL_CARE, opened_on=date(2026, 1, 2), closed_on=date(2026, 3, 1), closure_reason="RC7", need="N1"),
            Holding(service=Holder.SOCIAL_CARE, opened_on=date(2026, 5, 5), need="N1"),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("element", "sex"),
    [("<GenderCurrent>1</GenderCurrent>", "M"), ("<GenderCurrent>2</GenderCurrent>", "F"), ("<GenderCurrent>9</GenderCurrent>", "U"),
     ("<Sex>M</Sex>", "M"), ("<Sex>U</Sex>", "U"), ("", None)],
)  # fmt: skip
def test_both_generations_of_sex_are_read(element: str, sex: str | None) -> None:
    assert taken(child("<LAchildID>L1</LAchildID>" + element, OPEN)).sex == sex


def test_an_unborn_child_has_an_expected_day_and_a_reason_for_no_upn() -> None:
    unborn = "<LAchildID>L1</LAchildID><UPNunknown>UN1</UPNunknown><ExpectedPersonBirthDate>2026-09-01</ExpectedPersonBirthDate>"
    found = taken(child(unborn, OPEN))
    assert (found.upn, found.birth_date, found.expected_birth_date) == (None, None, date(2026, 9, 1))


def test_a_referral_without_further_action_was_never_a_case() -> None:
    ended_at_once = OPEN.replace("false", "true")
    assert taken(child(IDENTIFIERS, ended_at_once)).spells == ()
    assert len(taken(child(IDENTIFIERS, ended_at_once, OPEN)).spells) == 1


@pytest.mark.parametrize("work", ["<DateOfInitialCPC>2026-02-01</DateOfInitialCPC>", "<Assessments/>", "<Section47/>"])
def test_where_work_followed_the_flag_of_no_further_action_is_the_mistake(work: str) -> None:
    [spell] = taken(child(IDENTIFIERS, OPEN.replace("false", "true") + work)).spells
    assert spell.closed_on is None


REFUSED = [
    (child(IDENTIFIERS.replace("L1", ""), OPEN), "LAchildID", Reason.MISSING),
    (child(IDENTIFIERS.replace("L1", "9" * 65), OPEN), "LAchildID", Reason.NO_LOCAL_ID),
    (child(IDENTIFIERS + "<LAchildID>L2</LAchildID>", OPEN), "LAchildID", Reason.REPEATED),
    (child(IDENTIFIERS, "<PrimaryNeedCode>N1</PrimaryNeedCode>"), "CINdetails 1/CINreferralDate", Reason.MISSING),
    (child(IDENTIFIERS, OPEN.replace("2026-01-02", "2026-02-30")), "CINdetails 1/CINreferralDate", Reason.NO_DAY),
    (child(IDENTIFIERS, OPEN.replace("2026-01-02", "02/01/2026")), "CINdetails 1/CINreferralDate", Reason.NO_DAY),
    (child(IDENTIFIERS, OPEN.replace("2026-01-02", "2031-01-02")), "CINdetails 1/CINreferralDate", Reason.AFTER_FILE),
    (child(IDENTIFIERS, CLOSED.replace("2026-03-01", "2027-03-01")), "CINdetails 1/CINclosureDate", Reason.AFTER_FILE),
    (child(IDENTIFIERS, CLOSED.replace("2026-03-01", "2025-03-01")), "CINdetails 1/CINclosureDate", Reason.BEFORE_REFERRAL),
    (child(IDENTIFIERS, CLOSED + "<CINclosureDate>2026-04-01</CINclosureDate>"), "CINdetails 1/CINclosureDate", Reason.REPEATED),
    (child(IDENTIFIERS, OPEN.replace("false", "perhaps")), "CINdetails 1/ReferralNFA", Reason.NEITHER_TRUE_NOR_FALSE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "element", "reason"), REFUSED)
def test_what_decides_is_strict(text: str, element: str, reason: Reason) -> None:
    found, [fault] = read(text)
    assert found is None
    assert (fault.element, fault.reason, fault.consequence) == (element, reason, Consequence.REFUSED)


LEFT_OUT = [
    (child(IDENTIFIERS.replace("2015-05-01", "1/5/15"), OPEN), "PersonBirthDate", Reason.NO_DAY),
    (child(IDENTIFIERS.replace(">F<", ">X<"), OPEN), "Sex", Reason.NO_CODE),
    (child(IDENTIFIERS.replace("Z1", "Z"), OPEN), "UPN", Reason.NO_UPN),
    (child(IDENTIFIERS + "<ExpectedPersonBirthDate>2026-09-01</ExpectedPersonBirthDate>", OPEN), "ExpectedPersonBirthDate", Reason.BORN_BESIDES),
    (child(IDENTIFIERS, OPEN.replace("N1", "N77")), "CINdetails 1/PrimaryNeedCode", Reason.NO_CODE),
    (child(IDENTIFIERS, CLOSED.replace("RC7", "RC77")), "CINdetails 1/ReasonForClosure", Reason.NO_CODE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "element", "reason"), LEFT_OUT)
def test_an_open_case_is_not_lost_because_of_what_only_describes(text: str, element: str, reason: Reason) -> None:
    found, [fault] = read(text)
    assert found is not None
    assert found.spells
    assert (fault.element, fault.reason, fault.consequence) == (element, reason, Consequence.LEFT_OUT)


def test_all_faults_of_a_child_are_told_at_once_with_their_lines_and_no_value() -> None:
    secret = "Surname-in-the-wrong-field"
    faulty = f"<UPN>{secret}</UPN>\n<PersonBirthDate>{secret}</PersonBirthDate>"
    found, faults = read(
        child(faulty, OPEN.replace("2026-01-02", secret), "\n<CINclosureDate>2026-01-01</CINclosureDate>")
    )
    assert found is None
    assert [(one.element, one.line) for one in faults] == [
        ("LAchildID", 4), ("PersonBirthDate", 6), ("UPN", 5), ("CINdetails 1/CINreferralDate", 7), ("CINdetails 2/CINreferralDate", 7),
    ]  # fmt: skip
    assert secret not in " ".join(map(str, faults))


def test_a_newer_year_s_fields_are_counted_by_name() -> None:
    newer = "<Child><ChildIdentifiers><Pronoun>x</Pronoun></ChildIdentifiers><CINdetails><Assessments><Score/></Assessments><Score/></CINdetails></Child>"
    [found] = [unknown(element) for _, element in Census(file(newer)).children()]
    assert found == {"Pronoun": 1, "Score": 2}


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("closed_on", "is_kept"),
    [
        (None, True),
        (date(2026, 11, 1), True),
        (date(2025, 11, 22), True),
        (date(2025, 11, 21), False),
        (date(2026, 12, 1), True),
    ],
)
def test_what_was_closed_before_the_longest_window_is_not_kept(closed_on: date | None, is_kept: bool) -> None:
    spell = Holding(service=Holder.SOCIAL_CARE, opened_on=date(2020, 1, 1), closed_on=closed_on)
    assert (kept((spell,), TODAY, (Window(months=3), None, Window(months=12))) == (spell,)) is is_kept


def test_of_an_open_child_the_old_spells_are_left_behind() -> None:
    old = Holding(service=Holder.SOCIAL_CARE, opened_on=date(2010, 1, 1), closed_on=date(2011, 1, 1))
    now = Holding(service=Holder.SOCIAL_CARE, opened_on=date(2026, 1, 1))
    assert kept((old, now), TODAY, (Window(weeks=12),)) == (now,)


def test_an_id_is_known_again_and_no_other_is() -> None:
    with Seen() as seen:
        assert not any(seen.before(f"L{number}") for number in range(20_000))
        assert seen.before("L7")
        assert not seen.before("l7")
