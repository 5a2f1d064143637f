"""What a procedure forbids must not hold back protection, and what it closes must not lose a later decision."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from core_story import CONCERN, MONDAY, PROFILES, Story, meta, only, opened, referral

from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain.enquiry import Actor
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Concern, Consent
from mashbus.domain.vocabulary import Channel, ConsentStatus, LawfulBasis, Rag, Support
from mashbus.profiles import load
from services.outcomes import decide as outcomes_decide
from services.triage import decide as triage_decide

CAMBRIDGESHIRE, MEDWAY, GLOUCESTERSHIRE = (
    load(name, PROFILES) for name in ("cambridgeshire", "medway", "gloucestershire")
)
REFUSED = Consent(status=ConsentStatus.REFUSED, reason="Fears what follows.", action="Spoken to twice.")
WHOLE = Concern(summary="An invented worry.", impact="Tired.", tried="A call.", category_of_need="N4")
CHILD_OF_MEDWAY = {"no_other_professionals": True, "concern": replace(WHOLE, immediate_harm=True)}


def of(profile: Partnership, **contact: object) -> Story:
    return opened(referral(partnership=profile.name, channel=Channel.PHONE, **contact), profile=profile)


def rated(story: Story, role: str, *pathways: str, rag: Rag = Rag.NONE, name: str = "rating") -> list[Record]:
    word = hub.RatingGiven(
        meta=meta(story.case.case_id, name, partnership=story.profile.name),
        actor=Actor(label="somebody", role=role),
        rag=rag,
        pathways=pathways,
        rationale="seen",
    )
    return story.hear(word).triage()


def takes_consent_back(story: Story) -> None:
    told = hub.ConsentRecorded(
        meta=meta(story.case.case_id, "consent", partnership=story.profile.name),
        actor=Actor(label="somebody", role="mash_manager"),
        consent=REFUSED,
        views=(),
        rationale="by phone",
    )
    story.hear(told)


def test_C_04_consent_taken_back_does_not_keep_a_child_from_immediate_safeguarding() -> None:
    """The family took its consent to early help back; then harm is feared, and the case must go on."""
    story = of(CAMBRIDGESHIRE, concern=WHOLE)
    rated(story, "senior_practitioner", "early-help", rag=Rag.GREEN)
    takes_consent_back(story)
    told = replace(REFUSED, asking_raises_risk="He would be beaten.")
    story.hear(
        hub.ConsentRecorded(
            meta=meta(story.case.case_id, "again", partnership="cambridgeshire"),
            actor=Actor(label="somebody", role="mash_manager"), consent=told, views=(), rationale="by phone",
        )
    )  # fmt: skip
    (rerated,) = rated(story, "senior_practitioner", "immediate-safeguarding", rag=Rag.RED, name="second")
    assert isinstance(rerated, hub.CaseRerated)


def test_C_04_early_help_is_not_begun_without_consent_beside_another_way() -> None:
    story = of(CAMBRIDGESHIRE, concern=WHOLE, consent=REFUSED)
    (refused,) = rated(story, "senior_practitioner", "mash", "early-help", rag=Rag.AMBER)
    assert isinstance(refused, hub.DecisionRefused)


@pytest.mark.parametrize("way", ["early-help", "section-17"])
def test_M_10_consent_taken_back_does_not_keep_a_child_from_protection(way: str) -> None:
    story = of(MEDWAY, **CHILD_OF_MEDWAY)
    rated(story, "mash_manager", way)
    takes_consent_back(story)
    assert only(rated(story, "mash_manager", "section-47", name="second"), hub.CaseRerated)


@pytest.mark.parametrize("way", ["early-help", "section-17"])
def test_M_10_without_consent_neither_is_begun_beside_the_other(way: str) -> None:
    story = of(MEDWAY, **CHILD_OF_MEDWAY)
    rated(story, "mash_manager", "early-help" if way == "section-17" else "section-17")
    takes_consent_back(story)
    assert only(rated(story, "mash_manager", way, name="second"), hub.DecisionRefused)


@pytest.mark.parametrize(
    ("pathways", "taken"),
    [
        (("closure",), True),
        (("strategy-discussion",), True),
        (("strategy-discussion", "mash"), True),
        (("closure", "mash"), False),
        (("closure", "early-help"), False),
        (("strategy-discussion", "early-help"), False),
        (("closure", "advice"), False),
    ],
)
def test_G_09_naming_closing_beside_it_lets_no_refused_referral_progress(
    pathways: tuple[str, ...], taken: bool
) -> None:
    consent = replace(REFUSED, lawful_basis=LawfulBasis.PUBLIC_TASK)
    story = of(GLOUCESTERSHIRE, concern=CONCERN, consent=consent, asks_for=Support.SOCIAL_CARE)
    said = rated(story, "social_work_manager", *pathways, rag=Rag.AMBER)
    assert bool(only(said, hub.CaseRouted)) is taken


# -- what closes a case -----------------------------------------------------------------------------------------------


def test_M_09_a_re_rating_of_a_case_that_closes_is_refused_and_not_lost_in_the_closed_case() -> None:
    """Outcomes was slow: the manager thought better of it before the case was closed."""
    story = of(MEDWAY, **CHILD_OF_MEDWAY)
    rated(story, "mash_manager", "closure")
    collated = outcomes_decide.decide(story.case, MEDWAY, MONDAY)
    assert isinstance(collated, hub.EnquiryCollated)
    story.hear(collated)
    assert rated(story, "mash_manager", "section-47", name="second") == []
    assert only(story.outcomes(), hub.OutcomeDecided)
    (refused,) = story.triage()
    assert refused.reason == "the case has its outcome: a new referral opens a new case"


# -- a slip in an instant ------------------------------------------------------------------------------------------------


def incident(story: Story, at: datetime) -> hub.MilestoneGiven:
    return hub.MilestoneGiven(
        meta=meta(story.case.case_id, f"incident {at}", partnership="gloucestershire"),
        actor=Actor(label="somebody", role="business_support"),
        milestone="domestic-abuse-incident",
        reached_at=at,
        stage=None,
        answers=None,
        note=None,
    )


def test_G_13_a_mistyped_incident_is_refused_and_the_case_does_not_wait_behind_it() -> None:
    """An incident of 2016, before the first known term, is refused: nobody waits for an operator."""
    story = of(GLOUCESTERSHIRE, concern=CONCERN)
    (refused,) = story.hear(incident(story, datetime(2016, 5, 1, tzinfo=UTC))).triage()
    assert isinstance(refused, hub.DecisionRefused)
    assert "no deadline can be computed" in refused.reason
    (recorded,) = story.hear(incident(story, MONDAY)).triage()
    assert isinstance(recorded, hub.MilestoneRecorded)


def test_reading_14_where_the_calendar_itself_has_ended_there_is_an_alarm() -> None:
    """Nobody's slip: from now on no instant could be computed either."""
    late = datetime(2029, 5, 1, 9, tzinfo=UTC)
    story = of(GLOUCESTERSHIRE, concern=CONCERN)
    story.hear(incident(story, late), at=late)
    with pytest.raises(triage_decide.BeyondCalendar):
        story.triage(late)
