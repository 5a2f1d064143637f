"""Persons are read from the two topics as the directory's table reads them: the newest word on a child, every contact."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import fastavro
import pytest

from mashbus.bus.directory.decoding import Decoder
from mashbus.bus.directory.keys import PERSON
from mashbus.bus.directory.table import Claimed, Held
from mashbus.contracts import hub
from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.record import Meta, Record
from mashbus.domain.known import Holder, Holding
from mashbus.domain.referral import Address, Child
from services.matching.features import features
from services.matching.people import People

AT = datetime(2026, 6, 1, 9, tzinfo=UTC)
AMARA = Child(
    local_id="LA-1", given_name="Amara", family_name="Fableworth", date_of_birth=date(2017, 3, 2), sex="F",
    address=Address(lines=("7 Nowhere Road",), postcode="ZZ99 3AB"),
)  # fmt: skip
TOKEN = "ab" * 32
CATALOGUE = Catalogue.load(Path("schemas"))


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    made = People(tmp_path / "people.sqlite", {}, Decoder(CATALOGUE))
    yield made
    made.close()


def written(record: Record) -> bytes:
    body = BytesIO()
    fastavro.schemaless_writer(body, CATALOGUE.writer(record.dataschema()), record.model_dump())
    return body.getvalue()


def meta() -> Meta:
    return Meta(event_id=uuid4(), partnership="hackney", case_id=None, occurred_at=AT)


def held(person: Child | None, *, spells: int = 1) -> Held:
    record = hub.ChildHeld(
        meta=meta(), child=TOKEN, organisation="hackney-social-care", changed_at=AT, person=person,
        holdings=(Holding(service=Holder.SOCIAL_CARE),) * spells,
    )  # fmt: skip
    return Held(TOKEN, ("hackney", "hackney-social-care"), record.dataschema(), written(record), held=bool(spells))


def claimed(case: UUID, offset: int, person: Child = AMARA) -> Claimed:
    record = hub.ContactIndexed(
        meta=meta(), identifier="cd" * 32, kind=PERSON, case=case, child=1, received_at=AT, person=person
    )
    return Claimed(
        0, offset, 1_000, uuid4().hex * 2, case, 1, PERSON, "hackney", AT, record.dataschema(), written(record)
    )


def names(people: People) -> list[str | None]:
    return [one.features.family for one in people.near("hackney", features(AMARA))]


def test_the_newest_word_on_a_child_counts(people: People) -> None:
    people.apply([held(AMARA), held(replace(AMARA, family_name="Mockshaw"))], {})
    assert names(people) == ["MOCKSHAW"]
    (one,) = people.near("hackney", features(AMARA))
    assert (one.token, one.organisation, one.local_id, one.case) == (TOKEN, "hackney-social-care", "LA-1", None)


def test_who_is_held_by_nobody_any_more_is_forgotten(people: People) -> None:
    people.apply([held(AMARA)], {})
    people.apply([held(None, spells=0)], {})
    assert names(people) == []
    assert people.count("hackney") == 0


def test_a_contact_is_kept_once_with_its_case(people: People) -> None:
    case = uuid4()
    people.apply([claimed(case, 7), claimed(case, 7)], {})
    (one,) = people.near("hackney", features(AMARA))
    assert (one.case, one.child, one.received_at, one.token) == (case, 1, AT, None)


def test_contacts_that_had_their_time_are_forgotten(people: People) -> None:
    people.apply([claimed(uuid4(), 7), held(AMARA)], {})
    people.prune({0: 0}, datetime.fromtimestamp(2, UTC) + timedelta(hours=1))
    (one,) = people.near("hackney", features(AMARA))
    assert one.token == TOKEN


def test_what_can_not_be_read_stops_nothing(people: People) -> None:
    broken = replace(held(AMARA), value=b"\x01")
    people.apply([broken, claimed(uuid4(), 8)], {("mash.directory", 0): 3})
    assert len(names(people)) == 1
    assert people.positions() == {("mash.directory", 0): 3}


def test_no_key_is_shared_by_strangers(people: People) -> None:
    people.apply([held(AMARA)], {})
    stranger = Child(given_name="Otis", family_name="Stubthorpe", date_of_birth=date(2010, 10, 10))
    assert not people.near("hackney", features(stranger))
