"""What the catalogue answers: schemas, topics of real organisations, and what each field tells of a person."""

from datetime import timedelta
from pathlib import Path

import pytest

from mashbus.contracts.agency import ReferralSubmitted
from mashbus.contracts.catalogue import VIEWS, Catalogue, NotInCatalogue
from mashbus.domain.sharing import SHAREABLE

CATALOGUE = Catalogue.load(Path(__file__).parents[2] / "schemas")


def test_a_topic_of_an_organisation_is_the_template_filled() -> None:
    topic = CATALOGUE.topic("agency.met-police.responses")
    assert (topic.name, topic.writers, topic.readers) == (
        "agency.met-police.responses",
        ("agency.met-police",),
        ("intake",),
    )
    assert topic.retention == timedelta(days=35)
    assert topic.broker_config["retention.ms"] == str(35 * 24 * 3600 * 1000)
    assert CATALOGUE.topic("mash.cases").broker_config["retention.ms"] == "-1"


@pytest.mark.parametrize(
    "name",
    ["mash.other", "agency.met-police.other", "agency.<id>.responses.x", "agency..responses", "agency.A B.requests"],
)
def test_no_topic_is_made_up(name: str) -> None:
    with pytest.raises(NotInCatalogue) as caught:
        CATALOGUE.topic(name)
    assert str(caught.value) == f"the catalogue has no topic {name!r}"


def test_every_topic_of_a_hub_with_two_organisations() -> None:
    names = [topic.name for topic in CATALOGUE.topics_for(["met-police", "homerton-health", "met-police"])]
    assert len(names) == len(set(names)) == 9 + 2 * 3
    assert not any("<" in name for name in names)


def test_an_id_that_would_escape_its_place_in_a_topic_name_is_refused() -> None:
    with pytest.raises(NotInCatalogue):
        CATALOGUE.topics_for(["met-police.requests"])


def test_a_partner_facing_record_is_never_on_a_topic_of_the_hub() -> None:
    for topic in CATALOGUE.topic_entries:
        namespaces = {VIEWS[name].namespace for name in topic.records}
        assert namespaces == {"uk.mashbus.agency" if topic.name.startswith("agency.") else "uk.mashbus.hub"}


def test_what_each_field_tells_of_a_person() -> None:
    marks = CATALOGUE.personal("uk.mashbus.hub.ReferralReceived")
    assert marks["reference"] == "none"
    assert marks["children[].given_name"] == "identity"
    assert marks["children[].address.postcode"] == "contact"
    assert marks["concern.summary"] == "narrative"


def test_a_type_that_is_named_only_is_looked_up() -> None:
    """Deadline is defined in the first field of CaseRerated that uses it, and named in the others."""
    marks = CATALOGUE.personal("uk.mashbus.hub.CaseRerated")
    assert marks["deadlines[].steps[].reason"] == "none"
    assert marks["rerated[].deadline.steps[].reason"] == "none"


def test_everything_that_a_sharing_rule_can_name_has_a_mark() -> None:
    marks = CATALOGUE.personal(ReferralSubmitted.full_name())
    where = {"child": "children[]", "adult": "adults[]", "concern": "concern"}
    named = {name.replace(name.partition(".")[0], where[name.partition(".")[0]], 1) for name in SHAREABLE}
    assert named <= set(marks)
