"""A partnership's own procedure at triage: alerts, other ways than triage, recommendations, guards, levels, milestones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from core_story import (
    CHILD,
    CONCERN,
    HACKNEY,
    HOUR,
    MANAGER,
    MONDAY,
    REFERRER,
    Story,
    meta,
    notification,
    only,
    opened,
    outcome,
    rating,
    referral,
)
from hypothesis import given
from hypothesis import strategies as st

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Record
from mashbus.domain.area import Area, Authority
from mashbus.domain.clocks import Amount, Anchor, Clock, Kind
from mashbus.domain.enquiry import Actor
from mashbus.domain.partnership import Message, Partnership
from mashbus.domain.procedure import (
    Alert,
    ContactType,
    Guard,
    Indicator,
    Insistence,
    MilestoneKind,
    Outcome,
    Team,
)
from mashbus.domain.referral import Address, Consent, Professional, Referrer
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import (
    ConsentStatus,
    EmailKind,
    Handling,
    Involvement,
    Rag,
    ReferrerKind,
)

SATURDAY = datetime(2026, 6, 6, 10, tzinfo=UTC)


def condition(fact: str, test: str, value: object) -> Condition:
    return Condition(fact=fact, test=test, value=frozenset(value) if isinstance(value, set) else value)


def kind(name: str, handling: Handling, **more: object) -> ContactType:
    return ContactType(name=name, title=name.capitalize(), handling=handling, requirement="J-02", reason="so", **more)


HARM = condition("immediate_harm", "is", True)
DUTY = Team(name="duty", title="Duty manager", email="duty@hub.example")
CASEHOLDERS = Team(name="caseholders", title="Case holders", email="holders@hub.example")
SEXUAL_ABUSE = Indicator(
    name="sexual-abuse", title="Sexual abuse", conditions=(condition("factors", "any", {"19B", "19C"}),)
)
REPEATED = Indicator(name="repeat-referrals", title="A pattern of repeat referrals")
ALERTS = (
    Alert(name="urgent", requirement="J-03", on="opening", teams=("duty",), reason="Urgent.", conditions=(HARM,)),
    Alert(name="joint-triage", requirement="J-08", on="opening", teams=("duty",), reason="Joint triage.",
          conditions=(condition("indicator_count", "at_least", 1),)),
    Alert(name="risk-flagged", requirement="H-09", on="risk_flag", teams=("duty",), reason="A risk was flagged."),
)  # fmt: skip
TEXT = Message(subject="$reference", body="$partnership\n\n$reason\n")
STAGE = Clock(
    name="escalation-stage", anchor=Anchor.STAGE_OPENED, owner="stage_manager", requirement="M-12", time=HACKNEY.time,
    met_by=("MilestoneRecorded:stage-answered",), started_by="MilestoneRecorded:stage-opened",
    amounts={None: Amount(Kind.WORKING_DAYS, days=5)},
)  # fmt: skip
TO_HUB = replace(HACKNEY.clocks["csc-screening"], name="to-hub", started_by="contact_type",
                 met_by=("MilestoneRecorded:answered",), amounts={None: Amount(Kind.WORKING_DAYS, days=10)})  # fmt: skip
PROFILE: Partnership = replace(
    HACKNEY,
    teams={"duty": DUTY, "caseholders": CASEHOLDERS},
    indicators=(SEXUAL_ABUSE, REPEATED),
    alerts=ALERTS,
    clocks={**HACKNEY.clocks, "escalation-stage": STAGE, "to-hub": TO_HUB},
    contact_types={
        "programme": kind("programme", Handling.RESPONDER, team="duty"),
        "leaflet": kind("leaflet", Handling.SIGNPOSTED),
        "question": kind("question", Handling.ANSWERED, team="caseholders", clocks=("to-hub",)),
        "service": kind("service", Handling.PASSED_ON, team="duty", conditions=(condition("indicator_count", "below", 1),)),
        "prison": kind("prison", Handling.TRIAGE, rag=Rag.AMBER, pathways=("mash-checks",)),
    },
    milestones={
        "stage-opened": MilestoneKind(name="stage-opened", title="Escalated", requirement="M-12",
                                      roles=frozenset({"mash_manager"}), stages=("manager", "director")),
        "stage-answered": MilestoneKind(name="stage-answered", title="Answered", requirement="M-12",
                                        roles=frozenset({"mash_manager"}), answers="stage-opened"),
        "strategy": MilestoneKind(name="strategy", title="A strategy discussion", requirement="C-14", invites=True,
                                  roles=frozenset({"mash_manager"}), alerts=("duty",)),
        "answered": MilestoneKind(name="answered", title="Answered", requirement="H-07", roles=frozenset({"mash_manager"})),
    },
    messages={**HACKNEY.messages, **dict.fromkeys(
        (EmailKind.ALERT, EmailKind.DIRECTED, EmailKind.PASSED_ON, EmailKind.INVITATION, EmailKind.OUT_OF_AREA,
         EmailKind.ADVICE_TO_TELL), TEXT)},
)  # fmt: skip
NOBODYS = replace(CONCERN, category_of_need="N9")
"""No rule names it."""


def told(profile: Partnership = PROFILE, at: datetime = MONDAY, **contact: object) -> Story:
    return opened(referral(**contact), at, profile)


def said(story: Story, kind: type[Record]) -> list:
    return only((record for record, _ in story.heard), kind)


def letters(story: Story, fact: Record) -> list[tuple[str, str]]:
    return [(one.kind, getattr(one, "to", one.kind)) for one in story.copies_of_triage(fact)]


def marked(story: Story, milestone: str, name: str = "", **more: object) -> Record:
    """What came of a milestone that a manager records."""
    words = {"reached_at": None, "stage": None, "answers": None, "note": None, "actor": MANAGER, **more}
    record = hub.MilestoneGiven(meta=meta(story.case.case_id, name or milestone), milestone=milestone, **words)
    came = story.hear(record).triage()
    return came[0]


# -- alerts -------------------------------------------------------------------------------------------------------------


def test_J_03_an_urgent_contact_alerts_the_team_once_and_says_nothing_of_the_case() -> None:
    story = told(concern=replace(CONCERN, immediate_harm=True))
    (alert,) = said(story, hub.AlertRaised)
    assert (alert.alert, alert.teams, alert.requirement) == ("urgent", ("duty",), "J-03")
    (letter,) = story.copies_of_triage(alert)
    assert (letter.kind, letter.to, letter.recipient_kind) == (EmailKind.ALERT, DUTY.email, "team")
    assert "Urgent." in letter.body
    assert "<li>Urgent.</li>" in letter.html
    assert not [word for word in ("Sampleton", "Pat Example", "worry") if word in letter.body + letter.html]


def test_J_08_an_alert_about_indicators_leaves_it_to_the_picture_which_they_are() -> None:
    """It goes by email, and into views: "Sexual abuse" is content of the case."""
    concern = replace(NOBODYS, factors=("19B",))
    story = told(concern=concern, indicators=("repeat-referrals",))
    (alert,) = said(story, hub.AlertRaised)
    assert alert.reasons == ("Joint triage.",)
    written = [letter.body + (letter.html or "") for letter in story.copies_of_triage(alert)]
    assert written
    assert not [word for word in ("Sexual abuse", "repeat referrals") if word in "".join(written)]


def test_H_09_every_risk_that_is_flagged_alerts_even_after_the_outcome() -> None:
    story = told()
    request = story.request("met-police")
    flags = [
        hub.RiskFlagged(meta=meta(story.case.case_id, name), request_id=request.request_id, organisation="met-police",
                        arrived_at=MONDAY, information="grave", suggested_rag=Rag.RED)
        for name in ("first", "second")
    ]  # fmt: skip
    for flag in flags:
        story.hear(flag)
        story.triage()
    raised = said(story, hub.AlertRaised)
    assert [one.meta.cause_id for one in raised] == [flag.meta.event_id for flag in flags]
    assert len({one.meta.event_id for one in raised}) == 2
    assert "grave" not in str(raised)


def test_H_09_an_alert_waits_for_no_decision_that_is_pending() -> None:
    story = told(concern=NOBODYS)
    story.hear(rating(story.case.case_id, Rag.AMBER), referral_flag(story))
    first, *_ = story.triage()
    assert isinstance(first, hub.AlertRaised)


def referral_flag(story: Story) -> Record:
    return hub.RiskFlagged(meta=meta(story.case.case_id, "flag"), request_id=UUID(int=1), organisation="met-police",
                           arrived_at=MONDAY, information="grave", suggested_rag=Rag.RED)  # fmt: skip


# -- hours --------------------------------------------------------------------------------------------------------------


def test_J_04_what_comes_outside_hours_is_acknowledged_with_when_it_is_dealt_with() -> None:
    acknowledgement = Message(subject="$reference", body="Thank you. $dealt_with_from\n")
    messages = {**PROFILE.messages, EmailKind.ACKNOWLEDGEMENT: acknowledgement}
    consent = Consent(status=ConsentStatus.GIVEN, told=True)
    story = told(replace(PROFILE, messages=messages), at=SATURDAY, consent=consent)
    (first,) = said(story, hub.CaseOpened)
    assert first.dealt_with_from == MONDAY
    (letter,) = story.copies_of_triage(first)
    assert "It is dealt with from Monday 8 June 2026, 09:00." in letter.body


def test_J_05_who_did_not_tell_the_family_is_advised_to_unless_telling_would_harm() -> None:
    def advised(**consent: object) -> bool:
        story = told(consent=Consent(status=ConsentStatus.GIVEN, **consent))
        (first,) = said(story, hub.CaseOpened)
        return (EmailKind.ADVICE_TO_TELL, "pat@school.example") in letters(story, first)

    assert advised(told=False)
    assert not advised(told=True)
    assert not advised(told=False, telling_raises_risk=True)
    assert advised(), "it does not say"


# -- other ways than triage ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "letter_to"), [("programme", [DUTY.email]), ("leaflet", [])])
def test_J_02_what_is_no_referral_is_not_triaged_and_the_referrer_is_told(name: str, letter_to: list[str]) -> None:
    story = told(contact_type=name)
    (record,) = said(story, hub.ContactDirected)
    assert not said(story, hub.CaseRouted)
    sent = letters(story, record)
    assert sent == [("directed", "pat@school.example"), *(("passed_on", to) for to in letter_to)]


def test_P8_immediate_harm_is_triaged_whatever_the_contact_is_called() -> None:
    story = told(contact_type="programme", concern=replace(CONCERN, immediate_harm=True))
    assert said(story, hub.CaseRouted)
    assert not said(story, hub.ContactDirected)


def test_J_22_a_request_for_a_service_is_triaged_where_there_is_a_safeguarding_concern() -> None:
    assert said(told(contact_type="service", concern=NOBODYS), hub.ContactDirected)
    concern = replace(NOBODYS, factors=("19C",))
    story = told(contact_type="service", concern=concern)
    assert not said(story, hub.ContactDirected)
    assert not story.case.directed


def test_what_was_directed_elsewhere_may_still_be_rated_by_a_person() -> None:
    story = told(contact_type="programme")
    story.hear(rating(story.case.case_id, Rag.RED))
    assert [type(one) for one in story.triage()] == [hub.CaseRouted]


def test_H_07_a_question_to_the_hub_has_ten_working_days_and_is_passed_on_where_the_case_is_open() -> None:
    story = told(contact_type="question")
    (first,) = said(story, hub.CaseOpened)
    (asked,) = said(story, hub.ContactDirected)
    assert letters(story, asked) == [("directed", "pat@school.example")], "the hub answers: nobody else has it yet"
    assert [one.clock for one in first.deadlines] == ["to-hub"]
    involvement = {"actor": MANAGER, "held_by": None, "closed_on": None}
    story.hear(hub.InvolvementRecorded(meta=meta(story.case.case_id, "i"), involvement=Involvement.OPEN, **involvement))
    (passed,) = story.triage()
    assert (passed.handling, passed.withdrawn_deadlines) == (Handling.PASSED_ON, (first.deadlines[0].deadline_id,))
    assert ("passed_on", CASEHOLDERS.email) in letters(story, passed)
    assert story.case.watch.in_force(story.case.case_id) is None


def test_H_07_what_the_hub_has_answered_is_not_passed_on_any_more() -> None:
    story = told(contact_type="question")
    assert isinstance(marked(story, "answered"), hub.MilestoneRecorded)
    involvement = {"actor": MANAGER, "held_by": None, "closed_on": None}
    story.hear(hub.InvolvementRecorded(meta=meta(story.case.case_id, "i"), involvement=Involvement.OPEN, **involvement))
    assert story.triage() == []


def test_another_partnership_s_word_on_involvement_changes_nothing() -> None:
    story = told(contact_type="question")
    stranger = meta(story.case.case_id, "i", partnership="jersey")
    story.hear(hub.InvolvementRecorded(meta=stranger, actor=MANAGER, involvement=Involvement.OPEN, held_by=None,
                                       closed_on=None))  # fmt: skip
    assert story.case.involvement is Involvement.UNKNOWN


# -- out of area, incomplete --------------------------------------------------------------------------------------------

KENT = Authority(code="E10000016", name="Kent County Council")
HERE = Authority(code="E09000012", name="Hackney")
AREA = Area(authority=HERE.code, districts={"CT1": KENT, "E8": HERE})


def at(postcode: str | None) -> object:
    return replace(CHILD, address=Address(postcode=postcode) if postcode else None)


@pytest.mark.parametrize(
    ("postcodes", "elsewhere"),
    [
        (["CT1 2AB"], True), (["ct12ab"], True), (["CT1 2AB", "CT1 9ZZ"], True), (["E8 1AA"], False), (["ZZ1 1ZZ"], False),
        (["CT1 2AB", "E8 1AA"], False), (["CT1 2AB", None], False), ([None], False), ([], False), (["CT1"], False),
    ],
)  # fmt: skip
def test_G_02_only_children_who_all_certainly_live_elsewhere_are_returned(postcodes: list, elsewhere: bool) -> None:
    story = Story(profile=replace(PROFILE, area=AREA, required=())).hear(referral(children=tuple(map(at, postcodes))))
    first = story.triage()[0]
    assert isinstance(first, hub.ReferralReturned) is elsewhere
    if elsewhere:
        assert (first.authority, first.missing) == (KENT.name, ())
        assert letters(story, first) == [("out_of_area", "pat@school.example")]


def test_G_02_immediate_harm_elsewhere_is_returned_and_alerts() -> None:
    story = Story(profile=replace(PROFILE, area=AREA)).hear(
        referral(children=(at("CT1 2AB"),), concern=replace(CONCERN, immediate_harm=True))
    )
    assert [type(one) for one in story.triage()] == [hub.ReferralReturned, hub.AlertRaised]


def test_G_22_what_is_no_referral_is_passed_on_wherever_those_live_of_whom_it_tells() -> None:
    def first(**contact: object) -> list[type[Record]]:
        story = told(replace(PROFILE, area=AREA), children=(at("CT1 2AB"),), **contact)
        return [type(record) for record, _ in story.heard[1:]]

    sexual_abuse = replace(NOBODYS, factors=("19C",))
    assert first(contact_type="service", concern=NOBODYS) == [hub.CaseOpened, hub.ContactDirected]
    assert first(contact_type="service", concern=sexual_abuse)[0] is hub.ReferralReturned, "that one would be triaged"
    assert first(contact_type="prison")[0] is hub.ReferralReturned
    assert first(contact_type="leaflet", concern=replace(CONCERN, immediate_harm=True))[0] is hub.ReferralReturned


def test_M_10_a_condition_can_ask_for_more() -> None:
    asks = Insistence(
        items=("consent.reason",), requirement="M-10", conditions=(condition("consent", "is", "refused"),)
    )
    profile = replace(PROFILE, insists=(asks,), required=("professionals", "consent.status"))

    def missing(**contact: object) -> tuple[str, ...]:
        first = Story(profile=profile).hear(referral(**contact)).triage()[0]
        return first.missing if isinstance(first, hub.ReferralReturned) else ()

    refused, given = Consent(status=ConsentStatus.REFUSED), Consent(status=ConsentStatus.GIVEN)
    assert missing(consent=refused) == ("professionals", "consent.reason")
    assert missing(consent=given, no_other_professionals=True) == ()
    assert missing(consent=given, professionals=(Professional(role="teacher"),)) == ()
    assert missing(consent=Consent(), no_other_professionals=True) == ("consent.status",)


# -- recommended, routed, held ------------------------------------------------------------------------------------------


def test_J_08_where_a_manager_routes_the_rule_recommends_with_its_reason_and_the_indicators() -> None:
    story = told(replace(PROFILE, routes="manager"), concern=replace(CONCERN, factors=("19B",)))
    (recommended,) = said(story, hub.RoutingRecommended)
    assert (recommended.rag, recommended.rule, recommended.indicators) == (
        Rag.RED, "sexual-abuse-or-exploitation", ("sexual-abuse",)
    )  # fmt: skip
    assert not said(story, hub.CaseRouted)
    assert story.triage() == [], "said once"


def test_indicators_alone_are_shown_to_whoever_rates() -> None:
    (recommended,) = said(told(concern=NOBODYS, indicators=("repeat-referrals",)), hub.RoutingRecommended)
    assert (recommended.rag, recommended.pathways, recommended.indicators) == (Rag.NONE, (), ("repeat-referrals",))


def test_J_11_a_kind_of_contact_can_have_its_own_colour() -> None:
    story = told(contact_type="prison", concern=NOBODYS)
    (routed,) = said(story, hub.CaseRouted)
    assert (routed.rag, routed.pathways, routed.rule) == (Rag.AMBER, ("mash-checks",), "prison")


def test_J_10_immediate_harm_is_rated_by_the_rules_whatever_the_kind_of_contact() -> None:
    (routed,) = said(told(contact_type="prison", concern=replace(NOBODYS, immediate_harm=True)), hub.CaseRouted)
    assert (routed.rag, routed.rule) == (Rag.RED, "immediate-harm")


NO_CONSENT = Guard(name="consent", requirement="H-13", of="routing", reason="Consent was not given.",
                   conditions=(condition("asks", "is", True), condition("consent", "is_not", "given"),
                               condition("urgent", "is_not", True)))  # fmt: skip
SIGN_OFF = Guard(name="sign-off", requirement="G-07", of="routing", reason="A social work manager signs off MASH.",
                 conditions=(condition("pathways", "any", {"mash-checks"}), condition("role", "is_not", "social_work_manager")))  # fmt: skip


def test_H_13_without_consent_a_rule_only_recommends_and_a_rating_is_refused_until_the_reasons_are_recorded() -> None:
    profile = replace(PROFILE, guards=(NO_CONSENT,))
    story = told(profile, consent=Consent(status=ConsentStatus.REFUSED))
    (recommended,) = said(story, hub.RoutingRecommended)
    assert recommended.held == ("Consent was not given. (H-13)",)
    (refused,) = story.hear(rating(story.case.case_id, Rag.RED)).triage()
    assert refused.reason == "Consent was not given. (H-13)"
    override = Consent(status=ConsentStatus.REFUSED, urgent="a reason", asking_raises_risk="another")
    story.hear(hub.ConsentRecorded(meta=meta(story.case.case_id, "c"), actor=MANAGER, consent=override, views=(),
                                   rationale="overridden"))  # fmt: skip
    (routed,) = story.triage()
    assert isinstance(routed, hub.CaseRouted), "nothing holds the rule's recommendation any more"


def test_P8_no_guard_holds_immediate_harm_back_and_its_reason_is_on_the_record() -> None:
    harm = replace(CONCERN, immediate_harm=True)
    (routed,) = said(told(replace(PROFILE, guards=(NO_CONSENT,)), concern=harm, consent=Consent()), hub.CaseRouted)
    assert "Consent was not given. (H-13)" in routed.reasons


def test_G_07_the_wrong_role_is_refused_and_the_right_one_is_not() -> None:
    story = told(replace(PROFILE, guards=(SIGN_OFF,)), concern=NOBODYS)
    (refused,) = story.hear(rating(story.case.case_id, Rag.RED)).triage()
    assert refused.reason == "A social work manager signs off MASH. (G-07)"
    right = Actor(label="sw", role="social_work_manager")
    (routed,) = story.hear(rating(story.case.case_id, Rag.RED, "again", actor=right)).triage()
    assert isinstance(routed, hub.CaseRouted)


def test_J_12_a_colour_that_asks_nobody_sends_no_requests_and_shows_whom_it_did_not_ask() -> None:
    story = told(replace(PROFILE, asks_nobody=frozenset({Rag.GREEN})), concern=NOBODYS)
    (routed,) = story.hear(rating(story.case.case_id, Rag.GREEN)).triage()
    assert routed.requests == ()
    assert {one.reason for one in routed.not_asked} == {"no_requests_in_this_colour"}
    assert not only(story.copies_of_triage(routed), agency.InformationRequested)


def test_J_12_a_case_that_was_green_asks_once_its_colour_asks() -> None:
    story = told(replace(PROFILE, asks_nobody=frozenset({Rag.GREEN})), concern=NOBODYS)
    (green,) = story.hear(rating(story.case.case_id, Rag.GREEN)).triage()
    (amber,) = story.hear(rating(story.case.case_id, Rag.AMBER, "again", pathways=())).triage()
    assert green.requests == ()
    assert {one.organisation for one in amber.requests} == {"met-police", "homerton-health", "hackney-education"}
    (red,) = story.hear(rating(story.case.case_id, Rag.RED, "once more", pathways=())).triage()
    assert red.requests == (), "nobody is asked twice"


LEVELS = replace(
    PROFILE, ratings=(), rules=(), levels={"1": "Universal", "2": "Early help", "3": "Statutory"},
    clocks={name: one for name, one in PROFILE.clocks.items() if name != "agency-response"},
    pathways={**PROFILE.pathways, "mash-checks": replace(PROFILE.pathways["mash-checks"], level="3"),
              "early-help-screening": replace(PROFILE.pathways["early-help-screening"], level="2")},
)  # fmt: skip


def test_M_01_a_partnership_can_rate_by_levels_without_colours() -> None:
    story = told(LEVELS)
    story.hear(replace_level(rating(story.case.case_id, Rag.NONE), "3"))
    (routed,) = story.triage()
    assert (routed.rag, routed.level) == (Rag.NONE, "3")
    request = only(story.copies_of_triage(routed), agency.InformationRequested)[0]
    assert (request.rag, request.due) == (Rag.NONE, None)


@pytest.mark.parametrize(
    ("rag", "level", "reason"),
    [
        (Rag.RED, "3", "'red' is no rating here; there are: none"),
        (Rag.NONE, "4", "'4' is no level here; there are: 1, 2, 3"),
        (Rag.NONE, "2", "these pathways stand for level 3, not 2"),
    ],
)
def test_M_01_colours_and_other_levels_are_refused(rag: Rag, level: str, reason: str) -> None:
    story = told(LEVELS)
    (refused,) = story.hear(replace_level(rating(story.case.case_id, rag), level)).triage()
    assert refused.reason == reason


def test_M_01_a_higher_level_is_a_re_rating() -> None:
    story = told(LEVELS)
    story.hear(rating(story.case.case_id, Rag.NONE, pathways=("early-help-screening",)))
    (first,) = story.triage()
    story.hear(rating(story.case.case_id, Rag.NONE, "again"))
    (second,) = story.triage()
    assert (first.level, second.level, type(second)) == ("2", "3", hub.CaseRerated)


def replace_level(record: hub.RatingGiven, level: str) -> hub.RatingGiven:
    return record.model_copy(update={"level": level})


# -- milestones ---------------------------------------------------------------------------------------------------------


def test_M_12_each_stage_has_a_deadline_of_its_own_owed_by_that_stage() -> None:
    story = told()
    first = marked(story, "stage-opened", "one", stage="manager")
    second = marked(story, "stage-opened", "two", stage="director")
    assert [one.owner for record in (first, second) for one in record.deadlines] == ["manager", "director"]
    assert [one.subject for record in (first, second) for one in record.deadlines] == [
        first.meta.event_id, second.meta.event_id
    ]  # fmt: skip
    marked(story, "stage-answered", answers=second.meta.event_id)
    watch = story.case.watch
    assert watch.met_at(second.deadlines[0]) == MONDAY
    assert watch.met_at(first.deadlines[0]) is None, "an answer at one stage is none at another"


@pytest.mark.parametrize(
    ("milestone", "words", "reason"),
    [
        ("nonsense", {}, "no such milestone: nonsense"),
        ("stage-opened", {}, "stages of stage-opened: manager, director"),
        ("stage-opened", {"stage": "nobody"}, "stages of stage-opened: manager, director"),
        ("answered", {"stage": "manager"}, "stages of answered: none"),
        ("stage-answered", {}, "it answers a recorded 'stage-opened' of this case: name that record"),
        ("stage-answered", {"answers": UUID(int=5)}, "it answers a recorded 'stage-opened' of this case: name that record"),
        ("answered", {"actor": Actor(label="x", role="nobody")}, "the role 'nobody' may not record this; sign-off: mash_manager"),
    ],
)  # fmt: skip
def test_what_no_procedure_knows_is_refused_on_the_record(milestone: str, words: dict, reason: str) -> None:
    record = marked(told(), milestone, **words)
    assert isinstance(record, hub.DecisionRefused)
    assert record.reason == reason


def test_a_milestone_counts_from_when_its_word_was_given_and_its_clock_from_when_it_was_reached() -> None:
    story = told()
    reached = MONDAY - 2 * HOUR
    words = {"stage": "manager", "answers": None, "note": None}
    story.hear(hub.MilestoneGiven(meta=meta(story.case.case_id, "m"), actor=MANAGER, milestone="stage-opened",
                                  reached_at=reached, **words), at=MONDAY)  # fmt: skip
    (record,) = story.triage(MONDAY + HOUR)
    assert (record.reached_at, record.deadlines[0].steps[0].starts) == (reached, reached)
    story.hear(hub.MilestoneGiven(meta=meta(story.case.case_id, "a"), actor=MANAGER, milestone="stage-answered",
                                  reached_at=None, stage=None, answers=record.meta.event_id, note=None), at=MONDAY)  # fmt: skip
    late = MONDAY + timedelta(days=30)
    story.triage(late)
    assert story.case.watch.met_at(record.deadlines[0]) == MONDAY, "however late the hub acts on it"


def test_C_14_a_strategy_discussion_invites_every_involved_professional() -> None:
    organisations = tuple(replace(one, email=f"{one.id}@partners.example") for one in PROFILE.organisations)
    people = (Professional(name="Ann", email="ann@health.example"), Professional(name="Ben"))
    story = told(replace(PROFILE, organisations=organisations), professionals=people)
    record = marked(story, "strategy")
    invited = [one for one in story.copies_of_triage(record) if one.kind is EmailKind.INVITATION]
    assert {one.to for one in only(invited, hub.EmailRequested)} == {
        "met-police@partners.example", "homerton-health@partners.example", "hackney-education@partners.example",
        "ann@health.example", "pat@school.example",
    }  # fmt: skip
    assert [one.reason for one in only(invited, hub.EmailSuppressed)] == ["no_address"], "Ben has none, on the record"
    assert ("alert", DUTY.email) in letters(story, record)


@pytest.mark.parametrize("kind", [one for one in ReferrerKind if one is not ReferrerKind.PRACTITIONER])
def test_C_14_an_address_that_anybody_typed_is_not_told_of_a_strategy_discussion(kind: ReferrerKind) -> None:
    """Whoever the discussion is about may have referred himself, and named himself among the professionals."""
    people = (Professional(name="Ann", role="Social worker", email="him@home.example"),)
    story = told(professionals=people, referrer=replace(REFERRER, kind=kind, email="him@home.example"))
    invited = [one for one in story.copies_of_triage(marked(story, "strategy")) if one.kind is EmailKind.INVITATION]
    assert "him@home.example" not in {one.to for one in only(invited, hub.EmailRequested)}
    reasons = [one.reason for one in only(invited, hub.EmailSuppressed) if one.recipient_kind == "professional"]
    assert reasons == ["not_named_by_a_practitioner"], "somebody looks at who it is, and asks by phone"


# -- what is shared -----------------------------------------------------------------------------------------------------


def test_H_15_what_was_shared_is_recorded_with_its_rule_and_version_and_never_the_referrer() -> None:
    secret = Professional(name="Secret Person", email="secret@health.example")
    story = told(professionals=(secret,))
    (routed,) = said(story, hub.CaseRouted)
    copies = story.copies_of_triage(routed)
    made = {one.organisation: one for one in only(copies, hub.DisclosureMade)}
    for request in only(copies, agency.InformationRequested):
        record = made[request.organisation]
        assert (record.shared_by, record.profile) == ("InformationRequested", PROFILE.version)
        assert record.rule == f"organisations.{request.organisation}.shared"
        assert record.disclosed == request.disclosed
        assert not [
            word for word in ("Pat Example", "Secret Person", "school.example") if word in request.model_dump_json()
        ]


@given(st.sampled_from(sorted(ReferrerKind)), st.booleans(), st.booleans())
def test_every_contact_ends_opened_or_returned_and_deciding_again_says_nothing_new(
    who: ReferrerKind, harm: bool, complete: bool
) -> None:
    children = (CHILD,) if complete else ()
    story = told(
        replace(PROFILE, guards=(NO_CONSENT, SIGN_OFF), area=AREA),
        referrer=Referrer(kind=who), children=children, concern=replace(CONCERN, immediate_harm=harm), consent=Consent(),
    )  # fmt: skip
    assert story.case.opened != story.case.returned
    assert not harm or story.case.opened
    assert story.triage() == []


def test_a_police_notification_knows_no_consent_and_no_guard_on_it_by_status_sees_one() -> None:
    guard = replace(NO_CONSENT, conditions=(condition("consent", "any", {"refused", "not_sought"}),))
    assert said(opened(notification(), profile=replace(PROFILE, guards=(guard,))), hub.CaseRouted)


def test_C_09_an_outcome_can_be_a_milestone_too_with_its_clock_and_its_invitations() -> None:
    holds = Outcome(name="strategy", says="A strategy discussion is held.", milestone="strategy")
    clock = replace(STAGE, name="strategy-discussion", started_by="MilestoneRecorded:strategy")
    profile = replace(PROFILE, outcomes={"strategy": holds}, clocks={**PROFILE.clocks, clock.name: clock})

    def milestones(story: Story) -> list:
        decided = story.hear(outcome(story.case.case_id, outcomes=("strategy",)), at=MONDAY + HOUR).outcomes()[-1]
        return only(story.copies_of_triage(decided, MONDAY + 2 * HOUR), hub.MilestoneRecorded)

    story = told(profile)
    (record,) = milestones(story)
    assert (record.actor, record.reached_at) == (MANAGER, MONDAY + HOUR)
    assert [(one.clock, one.subject, one.steps[0].starts) for one in record.deadlines] == [
        ("strategy-discussion", record.meta.event_id, MONDAY + HOUR)
    ]
    assert ("invitation", "pat@school.example") in letters(story.hear(record), record)
    recorded = told(profile)
    marked(recorded, "strategy")
    assert milestones(recorded) == [], "a person has recorded it already"
