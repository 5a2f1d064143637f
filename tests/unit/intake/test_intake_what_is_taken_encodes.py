"""Whatever a form reads can be written to the log and read back as the same: a 202 is never followed by a surprise."""

import json
from uuid import UUID

import pytest
from form_strategies import bodies_of
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_door import NOW, PARTNERSHIP, ROOT

from mashbus.bus.codec import Codec
from mashbus.bus.http.reading import read
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts import hub
from mashbus.contracts.addressing import topic_of
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.contents import content_hash
from mashbus.contracts.record import Meta, Record
from mashbus.contracts.story import referral_contact
from mashbus.domain.enquiry import Actor
from mashbus.domain.facts import of_contact
from services.intake.calls import CallForm
from services.intake.case_routes import ROUTES
from services.intake.contacts import referral
from services.intake.forms import ReferralForm
from services.intake.understanding import meaningless, without_the_meaningless

CATALOGUE = Catalogue.load(ROOT / "schemas")
CODEC = Codec(CATALOGUE, FixedIds(CATALOGUE))
ACTOR = Actor(label="desk", role="mash_manager")
META = Meta(event_id=UUID(int=1), partnership="hackney", case_id=UUID(int=2), occurred_at=NOW)


def comes_back(record: Record) -> None:
    topic = topic_of(record)
    assert CODEC.decode(topic, CODEC.encode(topic, record), {}) == record


@settings(max_examples=60)
@given(bodies_of(ReferralForm))
def test_a_referral_that_is_taken_encodes_and_its_facts_are_known(body) -> None:
    form = read(ReferralForm, json.dumps(body).encode(), "a referral")
    said = form.said()
    record = referral("hackney/form", "key", "hackney", said, NOW)
    comes_back(record)
    mended = without_the_meaningless(said, PARTNERSHIP)
    assert not meaningless(mended, PARTNERSHIP)
    assert of_contact(referral_contact(record, NOW), PARTNERSHIP)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
@settings(max_examples=30)
@given(data=st.data())
def test_a_word_that_is_taken_encodes(route, data) -> None:
    body = data.draw(bodies_of(route.form))
    word = read(route.form, json.dumps(body).encode(), "a decision")
    said = word.said()
    comes_back(word.record.model_validate({"meta": META, "actor": ACTOR, **said}))
    assert len(content_hash(said)) == 64
    assert all(fault.remedy for fault in word.faults(PARTNERSHIP, NOW))


@settings(max_examples=60)
@given(bodies_of(CallForm))
def test_a_call_that_is_taken_encodes(body) -> None:
    form = read(CallForm, json.dumps(body).encode(), "a call")
    said = {**vars(form), "called_at": form.called_at or NOW}
    comes_back(hub.CallLogged(meta=META, actor=ACTOR, reference="HAC-CALL-0", **said))
