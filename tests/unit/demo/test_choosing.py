"""What the people that the demonstration plays decide: only what their own profile knows."""

from dataclasses import replace
from uuid import uuid4

import pytest

from mashbus.contracts import hub
from mashbus.contracts.record import Meta
from mashbus.demo.choosing import Chooser
from mashbus.demo.keys import permissions
from mashbus.demo.manager import known_of_police
from mashbus.domain.procedure import Guard, MilestoneKind
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import LawfulBasis, Rag
from tests.unit.demo.played import HACKNEY, WEEKS

CHOOSERS = {name: Chooser(week.partnership) for name, week in WEEKS.items()}


@pytest.fixture(params=CHOOSERS)
def chooser(request: pytest.FixtureRequest) -> Chooser:
    return CHOOSERS[request.param]


def recommended(**more) -> hub.RoutingRecommended:
    own = Meta(event_id=uuid4(), partnership="x", case_id=uuid4(), occurred_at=HACKNEY.starts)
    said = {"rag": Rag.AMBER, "level": None, "pathways": (), "rule": "r", "reasons": (), "indicators": (), "held": ()}
    return hub.RoutingRecommended(meta=own, **{**said, **more})


def test_every_colour_and_pathway_of_the_profile_comes_up_and_no_other(chooser: Chooser) -> None:
    bodies = [chooser.rated(str(number), urgent=False).body for number in range(600)]
    assert {name for body in bodies for name in body["pathways"]} == set(chooser.partnership.pathways)
    assert {body["rag"] for body in bodies} == set(chooser.partnership.ratings or ("none",))


def test_what_threatens_a_child_now_is_as_urgent_as_can_be_and_asks_most(chooser: Chooser) -> None:
    body = chooser.rated("x", urgent=True).body
    assert body["rag"] == ("red" if chooser.partnership.ratings else "none")
    [pathway] = body["pathways"]
    most = max(len(one.asks) for one in chooser.partnership.pathways.values())
    assert len(chooser.partnership.pathways[pathway].asks) == most


def test_an_outcome_belongs_to_the_case_s_pathways(chooser: Chooser) -> None:
    for pathway in chooser.partnership.pathways:
        for number in range(30):
            [code] = chooser.decided(str(number), [pathway]).body["outcomes"]
            belongs_to = chooser.partnership.outcomes[code].belongs_to
            assert (
                not belongs_to
                or pathway in belongs_to
                or chooser.outcomes([pathway]) == list(chooser.partnership.outcomes)
            )


def test_H_10_whoever_is_not_told_has_a_reason(chooser: Chooser) -> None:
    bodies = [chooser.decided(str(number), []).body for number in range(400)]
    assert 5 < sum(not body["tell_referrer"] for body in bodies) < 60
    assert all(("not_told_reason" in body) != body["tell_referrer"] for body in bodies)


def test_who_decides_may_and_after_a_refusal_somebody_else_does_where_there_is_one(chooser: Chooser) -> None:
    decides = chooser.partnership.decides
    for kind in ("rating", "outcome", "enough"):
        asked = {chooser.roles(kind, refused)[0] for refused in range(8)}
        assert asked == decides[kind]
    needed = {"rating": "rate", "outcome": "decide", "enough": "decide"}
    may = permissions(chooser.partnership)
    assert all(needed[kind] in may[role] for kind in needed for role in decides[kind])


def test_a_person_mostly_confirms_what_is_recommended(chooser: Chooser) -> None:
    pathways = tuple(chooser.partnership.pathways)[:2]
    rag = (chooser.partnership.ratings or (Rag.NONE,))[0]
    said = recommended(pathways=pathways, rag=rag)
    bodies = [chooser.rated(str(number), urgent=False, recommended=said).body for number in range(200)]
    confirmed = sum((body["rag"], tuple(body["pathways"])) == (rag, pathways) for body in bodies)
    assert 150 < confirmed < 200


def test_after_a_refusal_the_same_case_is_decided_otherwise_and_alike_in_every_run(chooser: Chooser) -> None:
    bodies = [chooser.rated("x", urgent=False, refused=refused).body for refused in range(5)]
    assert len({str(body) for body in bodies}) > 1
    assert bodies[3] == chooser.rated("x", urgent=False, refused=3).body


def test_J_12_a_pathway_that_asks_is_not_given_a_colour_in_which_nobody_is_asked() -> None:
    jersey = CHOOSERS["jersey"]
    for number in range(300):
        body = jersey.rated(str(number), urgent=False).body
        asks = any(jersey.partnership.pathways[name].asks for name in body["pathways"])
        assert not asks or Rag(body["rag"]) not in jersey.partnership.asks_nobody


def test_G_07_who_may_not_sign_off_does_not_try() -> None:
    conditions = (
        Condition(fact="role", test="is", value="early_help_manager"),
        Condition(fact="case_pathways", test="any", value=frozenset({"mash"})),
    )
    guard = Guard(name="mash", requirement="G-07", of="outcome", reason="r", conditions=conditions)
    profile = WEEKS["gloucestershire"].partnership
    decides = {**profile.decides, "outcome": frozenset({"early_help_manager", "social_work_manager"})}
    chooser = Chooser(replace(profile, guards=(guard,), decides=decides))
    assert {chooser.decided(str(n), ["mash"], refused=n).role for n in range(20)} == {"social_work_manager"}
    assert {chooser.decided(str(n), ["early-help"], refused=n).role for n in range(20)} == decides["outcome"]


def test_C_01_what_must_be_recorded_before_a_rating_counts_is_known() -> None:
    kind = MilestoneKind(name="form-reviewed", title="t", requirement="C-01", roles=frozenset({"senior_practitioner"}))
    conditions = (
        Condition(fact="opening", test="is", value="referral"),
        Condition(fact="milestones", test="none_of", value=frozenset({"form-reviewed"})),
    )
    guard = Guard(name="not-reviewed", requirement="C-01", of="routing", reason="r", conditions=conditions)
    profile = replace(WEEKS["cambridgeshire"].partnership, guards=(guard,), milestones={kind.name: kind})
    chooser, unseen = Chooser(profile), {"opening": "referral", "milestones": frozenset[str]()}
    decision = chooser.rated("x", urgent=False, known=unseen)
    assert chooser.wanting(decision, unseen) == [kind]
    assert chooser.wanting(decision, unseen | {"milestones": frozenset({kind.name})}) == []
    assert chooser.wanting(decision, unseen | {"opening": "police_notification"}) == []


def test_G_20_a_lawful_basis_is_recorded_first_where_agencies_are_asked() -> None:
    chooser = CHOOSERS["gloucestershire"]
    known = {"lawful_basis": "consent", "immediate_harm": False, "consent": "given", "assessment": None}
    decisions = [chooser.rated(str(number), urgent=False, known=known) for number in range(60)]
    asks = [one for one in decisions if any(chooser.partnership.pathways[name].asks for name in one.body["pathways"])]
    assert asks
    assert all(chooser.wanting(one, known) == [LawfulBasis.PUBLIC_TASK] for one in asks)
    assert all(chooser.wanting(one, known | {"lawful_basis": "public_task"}) == [] for one in asks)


def test_G_20_of_a_police_notification_too() -> None:
    chooser, known = CHOOSERS["gloucestershire"], known_of_police({"immediate_harm": False})
    said = recommended(pathways=("mash",), rag=Rag.AMBER)
    decision = chooser.rated("x", urgent=False, recommended=said, known=known)
    assert chooser.wanting(decision, known) == [LawfulBasis.PUBLIC_TASK]


def test_G_09_what_nothing_on_record_can_mend_is_not_tried() -> None:
    chooser = CHOOSERS["gloucestershire"]
    known = {"consent": "refused", "immediate_harm": False, "lawful_basis": "public_task"}
    said = recommended(pathways=("early-help",), rag=Rag.GREEN)
    for number in range(60):
        body = chooser.rated(str(number), urgent=False, recommended=said, known=known).body
        assert body["pathways"] in (["closure"], ["strategy-discussion"])


def test_C_04_what_is_known_of_consent_is_heeded() -> None:
    conditions = (
        Condition(fact="consent", test="is_not", value="given"),
        Condition(fact="rag", test="is", value="green"),
    )
    guard = Guard(name="green", requirement="C-04", of="routing", reason="r", conditions=conditions)
    chooser = Chooser(replace(WEEKS["cambridgeshire"].partnership, guards=(guard,)))
    colours = {chooser.rated(str(n), urgent=False, known={"consent": "refused"}).body["rag"] for n in range(200)}
    assert colours == {"red", "amber", "blue"}
