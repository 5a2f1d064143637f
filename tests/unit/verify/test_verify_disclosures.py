"""Planted: what was shared and is not on the case, or is there otherwise than the profile's rule says (H-15, P5)."""

from dataclasses import replace

import pytest
from verified_log import EDUCATION, HACKNEY, HEALTH, POLICE, consistent, names, only, uid

from mashbus.verify import judge

COPY, SAID = f"a.copy.{HEALTH}", f"a.disclosed.{HEALTH}"
SHARED, SAID_SHARED = f"a.shared.{POLICE}", f"a.shared.{POLICE}.disclosed"


@pytest.mark.parametrize(("copy", "said"), [(COPY, SAID), (SHARED, SAID_SHARED)])
def test_H_15_a_copy_without_its_disclosure(copy, said):
    log = consistent()
    log.drop(said)
    names(only(log, "disclosures"), uid(copy), "DisclosureMade")


def test_H_15_one_disclosure_is_not_another_records():
    """What was said of the request says nothing of the outcome."""
    log = consistent()
    log.edit(SAID_SHARED, shared_by="InformationRequested")
    names(only(log, "disclosures"), uid(SHARED), uid(SAID_SHARED), "several ids", "no DisclosureMade says so")


def test_H_15_fewer_fields_than_the_rule_allows():
    log = consistent()
    log.edit(SAID, disclosed=("child.given_name",))
    names(only(log, "disclosures"), uid(SAID), "child.family_name")


def test_H_15_more_of_an_outcome_than_its_class():
    log = consistent()
    log.edit(SAID_SHARED, disclosed=("outcomes", "rationale"))
    names(only(log, "disclosures"), uid(SAID_SHARED), "rationale")


def test_H_15_the_rule_is_that_of_the_version_that_it_names():
    """The rule has changed since: what the version of that day allowed is no fault, what it did not is one."""
    log = consistent()
    evidence = log.evidence()
    health = replace(HACKNEY.organisation(HEALTH), shared=frozenset({"child.given_name"}))
    now = replace(HACKNEY, version="99+ffffffff", organisations=tuple(
        health if one.id == HEALTH else one for one in HACKNEY.organisations
    ))  # fmt: skip
    kept = replace(now, past={HACKNEY.version: HACKNEY})
    assert judge(replace(evidence, profiles={"hackney": kept})).ok
    mixed = replace(now, past={HACKNEY.version: replace(now, version=HACKNEY.version)})
    assert judge(replace(evidence, profiles={"hackney": mixed})).verdict("disclosures").broken
    forgotten = judge(replace(evidence, profiles={"hackney": now})).verdict("disclosures")
    assert forgotten.ok
    assert forgotten.looked["by a profile that is not kept"] == 9


@pytest.mark.parametrize("field", ["rule", "profile"])
def test_H_15_without_the_rule_or_the_version(field):
    log = consistent()
    log.edit(SAID, **{field: None})
    names(only(log, "disclosures"), uid(SAID))


def test_H_15_the_rule_of_somebody_else():
    log = consistent()
    log.edit(SAID, rule=f"organisations.{EDUCATION}.shared")
    names(only(log, "disclosures"), uid(SAID), "rule")


def test_H_15_a_disclosure_to_somebody_else_than_was_asked():
    log = consistent()
    log.edit(SAID, organisation=EDUCATION, rule=f"organisations.{EDUCATION}.shared")
    names(only(log, "disclosures"), uid(SAID), uid(COPY))


def test_H_15_a_disclosure_of_nothing():
    log = consistent()
    log.again(SAID, "extra", event_id=uid("extra"), request_id=uid("no such request"))
    names(only(log, "disclosures"), uid("no such request"), uid("extra"))


def test_H_15_a_disclosure_under_two_ids():
    log = consistent()
    log.again(SAID, "extra", event_id=uid("extra"))
    names(only(log, "disclosures"), uid("extra"))
