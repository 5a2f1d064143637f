"""Verify's own code and the bus's agree on what is known, what is missing, where children live and what holds.

The two are written apart so that a mistake in one is seen; here both are asked the same of thousands of contacts.
"""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from verified_log import HACKNEY, MANAGER, uid

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.contracts.story import evolve, referral_contact
from mashbus.domain import completeness, facts, rules
from mashbus.domain.area import Area, Authority
from mashbus.domain.case import Case
from mashbus.domain.known import (
    Contradiction,
    EarlierContact,
    Holder,
    Holding,
    Identifier,
    KnownChild,
    LinkKind,
    Window,
)
from mashbus.domain.procedure import Indicator, Known
from mashbus.domain.referral import Address, Adult, Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Channel, ConsentStatus, Involvement, LawfulBasis, OpeningKind, Rag, ReferrerKind
from mashbus.domain.vocabulary import Support as Asked
from mashbus.verify import blanks, conditions
from mashbus.verify.checks.returned import _elsewhere
from mashbus.verify.index import Index
from mashbus.verify.moments import known_of_case, moments
from mashbus.verify.places import Logged, Place
from mashbus.verify.taking.records import Taking

T0 = datetime(2026, 3, 27, 8, tzinfo=UTC)
EVIDENCE = SimpleNamespace(at=lambda ms: datetime.fromtimestamp(ms / 1000, UTC))
WINDOWS = (None, Window(months=1), Window(months=3), Window(weeks=8), Window(months=1, weeks=1))
INDICATORS = (
    Indicator(name="harmful", title="t", conditions=(Condition(fact="factors", test="any", value=frozenset({"3A"})),)),
    Indicator(name="unborn", title="t", conditions=(Condition(fact="unborn", test="is", value=True),)),
    Indicator(name="stated-only", title="t"),
)


@pytest.fixture(scope="module")
def profile():
    home, other = Authority(code="E1", name="Here"), Authority(code="E2", name="There")
    area = Area(authority="E1", districts={"E8": home, "N1": home, "ZZ9": other})
    return replace(HACKNEY, indicators=INDICATORS, area=area)


def some(chance, *values):
    return chance.choice((None, *values))


def a_date(chance):
    return some(chance, date(2008, 2, 29), date(2026, 3, 27), date(2020, 3, 28), date(2020, 3, 27), date(2012, 12, 31))


def a_child(chance):
    postcode = some(chance, "E8 1AA", "n11aa", "ZZ9 9ZZ", "zz99zz", "E8", "Q1 1AA", "")
    return Child(
        given_name=some(chance, "x", " "), family_name=some(chance, "y"), date_of_birth=a_date(chance),
        expected_date_of_birth=a_date(chance), sex=some(chance, "f"), disabilities=chance.choice(((), ("HAND",))),
        address=chance.choice((None, Address(postcode=postcode))),
    )  # fmt: skip


def a_consent(chance):
    return Consent(
        status=chance.choice(list(ConsentStatus)), reason=some(chance, "r", " "), action=some(chance, "a"),
        urgent=some(chance, "u", ""), asking_raises_risk=some(chance, "k"), told=some(chance, True, False),
        lawful_basis=chance.choice(list(LawfulBasis)), telling_raises_risk=some(chance, True, False),
    )  # fmt: skip


def a_referral(chance):
    return hub.ReferralReceived(
        meta=Meta(event_id=uid("r"), partnership="hackney", case_id=uid("case"), occurred_at=T0, cause_id=None),
        reference="R", content_hash="h", client="c", channel=chance.choice(list(Channel)), source="3A",
        received_at=some(chance, T0 + timedelta(hours=chance.randrange(24 * 30))),
        referrer=Referrer(kind=chance.choice(list(ReferrerKind)), name=some(chance, "n"), email=some(chance, "e@x")),
        children=tuple(a_child(chance) for _ in range(chance.randrange(3))),
        adults=tuple(Adult(given_name=some(chance, "g")) for _ in range(chance.randrange(2))),
        concern=Concern(
            summary=some(chance, "s", " "), category_of_need=some(chance, "N1"), immediate_harm=chance.random() < 0.3,
            factors=tuple(chance.sample(["3A", "4B", "11A"], chance.randrange(3))),
        ),
        consent=a_consent(chance), contact_type=some(chance, "court-check"), asks_for=chance.choice(list(Asked)),
        indicators=tuple(chance.sample(["stated-only", "harmful", "stranger"], chance.randrange(3))),
        professionals=chance.choice(((), (Professional(name="Paula"),))), no_other_professionals=chance.random() < 0.5,
        views=chance.choice(((), (ChildView(child=0),))),
    )  # fmt: skip


def story(chance):
    """What may happen to a case, in any order after its opening."""

    def meta(name, partnership="hackney"):
        return Meta(event_id=uid(name), partnership=partnership, case_id=uid("case"), occurred_at=T0, cause_id=None)

    routed = {"rag": Rag.AMBER, "pathways": ("mash-checks",), "requests": (), "deadlines": (), "decided_by": MANAGER}
    happened = [
        hub.ConsentRecorded(meta=meta("c1"), actor=MANAGER, consent=a_consent(chance), views=(), rationale="r"),
        hub.ConsentRecorded(
            meta=meta("c2", chance.choice(["hackney", "jersey"])), actor=MANAGER, consent=a_consent(chance),
            views=(ChildView(child=0),), rationale="r",
        ),
        hub.InvolvementRecorded(
            meta=meta("i", chance.choice(["hackney", "jersey"])), actor=MANAGER,
            involvement=chance.choice(list(Involvement)), held_by=None, closed_on=None,
        ),
        hub.RiskFlagged(
            meta=meta("f"), request_id=uid("q"), organisation="o", arrived_at=T0, information="i", suggested_rag=Rag.RED
        ),
        hub.MilestoneRecorded(meta=meta("m"), actor=MANAGER, milestone="visit", reached_at=T0),
        hub.CaseRouted(meta=meta("ro"), rule=None, reasons=(), not_asked=(), **routed),
        a_lookup(chance, meta("l1"), chance.choice([1, 2])),
        a_lookup(chance, meta("l2"), chance.choice([1, 2])),
        hub.CaseLinked(meta=meta("li"), to=uid("other"), kind=chance.choice(list(LinkKind))),
        hub.PassedToHolder(
            meta=meta("p"), rule="r", requirement="H-05", instead=chance.random() < 0.5, reason="r", children=(),
            holders=(), team=None,
        ),
        hub.LaterCaseNoted(meta=meta("n"), later=uid("later"), kind=LinkKind.RE_REFERRAL),
        hub.CaseRerated(
            meta=meta("re"), round=1, previous=Rag.AMBER, rationale="r", rerated=(),
            **{**routed, "rag": Rag.RED, "pathways": ("mash-checks", "closure")},
        ),
    ]  # fmt: skip
    opened = hub.CaseOpened(
        meta=meta("o"), opening=OpeningKind.REFERRAL, reference=None, received_at=T0, channel=Channel.PHONE, source="3A",
        immediate_harm=False, deadlines=(),
    )  # fmt: skip
    return [opened, *chance.sample(happened, chance.randrange(len(happened) + 1))]


def a_lookup(chance, meta, round_):
    """Of children that the contact may not have, too: what came before it was added to is not wrong."""
    known = tuple(
        KnownChild(
            child=chance.randrange(3), token="ab" * 32, organisation="o", holdings=some_holdings(chance),
            matched_on=(Identifier.UPN,),
        )
        for _ in range(chance.randrange(4))
    )  # fmt: skip
    earlier = tuple(
        EarlierContact(child=0, case=uid(chance.choice("xyz")), received_at=T0, matched_on=(Identifier.UPN,))
        for _ in range(chance.randrange(3))
    )
    contradictions = (Contradiction(child=0, identifiers=(Identifier.UPN,)),) if chance.random() < 0.2 else ()
    return hub.ChildrenLookedUp(
        meta=meta, round=round_, known=known, contradictions=contradictions, earlier=earlier, same_as=None
    )


def some_holdings(chance):
    """Closed on days around that of receipt, around the first days of the window, or not."""
    days = (None, *(T0.date() + timedelta(days=one) for one in (-120, -91, -90, -89, -59, -58, -57, -27, -1, 0, 1, 20)))
    return tuple(
        Holding(service=chance.choice(list(Holder)), closed_on=chance.choice(days)) for _ in range(chance.randrange(3))
    )


def taken(record, taking, offset, at):
    logged = Logged(Place("t", 0, offset), int(at.timestamp() * 1000), b"", b"", {}, 0, record)
    taking.by_kind[type(record)](record, logged)


@pytest.mark.parametrize("seed", range(5))
def test_both_know_the_same_of_a_case_after_each_of_its_records(seed, profile):
    chance = random.Random(seed)
    for _ in range(100):
        index = Index()
        taking, case, appended = Taking(index), Case.of(uid("case")), T0
        profile = replace(profile, known=Known(recently=chance.choice(WINDOWS)))
        referral = a_referral(chance)
        for offset, record in enumerate([referral, *story(chance)]):
            taken(record, taking, offset, appended)
            case = evolve(case, record, appended)
            of, contact = index.particulars[uid("case")], referral_contact(referral, T0)
            mine = known_of_case(EVIDENCE, of, profile, moments(index.turns[uid("case")])[-1])
            assert mine == facts.of_case(case, contact, profile)
        assert mine.keys() | {"role", "rag", "level", "pathways", "asks", "outcomes"} == facts.DECISION_FACTS
        insisted = chance.sample(sorted(completeness.REQUIRABLE), 12)
        assert blanks.missing(insisted, of.shape) == set(completeness.missing(insisted, contact))
        elsewhere = profile.area.elsewhere(contact.children)
        assert _elsewhere(of, profile) == (elsewhere.name if elsewhere else None)


@pytest.mark.parametrize("test", sorted(rules.TESTS))
def test_both_say_the_same_of_every_test(test):
    values = [None, True, False, 0, 3, "a", "b", frozenset(), frozenset({"a"}), frozenset({"a", "b"})]
    for actual in values:
        for wanted in values[1:]:
            numbers = all(isinstance(one, int) for one in (actual, wanted) if one is not None)
            if test in {"below", "at_least"} and not numbers:
                continue
            one = Condition(fact="f", test=test, value=wanted)
            assert conditions.hold((one,), {"f": actual}) == one.holds({"f": actual}), (test, actual, wanted)


def test_a_test_that_verify_does_not_know_is_not_passed_over():
    with pytest.raises(conditions.UnknownTest):
        conditions.hold((Condition(fact="f", test="resembles", value="a"),), {"f": "a"})
