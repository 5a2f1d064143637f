"""What a person did or found out: recorded with who and when, checked against the profile, refused with what there is."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from intake_door import LEVELS, PARTNERSHIP, headers

from mashbus.contracts import hub
from mashbus.domain import ids
from mashbus.domain.enquiry import Actor, Withheld
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import ChildView, Consent, Referrer
from mashbus.domain.vocabulary import ConsentStatus, Involvement, Rag, ReferrerKind

CASE = UUID("11111111-2222-5333-8444-555555555555")
MANAGER = Actor(label="managers-desk", role="mash_manager")


@pytest.fixture
def partnership() -> Partnership:
    return PARTNERSHIP


async def post(door, secret, what, body, key="key-1", case=CASE):
    return await door.post(f"/v1/cases/{case}/{what}", json=body, headers=headers(secret, key))


def wheres(answer) -> tuple[int, list[str]]:
    return answer.status_code, [fault["where"] for fault in answer.json()["faults"]]


# -- milestones ---------------------------------------------------------------------------------------------------


async def test_M_12_a_milestone_names_who_when_and_which_stage(door, log, keys) -> None:
    body = {"milestone": "escalation", "stage": "director", "reached_at": "2026-06-08T09:30:00+01:00", "note": "No."}
    answer = await post(door, keys.manager, "milestones", body)
    assert answer.status_code == 202, answer.text
    (record,) = log.records
    assert isinstance(record, hub.MilestoneGiven)
    assert (record.actor, record.milestone, record.stage, record.note) == (MANAGER, "escalation", "director", "No.")
    assert record.reached_at == datetime(2026, 6, 8, 8, 30, tzinfo=UTC)
    assert answer.json() == {
        "event_id": str(record.meta.event_id),
        "milestone_id": str(ids.caused(record.meta.event_id, "MilestoneRecorded")),
    }


async def test_M_12_an_answer_names_the_milestone_that_it_answers(door, log, keys) -> None:
    asked = (await post(door, keys.manager, "milestones", {"milestone": "escalation", "stage": "manager"})).json()
    body = {"milestone": "escalation-answered", "answers": asked["milestone_id"]}
    assert (await post(door, keys.manager, "milestones", body, "key-2")).status_code == 202
    assert log.records[1].answers == UUID(asked["milestone_id"])
    assert (await post(door, keys.manager, "milestones", body, "key-2")).status_code == 202
    assert len(log.sent) == 2


@pytest.mark.parametrize(
    ("body", "places", "remedy"),
    [
        ({"milestone": "Zebedee"}, ["/milestone"], "escalation, escalation-answered, visit"),
        ({"milestone": "escalation"}, ["/stage"], "director, manager"),
        ({"milestone": "escalation", "stage": "Zebedee"}, ["/stage"], "director, manager"),
        ({"milestone": "visit", "stage": "Zebedee"}, ["/stage"], "leave it out"),
        ({"milestone": "escalation-answered"}, ["/answers"], "milestone_id"),
        ({"milestone": "visit", "answers": str(CASE)}, ["/answers"], "leave it out"),
        ({"milestone": "visit", "reached_at": "2026-06-08T09:06:00Z"}, ["/reached_at"], "when it was"),
        (
            {"milestone": "escalation", "answers": str(CASE), "reached_at": "2027-01-01T00:00:00Z"},
            ["/stage", "/answers", "/reached_at"],
            "director",
        ),
    ],
)
async def test_a_milestone_that_nobody_can_mean_is_refused(door, log, keys, body, places, remedy) -> None:
    answer = await post(door, keys.manager, "milestones", body)
    assert wheres(answer) == (422, places)
    assert remedy in answer.json()["faults"][0]["remedy"]
    assert "Zebedee" not in answer.text
    assert log.sent == []


async def test_an_id_that_is_none_is_not_quoted(door, log, keys) -> None:
    answer = await post(door, keys.manager, "milestones", {"milestone": "escalation-answered", "answers": "Zebedee"})
    assert wheres(answer) == (400, ["/answers"])
    assert "Zebedee" not in answer.text


# -- consent, involvement, referrers --------------------------------------------------------------------------------


async def test_H_13_H_18_G_20_consent_is_recorded_with_its_reasons_the_child_s_view_and_a_rationale(
    door, log, keys
) -> None:
    body = {
        "consent": {"status": "refused", "urgent": "He is back.", "asking_raises_risk": "He would hear of it."},
        "views": [{"child": 1, "understands": True, "consent": "given", "view": "Wants help."}],
        "rationale": "Spoken to.",
    }
    answer = await post(door, keys.manager, "consent", body)
    assert (answer.status_code, set(answer.json())) == (202, {"event_id"})
    (record,) = log.records
    assert isinstance(record, hub.ConsentRecorded)
    assert record.consent == Consent(
        status=ConsentStatus.REFUSED, urgent="He is back.", asking_raises_risk="He would hear of it."
    )
    assert record.views == (ChildView(child=1, understands=True, consent=ConsentStatus.GIVEN, view="Wants help."),)
    assert (record.actor, record.rationale) == (MANAGER, "Spoken to.")


async def test_consent_that_says_nothing_must_not_replace_what_was_known(door, log, keys) -> None:
    answer = await post(door, keys.manager, "consent", {"consent": {}, "rationale": "r"})
    assert wheres(answer) == (422, ["/consent/status"])
    assert wheres(await post(door, keys.manager, "consent", {"rationale": " "})) == (400, ["/consent", "/rationale"])
    assert log.sent == []


async def test_involvement_is_recorded_as_it_was_looked_up(door, log, keys) -> None:
    body = {"involvement": "recently_closed", "held_by": "Unit 4", "closed_on": "2026-06-08"}
    assert (await post(door, keys.manager, "involvement", body)).status_code == 202
    (record,) = log.records
    assert isinstance(record, hub.InvolvementRecorded)
    assert (record.involvement, record.held_by, record.closed_on) == (
        Involvement.RECENTLY_CLOSED, "Unit 4", date(2026, 6, 8),
    )  # fmt: skip
    late = await post(door, keys.manager, "involvement", body | {"closed_on": "2026-06-09"}, "key-2")
    assert wheres(late) == (422, ["/closed_on"])
    assert (await post(door, keys.manager, "involvement", {"involvement": "Zebedee"})).status_code == 400


async def test_H_10_a_further_referrer_is_withheld_by_the_id_he_was_added_under(door, log, keys) -> None:
    body = {"referrer": {"kind": "practitioner", "name": "Sam Placeholder", "email": "sam@example.org"}}
    added = await post(door, keys.manager, "referrers", body)
    outcome = {
        "outcomes": ["no-further-action"],
        "rationale": "r",
        "tell_referrer": True,
        "withheld": [{"referrer_id": added.json()["event_id"], "reason": "It would endanger the child."}],
    }
    assert (await post(door, keys.manager, "outcome", outcome)).status_code == 202
    first, second = log.records
    assert first.referrer == Referrer(kind=ReferrerKind.PRACTITIONER, name="Sam Placeholder", email="sam@example.org")
    assert second.withheld == (Withheld(referrer_id=first.meta.event_id, reason="It would endanger the child."),)
    outcome["withheld"][0]["reason"] = " "
    assert wheres(await post(door, keys.manager, "outcome", outcome, "key-2")) == (400, ["/withheld/0/reason"])


async def test_a_referrer_of_whom_nothing_is_said_is_refused(door, log, keys) -> None:
    assert wheres(await post(door, keys.manager, "referrers", {"referrer": {}})) == (422, ["/referrer"])


# -- who may, and levels ---------------------------------------------------------------------------------------------

FACTS = {
    "consent": {"consent": {"status": "given"}, "rationale": "r"},
    "involvement": {"involvement": "open"},
    "referrers": {"referrer": {"kind": "public"}},
}


@pytest.mark.parametrize("what", FACTS)
async def test_facts_are_recorded_by_the_roles_of_the_profile(door, log, keys, what) -> None:
    answer = await post(door, keys.advisor, what, FACTS[what])
    assert answer.status_code == 403
    assert "mash_manager, social_worker" in answer.json()["detail"]
    assert (await post(door, keys.reader, what, FACTS[what])).status_code == 403
    assert log.sent == []
    assert (await post(door, keys.manager, what, FACTS[what])).status_code == 202


async def test_whose_word_a_milestone_is_is_said_on_the_record(door, log, keys) -> None:
    assert (await post(door, keys.advisor, "milestones", {"milestone": "visit"})).status_code == 202
    assert (await post(door, keys.reader, "milestones", {"milestone": "visit"})).status_code == 403


async def test_a_word_repeated_under_its_key_is_one_and_another_one_is_refused(door, log, keys) -> None:
    body = {"milestone": "escalation", "stage": "manager"}
    first = await post(door, keys.manager, "milestones", body)
    assert (await post(door, keys.manager, "milestones", body)).json() == first.json()
    other = await post(door, keys.manager, "milestones", body | {"stage": "director"})
    assert (other.status_code, other.json()["type"]) == (422, "key-used-otherwise")
    assert (await post(door, keys.manager, "involvement", FACTS["involvement"])).status_code == 202
    assert len(log.sent) == 2


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, ["/rag"]),
        ({"rag": "none"}, ["/rag"]),
        ({"rag": "green", "level": "2"}, ["/level"]),
    ],
)
async def test_where_colours_are_a_rating_names_one_and_no_level(door, log, keys, body, places) -> None:
    answer = await post(door, keys.manager, "rating", {"rationale": "r", **body})
    assert wheres(answer) == (422, places)


class TestWithoutColours:
    @pytest.fixture
    def partnership(self) -> Partnership:
        return LEVELS

    @pytest.mark.parametrize("rag", [{}, {"rag": "none"}, {"rag": None}])
    async def test_M_01_a_rating_names_a_level_and_no_colour(self, door, log, keys, rag) -> None:
        answer = await post(door, keys.manager, "rating", {"level": "3", "rationale": "r", **rag})
        assert answer.status_code == 202, answer.text
        assert (log.records[0].rag, log.records[0].level) == (Rag.NONE, "3")

    async def test_M_01_a_pathway_that_has_a_level_is_enough(self, door, log, keys) -> None:
        answer = await post(door, keys.manager, "rating", {"pathways": ["mash-checks"], "rationale": "r"})
        assert answer.status_code == 202

    @pytest.mark.parametrize(
        ("body", "places"),
        [({}, ["/level"]), ({"level": "9"}, ["/level"]), ({"rag": "red", "level": "9"}, ["/rag", "/level"])],
    )
    async def test_M_01_what_there_is_is_named(self, door, log, keys, body, places) -> None:
        answer = await post(door, keys.manager, "rating", {"rationale": "r", **body})
        assert wheres(answer) == (422, places)
        assert "2, 3" in answer.text
