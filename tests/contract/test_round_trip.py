"""Every record that can be said can be written and read again, with the same meaning and the same bytes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from record_strategies import values_of

from mashbus.bus.codec import Codec
from mashbus.bus.headers import cloudevent, normalise
from mashbus.bus.schema_ids import FixedIds
from mashbus.contracts.catalogue import VIEWS, Catalogue

SCHEMAS = Path(__file__).parents[2] / "schemas"
CATALOGUE = Catalogue.load(SCHEMAS)
CODEC = Codec(CATALOGUE, FixedIds(CATALOGUE))
WITHOUT_REGISTRY = Codec(CATALOGUE, FixedIds())
TOPIC_OF = {name: topic.name for topic in CATALOGUE.topics_for(["met-police"]) for name in topic.records}


@pytest.mark.parametrize("full_name", sorted(VIEWS))
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_record_comes_back_as_it_was(full_name: str, data: st.DataObject) -> None:
    record = data.draw(values_of(VIEWS[full_name]))
    topic = TOPIC_OF[full_name]

    value = CODEC.encode(topic, record)

    assert CODEC.decode(topic, value, {}) == record
    assert WITHOUT_REGISTRY.decode(topic, value, normalise(cloudevent(record, "/test"))) == record
    assert CODEC.encode(topic, CODEC.decode(topic, value, {})) == value


@pytest.mark.parametrize("dataschema", CATALOGUE.dataschemas)
def test_every_example_is_read_and_written(dataschema: str) -> None:
    full_name = dataschema.rpartition("/")[0]
    record = VIEWS[full_name].model_validate_json((SCHEMAS / "examples" / f"{dataschema}.json").read_text())

    assert CODEC.decode(TOPIC_OF[full_name], CODEC.encode(TOPIC_OF[full_name], record), {}) == record
