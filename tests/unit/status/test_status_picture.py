"""The cumulative picture: who knows the child, who owes an answer, what was flagged and decided; never who referred."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from status_story import CASE, EDUCATION, HEALTH, MANAGER, POLICE, SECRET, at, meta, opened, referral, story

from mashbus.contracts import hub, topics
from mashbus.contracts.agency import ChronologyEntry
from mashbus.contracts.record import Record
from mashbus.domain.case import Case
from mashbus.domain.procedure import Indicator, MilestoneKind
from mashbus.domain.referral import Child, ChildView, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import ConsentStatus, Involvement, Knowledge, LawfulBasis, Rag, ReferrerKind
from mashbus.profiles import load
from services.status.answers import whole_case
from services.status.picture import Picture
from services.status.picture_page import html, text
from services.status.picture_routes import preferred
from services.status.picturing import picture_of
from services.status.view import View, evolve

HACKNEY = replace(
    load("hackney", Path(__file__).parents[3] / "partnerships"),
    indicators=(Indicator(name="pre-birth", title="Pre-birth assessment"),),
    milestones={
        "disagreement": MilestoneKind(
            name="disagreement", title="Disagreement with a decision", requirement="H-19", roles=frozenset({"social_worker"}),
            stages=("manager", "head-of-service"),
        )
    },
)  # fmt: skip
REFERRER = Referrer(
    kind=ReferrerKind.PRACTITIONER, name="Quill Featherstone", role="Chorister", organisation="Bellringers",
    email="quill@bells.example", phone="0155 5555",
)  # fmt: skip
CONTACT = referral().model_copy(
    update={
        "referrer": REFERRER,
        "children": (Child(given_name="Nell", family_name="Sampleton", date_of_birth=date(2019, 4, 1)),),
        "adults": (),
        "concern": Concern(summary="Bruises, twice.", impact="Nell hides.", category_of_need="N1", factors=("16A",)),
        "consent": Consent(status=ConsentStatus.NOT_SOUGHT, reason="nobody was at home"),
        "professionals": (
            Professional(name="Quill Featherstone", role="Choir leader", organisation="Bellringers"),
            Professional(role="Chorister", organisation="Bellringers"),
            Professional(name="Ada Nurse", role="Health visitor", organisation="Anytown Clinic"),
        ),
    }
)
ROUTED = next(one for one, _ in story()[topics.CASES] if isinstance(one, hub.CaseRouted)).model_copy(
    update={"reasons": ("Abuse or neglect is the primary need.",), "indicators": ("pre-birth",)}
)
FLAG = hub.RiskFlagged(
    meta=meta("flagged", 1), request_id=POLICE.request_id, organisation="met-police", arrived_at=at(1),
    information="A weapon in the home.", suggested_rag=Rag.RED,
)  # fmt: skip


def answer(request, hours: float, knowledge: Knowledge, **said: object) -> hub.AnswerReceived:
    known = {"summary": None, "analysis": None, "chronology": (), **said}
    return hub.AnswerReceived(
        meta=meta(f"answer {request.organisation} {hours}", hours), request_id=request.request_id,
        organisation=request.organisation, arrived_at=at(hours), knowledge=knowledge, **known,
    )  # fmt: skip


KNOWN = answer(
    POLICE, 2, Knowledge.KNOWN, summary="Two incidents.", analysis="Risk is rising.",
    chronology=(ChronologyEntry(on=date(2026, 3, 1), text="Officers called."), ChronologyEntry(on=None, text="Heard.")),
)  # fmt: skip
POSSIBLE = answer(
    HEALTH, 3, Knowledge.POSSIBLE, chronology=(ChronologyEntry(on=date(2025, 12, 1), text="A missed clinic."),)
)


def picture(*records: Record, told: Sequence[Record] | None = None) -> Picture:
    story_told = (CONTACT, opened(), ROUTED, *records)
    view = View(case=Case.of(CASE))
    for record in sorted(story_told, key=lambda one: one.meta.occurred_at):
        view = evolve(view, record, record.meta.occurred_at)
    return picture_of(whole_case(view, HACKNEY), story_told if told is None else told, HACKNEY, at(5))


def pages(made: Picture) -> tuple[str, str, str]:
    return made.model_dump_json(), text(made, HACKNEY.zone), html(made, HACKNEY.zone)


def test_G_08_who_knows_the_child_and_who_has_not_answered_until_when() -> None:
    made = picture(KNOWN, POSSIBLE)
    known = {one.organisation: one for one in made.organisations}
    assert known["met-police"].says == "knows the child"
    assert [one.analysis for one in known["met-police"].answers] == ["Risk is rising."]
    assert known["homerton-health"].says == "may know the child: a person there must look"
    assert known["hackney-education"].says == "has not answered yet; due Tue 9 June 2026, 09:06"
    assert known["hackney-education"].due == EDUCATION.deadline.due
    names = {one: HACKNEY.organisation(one).name for one in known}
    assert f"Knows the child: {names['met-police']}." in made.in_short
    assert f"Has not answered yet: {names['hackney-education']}." in made.in_short
    assert [(one.organisation, one.reason) for one in made.not_asked] == [("hackney-housing", "not connected")]


def test_G_08_the_chronology_is_one_across_organisations_in_order_and_undated_last() -> None:
    lines = [(line.on, line.organisation, line.text) for line in picture(KNOWN, POSSIBLE).chronology]
    assert lines == [
        (date(2025, 12, 1), "homerton-health", "A missed clinic."),
        (date(2026, 3, 1), "met-police", "Officers called."),
        (None, "met-police", "Heard."),
    ]


def test_who_declined_and_why_and_whose_time_ran_out() -> None:
    declined = hub.AnswerDeclined(
        meta=meta("declined", 2), request_id=HEALTH.request_id, organisation="homerton-health", arrived_at=at(2),
        reason="Not our patient.",
    )  # fmt: skip
    lapsed = hub.SlaBreached(meta=meta("lapsed", 25), deadline=EDUCATION.deadline, blind=False)
    says = {one.organisation: one.says for one in picture(declined, lapsed).organisations}
    assert says["homerton-health"] == "declined to answer: Not our patient."
    assert says["hackney-education"] == (
        "has not answered, and its time has run out; it was due Tue 9 June 2026, 09:06"
    )


def test_H_09_what_was_flagged_when_and_with_which_colour_comes_first() -> None:
    made = picture(FLAG)
    assert made.in_short[0].startswith("A risk was flagged by ")
    assert made.in_short[0].endswith("on Mon 8 June 2026, 10:00, who suggests red.")
    assert [(one.information, one.suggested_rag) for one in made.flags] == [("A weapon in the home.", "red")]


def test_J_13_every_rating_stands_with_who_gave_it_and_why() -> None:
    again = hub.CaseRerated(
        meta=meta("again", 2), round=1, rag=Rag.RED, previous=Rag.AMBER, pathways=("mash-checks",),
        rationale="The weapon.", decided_by=MANAGER, requests=(), rerated=(), deadlines=(),
    )  # fmt: skip
    first, second = picture(again).ratings
    assert (first.rag, first.by, first.rule, first.rationale) == (
        "amber", None, "abuse-or-neglect", ("Abuse or neglect is the primary need.",),
    )  # fmt: skip
    assert second.by is not None
    assert (second.previous, second.rag, second.by.role, second.rationale) == (
        "amber", "red", "mash_manager", ("The weapon.",),
    )  # fmt: skip
    assert "Rated red, re-rated 1 time." in picture(again).in_short


def test_J_08_the_indicators_are_named_by_their_titles() -> None:
    said = hub.RoutingRecommended(
        meta=meta("said", 0.06), rag=Rag.AMBER, level=None, pathways=("mash-checks",), rule="abuse-or-neglect",
        reasons=("Neglect.",), indicators=("pre-birth",), held=("A manager confirms.",),
    )  # fmt: skip
    made = picture(said)
    assert made.recommendation is not None
    assert [one.title for one in made.recommendation.indicators] == ["Pre-birth assessment"]
    for page in pages(made):
        assert "Pre-birth assessment" in page
        assert "A manager confirms." in page


def test_G_20_consent_is_told_as_the_contact_said_it_and_as_it_was_found_since() -> None:
    found = hub.ConsentRecorded(
        meta=meta("consent", 2), actor=MANAGER, rationale="They were asked at home.",
        consent=Consent(status=ConsentStatus.REFUSED, given_by="mother", lawful_basis=LawfulBasis.PUBLIC_TASK),
        views=(ChildView(child=0, understands=True, consent=ConsentStatus.GIVEN, view="I want help."),),
    )  # fmt: skip
    first, second = picture(found).consent
    assert (first.status, first.by, first.reason) == ("not_sought", None, "nobody was at home")
    assert (second.status, second.lawful_basis, second.rationale) == (
        "refused", "public_task", "They were asked at home.",
    )  # fmt: skip
    assert [(one.child, one.view) for one in second.views] == [("Nell Sampleton", "I want help.")]


def test_P5_what_another_partnership_states_is_not_in_the_picture() -> None:
    stranger = hub.InvolvementRecorded(
        meta=meta("involved", 1).model_copy(update={"partnership": "medway"}), actor=MANAGER,
        involvement=Involvement.OPEN, held_by="elsewhere", closed_on=None,
    )  # fmt: skip
    assert picture(stranger).involvement == ()


def test_H_19_disagreement_and_its_stages_are_on_the_case() -> None:
    raised = hub.MilestoneRecorded(
        meta=meta("raised", 3), actor=MANAGER, milestone="disagreement", reached_at=at(3), stage="head-of-service",
        note="The school disagrees.",
    )  # fmt: skip
    made = picture(raised)
    assert [(one.title, one.stage, one.note) for one in made.milestones] == [
        ("Disagreement with a decision", "head-of-service", "The school disagrees.")
    ]
    assert "Disagreement with a decision, stage: head of service" in text(made, HACKNEY.zone)


def test_H_15_what_was_shared_with_whom_for_what_under_which_rule() -> None:
    shared = hub.DisclosureMade(
        meta=meta("shared", 0.2), request_id=POLICE.request_id, organisation="met-police", purpose="to know the risk",
        disclosed=("child.given_name",), shared_by="InformationRequested", rule="organisations.met-police.shared",
        profile="3+aa", lawful_basis=LawfulBasis.PUBLIC_TASK,
    )  # fmt: skip
    made = picture(shared)
    (one,) = made.disclosures
    assert (one.organisation, one.fields, one.rule, one.profile) == (
        "met-police", ("child.given_name",), "organisations.met-police.shared", "3+aa",
    )  # fmt: skip
    assert "child's given name. Purpose: to know the risk." in " ".join(text(made, HACKNEY.zone).split())


def test_H_10_the_outcome_its_rationale_and_why_the_referrer_is_not_told() -> None:
    decided = hub.OutcomeDecided(
        meta=meta("decided", 4), outcomes=("early-help-assessment",), rationale="Help is wanted.", decided_by=MANAGER,
        decided_at=at(4), tell_referrer=False, not_told_reason="It would put Nell at risk.", answered=(),
        withdrawn=(POLICE, HEALTH, EDUCATION),
    )  # fmt: skip
    made = picture(decided)
    assert made.outcome is not None
    assert made.outcome.outcomes == (HACKNEY.outcomes["early-help-assessment"].says,)
    assert (made.outcome.rationale, made.outcome.not_told_reason) == ("Help is wanted.", "It would put Nell at risk.")
    assert {one.says for one in made.organisations} == {"had not answered when the case was decided"}


def test_G_21_the_referrer_is_nowhere_in_any_form_not_even_among_the_professionals() -> None:
    added = hub.ReferrerAdded(
        meta=meta("added", 1), actor=MANAGER, referrer=Referrer(name="Ada Nurse", email="ada@clinic.example")
    )
    assert picture().professionals == ("Health visitor, Anytown Clinic",)
    made = picture(added, KNOWN, POSSIBLE, FLAG)
    assert made.professionals == ()
    for page in pages(made):
        for word in ("Quill", "Featherstone", "Chorister", "Bellringers", "bells.example", "0155", "Ada", "clinic.ex",
                     "practitioner", "online_form", "online form"):  # fmt: skip
            assert word not in page, word


def test_what_people_wrote_can_do_nothing_in_a_browser() -> None:
    nasty = answer(POLICE, 2, Knowledge.KNOWN, summary="<script>alert('x')</script>\nand a second line & more")
    page = html(picture(nasty), HACKNEY.zone)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("<!doctype html>", ""), "nothing is loaded from anywhere"


@pytest.mark.parametrize("ends", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\r", "\x1e"])
def test_no_organisation_s_words_look_like_a_section_of_the_page(ends: str) -> None:
    """Their own systems send what they like; an outcome that nobody decided must not stand in a manager's page."""
    forged = answer(POLICE, 2, Knowledge.KNOWN, summary=f"Seen.{ends}OUTCOME{ends}- No further action")
    page = text(picture(forged), HACKNEY.zone)
    assert "  OUTCOME" in page.splitlines()
    assert not [line for line in page.splitlines() if line in {"OUTCOME", "- No further action"}]


def test_no_organisation_s_words_move_a_terminal_or_turn_a_line_about() -> None:
    moving = answer(POLICE, 2, Knowledge.KNOWN, summary="A\x1b[2J\x07\u202eB\u2066C\tD\x9b1m \u0645")
    made = picture(moving)
    for page in (text(made, HACKNEY.zone), html(made, HACKNEY.zone)):
        assert not [one for one in page if one in "\x1b\x07\u202e\u2066\x9b"]
        assert "A\ufffd[2J\ufffd\ufffdB\ufffdC" in page
        assert "\u0645" in page, "other scripts are read as they are"


def test_the_page_reads_well_in_a_terminal_and_on_paper() -> None:
    long = answer(POLICE, 2, Knowledge.KNOWN, summary="word " * 60 + "\n\nA second paragraph.")
    page = text(picture(long, FLAG), HACKNEY.zone)
    assert page.startswith(
        f"Cumulative picture of {CONTACT.reference}\n{HACKNEY.title}. As known on Mon 8 June 2026, 14:00."
    )
    assert max(map(len, page.splitlines())) <= 100
    assert page.index("IN SHORT") < page.index("FLAGGED RISKS") < page.index("WHAT EACH ORGANISATION KNOWS")
    assert "  A second paragraph." in page
    assert "OUTCOME" not in page, "a section without anything to say is left out"
    assert "None was flagged." in text(picture(), HACKNEY.zone), "where nothing is worth saying it is said"


def test_every_record_of_a_whole_story_can_be_told() -> None:
    told = [one for records in story().values() for one, _ in records]
    view = View(case=Case.of(CASE))
    for one in sorted(told, key=lambda one: one.meta.occurred_at):
        view = evolve(view, one, one.meta.occurred_at)
    made = picture_of(whole_case(view, HACKNEY), told, HACKNEY, at(30))
    assert SECRET in made.model_dump_json(), "narratives are what it is for"
    assert json.loads(made.model_dump_json())["outcome"]["by"]["role"] == "mash_manager"
    for page in pages(made):
        assert f"{SECRET}@example.org" not in page


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/plain", "text/plain"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
        ("application/json;q=0.2, text/plain;q=0.7", "text/plain"),
        ("text/plain;q=zebedee, application/json", "application/json"),
        ("image/png", "application/json"),
    ],
)
def test_the_caller_says_how_it_wants_to_read(accept: str, media: str) -> None:
    assert preferred(accept) == media
