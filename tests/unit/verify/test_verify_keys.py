"""Planted: keys, headers and records of the hub's memory that tell who a child is (P7)."""

import pytest
from verified_log import CHILD, T0, meta, names, only, red, uid
from verified_memory import key, remembering

from mashbus.contracts import hub, topics
from mashbus.verify import judge


@pytest.mark.parametrize("name", ["held", "named", "a.upn", "g.content"])
@pytest.mark.parametrize("said", [b"H999000111222", b"9990001234", b"AB" * 32, b"ab" * 31, b""])
def test_P7_a_key_that_is_no_keyed_hash(name, said):
    log = remembering()
    log.place(name, key=said, partition=0)
    assert "the key is no keyed hash" in {one.what for one in log.evidence().index.exposed_memory}
    said_of = judge(log.evidence()).verdict("keys").broken
    assert len(said_of) == 1


def test_P7_a_key_of_something_else():
    log = remembering()
    log.place("a.upn", key=key("other").encode())
    names(red(log)["keys"], "the key is not what the record is about")


@pytest.mark.parametrize("name", ["h.upn", "a.content"])
def test_P7_a_person_in_a_record_that_is_for_none(name):
    log = remembering()
    log.edit(name, person=CHILD)
    names(only(log, "keys"), "a person in a record that is not for one")


def test_a_person_in_a_record_that_is_for_one():
    log = remembering()
    record = hub.ContactIndexed(
        meta=meta("person", None, T0), identifier=key("person"), kind="person", case=uid("a"), child=0, received_at=T0,
        person=CHILD,
    )  # fmt: skip
    log.put("person", topics.CONTACTS, record, T0)
    assert judge(log.evidence()).ok


@pytest.mark.parametrize(
    ("name", "header"),
    [("held", ("note", b"Synthetic-Oak")), ("h.upn", ("upn", b"H999000111222")), ("h.upn", ("Testina", b"x"))],
)
def test_P7_a_header_that_tells_who_the_child_is(name, header):
    log = remembering()
    log.place(name, headers=(header,))
    names(only(log, "keys"), "a header holds personal data")


def test_P7_a_header_that_is_not_text():
    log = remembering()
    log.place("held", headers=(("note", b"\xff"),))
    names(only(log, "keys"), "a header is not text")


def test_a_child_that_was_forgotten_by_a_record_without_a_value_is_no_fault():
    log = remembering()
    log.place("held", record=None, value=b"", key=key("child 0").encode())
    assert judge(log.evidence()).ok


def test_older_records_of_a_key_may_be_gone():
    log = remembering()
    log.drop("held")
    assert judge(log.evidence()).ok
