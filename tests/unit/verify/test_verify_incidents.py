"""Verify's own joining of police notifications and the bus's agree, on hundreds of made-up incidents (G-11)."""

import random
from datetime import date, timedelta

import pytest
from test_verify_facts import EVIDENCE, T0, a_lookup, some, taken
from verified_log import HACKNEY, uid

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import evolve
from mashbus.domain import facts
from mashbus.domain.case import Case
from mashbus.domain.placeholders import real
from mashbus.domain.referral import Child, Concern
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Assessment
from mashbus.verify.conditions import hold
from mashbus.verify.incidents import _reference
from mashbus.verify.index import Index
from mashbus.verify.moments import known_of_case, moments
from mashbus.verify.taking.records import Taking

PLACEHOLDERS = ("UNKNOWN", "unknown", "N/A", "-", "0", "TBC", "not known")
NAMES, DAYS = ("Ann", "ann ", "Ben"), (date(2015, 3, 4), date(2015, 3, 5), date(2026, 3, 27))


def a_child(chance):
    return Child(
        local_id=some(chance, "P1", "P2", " p 1", *PLACEHOLDERS), given_name=some(chance, *NAMES), family_name=some(chance, "Oak", "OAK", "Elm"),
        date_of_birth=some(chance, *DAYS), expected_date_of_birth=chance.choice((None, None, date(2026, 9, 1))),
        upn=some(chance, "U1"), school=some(chance, "900101", "900102"), disabilities=chance.choice(((), ("HAND",))),
    )  # fmt: skip


def a_notification(chance, number):
    partnership = chance.choice(["hackney"] * 5 + ["jersey"]) if number else "hackney"
    content = number if chance.random() < 0.8 else max(0, number - 1)  # now and then one comes again
    return hub.PoliceNotificationReceived(
        meta=Meta(
            event_id=uid(f"n{content}"), partnership=partnership, case_id=uid("case"), occurred_at=T0, cause_id=None
        ),
        force="f", incident="i", form="VIST", nature=chance.choice(["missing", "other", "custody"]),
        incident_at=T0 - timedelta(hours=chance.randrange(9)), content_hash=f"h{content}", batch_id=uid("b"),
        children=tuple(a_child(chance) for _ in range(chance.randrange(4))), adults=(),
        concern=Concern(
            summary=some(chance, "One.", "Two."), category_of_need=some(chance, "N1", "N6", "N0"),
            immediate_harm=chance.random() < 0.2, factors=tuple(chance.sample(["3A", "4B", "11A"], chance.randrange(3))),
        ),
        assessment=chance.choice(list(Assessment)),
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_both_join_the_notifications_of_an_incident_alike(seed):
    chance = random.Random(seed)
    for _ in range(100):
        index = Index()
        taking, case = Taking(index), Case.of(uid("case"))
        for offset in range(chance.randrange(1, 5)):
            record = a_notification(chance, offset)
            taking.learn(record)
            if record.meta.event_id not in {one.event_id for one in index.further[uid("case")]}:
                taken(record, taking, offset, T0)
            case = evolve(case, record, T0)
        looked = a_lookup(chance, _meta(), 1)
        taken(looked, taking, 9, T0)
        case = evolve(case, looked, T0)
        _compare(index, case)


def _meta():
    return Meta(event_id=uid("l"), partnership="hackney", case_id=uid("case"), occurred_at=T0, cause_id=None)


def incident_natures(contact):
    return {contact.nature, *contact.other_natures}


def _compare(index, case):
    contact, further = case.contact, index.further[uid("case")]
    of = further[-1].of if further else index.particulars[uid("case")]
    mine = known_of_case(EVIDENCE, of, HACKNEY, moments(index.turns[uid("case")])[-1])
    assert mine == facts.of_case(case, contact, HACKNEY)
    assert [(one.event_id, one.children, one.graver, one.nature, one.is_news) for one in further] == [
        (one.event_id, one.children, one.graver, one.nature, one.is_news) for one in contact.further
    ]
    for nature in ("missing", "other", "custody"):
        said = {test: Condition(fact="nature", test=test, value=nature) for test in ("is", "is_not")}
        for one in said.values():
            assert hold([one], mine) == one.holds(mine)
        assert hold([said["is"]], mine) is (nature in incident_natures(contact))
    incident = index.notified[uid("case")]
    assert incident.at == contact.incident_at
    assert incident.natures == incident_natures(contact)
    assert [one.born for one in incident.children] == [one.date_of_birth for one in contact.children]
    assert [bool(one.school) for one in incident.children] == [bool(one.school) for one in contact.children]


SAID = (
    *("UN1", "UN5", "UN6", "Unknown", "un available", "NOT KNOWN", "not available", "not applicable", "none", "Null", "nil"),
    *("nk", "NA", "n/a", "tbc", "TBA", "", "  ", "-", "--", "0", "000", "?", "*", "./", "P-0", "0-1", "N/A 1", "NONE1", "UNK"),
    *("\uff2e/\uff21", "\uff50\uff11"),
)  # fmt: skip


@pytest.mark.parametrize("said", SAID)
def test_both_take_the_same_for_a_reference(said):
    assert bool(_reference(said)) == (real(said) is not None)
