"""Planted: fields that an organisation may not see, another family's data, personal data in keys and headers (P5, P7)."""

from dataclasses import replace

import pytest
from verified_log import ADULT, CHILD, EDUCATION, HEALTH, POLICE, REFERRER, T0, consistent, names, only, red, uid

from mashbus.contracts import topics
from mashbus.domain.referral import Child, ChildView, Professional
from mashbus.verify import judge
from mashbus.verify.partition import partition_of

COPY = f"a.copy.{HEALTH}"


def child(log, **fields):
    return (replace(log.record(COPY).children[0], **fields),)


def test_P5_a_field_that_the_rule_does_not_allow():
    log = consistent()
    log.edit(COPY, children=child(log, upn=CHILD.upn))
    names(red(log)["addressing"], uid(COPY), "child.upn")


def test_P5_a_field_that_is_disclosed_and_not_allowed():
    log = consistent()
    log.edit(COPY, disclosed=(*log.record(COPY).disclosed, "child.phone"))
    said = red(log)
    names(said["addressing"], uid(COPY), "child.phone")
    names(said["disclosures"], uid(COPY))


def test_P5_a_field_that_is_shown_and_not_disclosed():
    log = consistent()
    log.edit(COPY, disclosed=tuple(one for one in log.record(COPY).disclosed if one != "child.nhs_number"))
    said = red(log)
    names(said["addressing"], uid(COPY), "child.nhs_number")
    names(said["disclosures"], uid(COPY))


def test_P5_context_where_the_rule_does_not_allow_it():
    log = consistent()
    log.edit(f"a.copy.{EDUCATION}", adults=(type(ADULT)(),))
    names(only(log, "addressing"), uid(f"a.copy.{EDUCATION}"), "adult")


def test_P5_another_familys_child():
    log = consistent()
    log.edit(COPY, children=child(log, family_name="Another-Family"))
    said = only(log, "addressing")
    names(said, uid(COPY), "child.family_name")
    assert "Another-Family" not in said


def test_P5_another_familys_story():
    log = consistent()
    log.edit(COPY, context="Another worry.")
    names(only(log, "addressing"), uid(COPY), "concern.summary")


@pytest.mark.parametrize("value", [REFERRER.name, REFERRER.email, REFERRER.phone])
def test_G_21_something_of_the_referrer(value):
    log = consistent()
    log.edit(COPY, purpose=f"as {value.upper()} says")
    said = only(log, "addressing")
    names(said, uid(COPY), "referrer")
    assert value.casefold() not in said.casefold()


def test_G_21_something_of_the_referrer_in_another_record():
    log = consistent()
    log.edit(f"a.shared.{POLICE}", outcomes=(str(REFERRER.email),))
    names(only(log, "addressing"), uid(f"a.shared.{POLICE}"), "referrer")


@pytest.mark.parametrize("said", ["Dr Paula Paediatrician", "paula@example.invalid", "07700900999"])
def test_G_21_something_of_another_professional(said):
    log = consistent()
    paula = Professional(name="Dr Paula Paediatrician", email="paula@example.invalid", phone="07700900999")
    log.edit("a.received", professionals=(paula,))
    assert judge(log.evidence()).ok
    log.edit(COPY, purpose=f"as {said} says")
    names(only(log, "addressing"), uid(COPY), "another professional")


def test_G_21_a_professional_named_by_a_single_word_is_not_searched_for():
    log = consistent()
    log.edit("a.received", professionals=(Professional(name="purpose"),))
    assert judge(log.evidence()).ok


def test_H_18_a_childs_own_view():
    log = consistent()
    view = "I don't want anybody at school to know about it."
    log.edit("a.received", views=(ChildView(child=0, view=view),))
    assert judge(log.evidence()).ok
    log.edit(COPY, purpose=f"The child says: {view}")
    said = only(log, "addressing")
    names(said, uid(COPY), "own view")
    assert view not in said


def test_P5_a_record_that_names_another_organisation():
    log = consistent()
    log.edit(f"a.shared.{POLICE}", organisation=HEALTH)
    names(only(log, "addressing"), uid(f"a.shared.{POLICE}"), POLICE, HEALTH)


def test_P5_a_partnership_that_does_not_know_the_organisation():
    log = consistent()
    log.edit(COPY, partnership="elsewhere")
    log.edit(f"a.disclosed.{HEALTH}", profile=None)
    names(red(log)["addressing"], uid(COPY), "elsewhere")


@pytest.mark.parametrize(
    "value",
    [
        CHILD.family_name,
        CHILD.nhs_number,
        "2019-03-04",
        "zz9 9zz",
        ADULT.phone,
        str(REFERRER.email),
        str(REFERRER.name),
    ],
)
def test_P7_personal_data_in_a_header(value):
    log = consistent()
    log.place("a.opened", headers=(("x-note", f"about {value}".encode()),))
    said = only(log, "addressing")
    names(said, topics.CASES, "header")
    assert value not in said


def test_P7_a_header_that_is_not_text():
    log = consistent()
    log.place("a.opened", headers=(("x-note", b"\xff\xfe"),))
    names(only(log, "addressing"), topics.CASES, "not text")


def test_P7_a_header_that_says_something_else_than_the_record():
    log = consistent()
    log.place("a.opened", headers=(("ce_subject", b"Testina Synthetic-Oak"),))
    names(only(log, "addressing"), topics.CASES)


def test_P7_a_harmless_header_is_no_fault():
    log = consistent()
    log.place(
        "a.opened", headers=(("x-release", b"12"), ("traceparent", b"00-" + b"a" * 32 + b"-" + b"b" * 16 + b"-01"))
    )
    assert judge(log.evidence()).ok


def test_P7_a_key_that_is_not_the_case():
    log = consistent()
    partition = log.offset("a.opened")[1]
    log.place("a.opened", key=b"Testina", partition=partition)
    said = only(log, "addressing")
    names(said, topics.CASES, "key")
    assert "Testina" not in said


def test_a_record_outside_its_cases_partition():
    log = consistent()
    partition = (log.offset("a.breach")[1] + 1) % 12
    log.place("a.resolved", partition=partition)
    names(only(log, "addressing"), topics.BREACHES, "partition")


def test_P5_a_case_passed_on_with_fields_that_the_rule_does_not_allow():
    from verified_log import meta

    from mashbus.contracts import agency

    log = consistent()
    passed = agency.CasePassedOn(
        meta=meta("passed", uid("a"), T0), organisation=EDUCATION, reason="r", children=(Child(nhs_number="1"),)
    )
    log.put("passed", topics.requests_of(EDUCATION), passed, T0)
    report = judge(log.evidence())
    assert "addressing" in report.broken
    names("\n".join(map(str, report.verdict("addressing").broken)), uid("passed"))


def test_the_partition_is_that_of_javas_murmur2():
    """Kafka's own test vector: Utils.murmur2("foobar") is -790332482."""
    assert partition_of("foobar") == (-790332482 & 0x7FFFFFFF) % 12
