"""Windows overlap (G-11): the same incident comes again, with another child, graver, or the same once more."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest
from core_story import CHILD, HACKNEY, HOUR, MONDAY, Story, only, outcome, rating
from hypothesis import given, settings
from hypothesis import strategies as st

from mashbus.contracts import agency, hub
from mashbus.contracts.addressing import topic_of
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.story import evolve
from mashbus.domain import ids
from mashbus.domain.case import Case
from mashbus.domain.facts import of_contact
from mashbus.domain.referral import Child, Concern
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Assessment, EmailKind, Rag
from services.triage.app import NotifiedElsewhere, foreign, repeated

CASE = ids.case_of_incident("met-police", "I-1")
TOM = Child(local_id="P-2", given_name="Tom", family_name="Sampleton", date_of_birth=date(2015, 5, 5))
HARM = Concern(summary="Worse than it seemed.", immediate_harm=True)


def notified(
    *children: Child, name: str = "first", partnership: str = "hackney", **changes: object
) -> hub.PoliceNotificationReceived:
    event_id = ids.once(CASE, f"PoliceNotificationReceived/{name}")
    said: dict[str, object] = {
        "concern": Concern(summary="An invented worry."), "assessment": Assessment.LEVEL_2, "nature": "domestic abuse",
        "incident_at": MONDAY - HOUR, "form": "PPN",
    }  # fmt: skip
    return hub.PoliceNotificationReceived(
        meta=Meta(event_id=event_id, partnership=partnership, case_id=CASE, occurred_at=MONDAY),
        force="met-police",
        incident="I-1",
        content_hash=name,
        batch_id=UUID(int=1),
        children=children,
        adults=(),
        **{**said, **changes},
    )


def told(*notifications: Record) -> Story:
    """Heard by the hub before triage acts on any of them."""
    return Story(Case.of(CASE)).hear(*notifications)


def routed() -> Story:
    story = told(notified(CHILD))
    story.triage()
    story.hear(rating(CASE, Rag.AMBER))
    story.triage()
    return story


def alerts(story: Story) -> list[hub.AlertRaised]:
    return [one for one in facts(story, hub.AlertRaised) if one.alert == "further-notification"]


def facts(story: Story, kind: type[Record]) -> list:
    return only([record for record, _ in story.heard], kind)


def asked(story: Story) -> list[agency.InformationRequested]:
    (fact,) = facts(story, hub.CaseRouted)
    return only(story.copies_of_triage(fact), agency.InformationRequested)


def test_G_11_before_the_case_goes_its_way_a_further_notification_is_part_of_it() -> None:
    story = told(notified(CHILD), notified(CHILD, TOM, name="second", concern=HARM))
    story.triage()
    story.hear(rating(CASE, Rag.AMBER))
    story.triage()
    requests = asked(story)
    assert len({one.organisation for one in requests}) == len(requests) > 1
    assert {tuple(child.given_name for child in one.children) for one in requests} == {("Tamsin", "Tom")}
    assert alerts(story) == []
    contact = story.case.contact
    assert contact.concern.summary == "An invented worry.\n\nWorse than it seemed."
    assert contact.concern.immediate_harm


@pytest.mark.parametrize(
    ("further", "says"),
    [
        (notified(CHILD, TOM, name="second"), "another child"),
        (notified(CHILD, name="second", concern=HARM), "graver"),
        (notified(CHILD, name="second", assessment=Assessment.LEVEL_4), "graver"),
        (notified(CHILD, name="second", nature="missing"), "another name"),
    ],
)
def test_G_11_afterwards_what_is_new_is_alerted_once_and_nobody_is_asked_again(further: Record, says: str) -> None:
    story = routed()
    before = asked(story)
    story.hear(further)
    story.triage()
    story.triage()
    (alert,) = alerts(story)
    assert says in alert.reasons[0]
    assert (alert.teams, alert.meta.cause_id) == (("duty-manager",), further.meta.event_id)
    (letter,) = only(story.copies_of_triage(alert), hub.EmailRequested)
    assert (letter.kind, letter.to) == (EmailKind.ALERT, HACKNEY.teams["duty-manager"].email), "MASH, not the units"
    assert asked(story) == before, "the copies are those of the routing, whenever they are made"
    assert len(facts(story, hub.CaseRouted)) == 1


def test_G_11_rules_hold_on_every_name_that_the_police_gave_an_incident() -> None:
    story = told(notified(CHILD), notified(CHILD, name="second", nature="missing"))
    known = of_contact(story.case.contact, HACKNEY)
    for nature, there in (("domestic abuse", True), ("missing", True), ("custody", False)):
        for test, value in (("is", nature), ("any", frozenset({nature, "theft"}))):
            assert Condition(fact="nature", test=test, value=value).holds(known) is there
        for test, value in (("is_not", nature), ("none_of", frozenset({nature}))):
            assert Condition(fact="nature", test=test, value=value).holds(known) is not there


def test_G_11_a_name_that_was_heard_before_the_routing_is_no_news_afterwards() -> None:
    story = told(notified(CHILD), notified(CHILD, name="second", nature="missing"))
    story.triage()
    story.hear(rating(CASE, Rag.AMBER), notified(CHILD, name="third", nature="missing", form="VIST"))
    story.triage()
    assert alerts(story) == []


def test_G_11_each_further_notification_is_alerted_for_itself() -> None:
    story = routed()
    story.hear(notified(CHILD, TOM, name="second"))
    story.triage()
    story.hear(notified(CHILD, TOM, name="third", concern=HARM))
    story.triage()
    assert [one.reasons[0].split()[6] for one in alerts(story)] == ["names", "is"]


def test_G_11_what_says_nothing_new_alerts_nobody() -> None:
    story = routed()
    story.hear(notified(CHILD, name="second", form="VIST"))
    story.triage()
    assert alerts(story) == []
    assert len(story.case.contact.children) == 1


def test_G_11_what_comes_after_the_outcome_is_alerted_too() -> None:
    story = routed()
    story.hear(outcome(CASE), at=MONDAY + HOUR)
    story.outcomes(MONDAY + HOUR)
    assert story.case.decided
    story.hear(notified(CHILD, TOM, name="second"), at=MONDAY + 2 * HOUR)
    story.triage(MONDAY + 2 * HOUR)
    assert len(alerts(story)) == 1


def passed(*places: int) -> hub.PassedToHolder:
    return hub.PassedToHolder(
        meta=Meta(event_id=ids.once(CASE, "PassedToHolder"), partnership="hackney", case_id=CASE, occurred_at=MONDAY),
        rule="open", requirement="H-05", instead=True, reason="It is open.", children=places, holders=(), team=None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("further", "alerted"),
    [
        (notified(CHILD, name="second"), 0),
        (notified(CHILD, name="second", nature="missing"), 1),
        (notified(TOM, name="second"), 1),
        (notified(name="second", concern=HARM), 1),
    ],
)
def test_H_05_a_child_that_no_holder_was_told_of_is_not_lost_with_an_open_case(further: Record, alerted: int) -> None:
    story = told(notified(CHILD))
    story.profile = replace(HACKNEY, rules=())
    story.triage()
    story.hear(passed(0), further)
    story.triage()
    assert len(alerts(story)) == alerted


def test_one_child_is_listed_once_and_keeps_its_place() -> None:
    by_name = Child(
        given_name="tom ", family_name="SAMPLETON", date_of_birth=TOM.date_of_birth, school="123456", local_id="P-9"
    )
    by_reference = Child(local_id="P-2", given_name="Thomas")
    story = told(notified(CHILD, TOM), notified(by_name, CHILD, by_reference, name="second"))
    children = story.case.contact.children
    assert [child.given_name for child in children] == ["Tamsin", "Tom"]
    assert children[1].school == "123456", "what was not known before is filled in"
    assert children[1].local_id == "P-2"


ROBIN = Child(
    given_name="Robin", family_name="Otherton", date_of_birth=date(2020, 1, 1), school="900101", upn="A123456789012"
)


@pytest.mark.parametrize("typed", ["UNKNOWN", "Unknown ", "N/A", "-", "0", "TBC", "not known"])
def test_what_is_typed_where_there_is_no_reference_makes_nobody_the_same_child(typed: str) -> None:
    tom, robin = replace(TOM, local_id=typed), replace(ROBIN, local_id=typed)
    children = told(notified(tom), notified(robin, name="second")).case.contact.children
    assert [(one.given_name, one.school, one.upn) for one in children] == [
        ("Tom", None, None), ("Robin", "900101", "A123456789012"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("corrected", "children"),
    [
        ({"local_id": " p-2"}, 1),
        ({"given_name": "Thom"}, 1),
        ({"given_name": "Robin", "family_name": "Otherton"}, 1),
        ({"date_of_birth": date(2015, 5, 6)}, 1),
        ({"given_name": "Robin", "family_name": "Otherton", "date_of_birth": None}, 1),
        ({"given_name": "Robin", "family_name": "Otherton", "date_of_birth": date(2020, 1, 1)}, 2),
    ],
)
def test_under_one_reference_a_correction_is_the_same_child_and_another_person_is_not(
    corrected: dict[str, object], children: int
) -> None:
    again = replace(TOM, **corrected, school="900101")
    found = told(notified(TOM), notified(again, name="second")).case.contact.children
    assert len(found) == children
    assert found[0].school == ("900101" if children == 1 else None)


def test_children_without_name_or_reference_are_never_taken_for_one_another() -> None:
    nobody = Child(sex="F")
    assert len(told(notified(nobody), notified(nobody, name="second")).case.contact.children) == 2


def test_P5_the_same_incident_at_another_hub_is_set_aside_and_tells_this_case_nothing() -> None:
    other = notified(TOM, name="second", partnership="camden")
    story = told(notified(CHILD))
    assert isinstance(foreign(story.case, other), NotifiedElsewhere)
    assert isinstance(repeated(story.case, other), NotifiedElsewhere)
    assert foreign(story.case, notified(CHILD, TOM, name="second")) is None
    before = story.case
    assert story.hear(other).case == before


def test_the_same_content_again_is_counted_and_no_fault() -> None:
    story = told(notified(CHILD), notified(TOM, name="second"))
    assert repeated(story.case, notified(TOM, name="second")) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["further", "rate", "decide"]), min_size=1, max_size=6), st.data())
def test_any_interleaving_of_the_topics_folds_to_the_same_case(steps: list[str], data: st.DataObject) -> None:
    story, at = told(notified(CHILD)), MONDAY
    story.triage()
    for number, step in enumerate(steps):
        at += HOUR
        match step:
            case "further":
                child = Child(local_id=f"P-{number % 2}", given_name="Tom")
                story.hear(notified(child, name=str(number), concern=HARM if number % 3 else Concern()), at=at)
            case "rate":
                story.hear(rating(CASE, Rag.AMBER, f"rating-{number}"), at=at)
            case "decide":
                story.hear(outcome(CASE, f"outcome-{number}"), at=at)
        story.triage(at)
        story.outcomes(at)
    by_topic: dict[str, list[tuple[Record, datetime]]] = {}
    for record, when in story.heard:
        by_topic.setdefault(topic_of(record), []).append((record, when))
    other = Case.of(CASE)
    while by_topic:
        topic = data.draw(st.sampled_from(sorted(by_topic)))
        record, when = by_topic[topic].pop(0)
        other = evolve(other, record, when)
        if not by_topic[topic]:
            del by_topic[topic]
    assert other == story.case
