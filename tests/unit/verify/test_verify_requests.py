"""Planted: organisations asked whom nothing calls for, in a colour that asks nobody, too early; and one left out."""

from dataclasses import replace

import pytest
from verified_log import (
    EDUCATION,
    HACKNEY,
    HEALTH,
    HOUR,
    ORGANISATIONS,
    POLICE,
    SECOND,
    T0,
    consistent,
    meta,
    names,
    only,
    red,
    uid,
)

from mashbus.contracts import hub, topics
from mashbus.domain.enquiry import NotAsked
from mashbus.domain.vocabulary import Handling, Rag


def asking(*organisations):
    """MASH checks that ask these only."""
    roles = tuple(HACKNEY.organisation(one).role for one in organisations)
    return {**HACKNEY.pathways, "mash-checks": replace(HACKNEY.pathways["mash-checks"], asks=roles)}


def test_J_12_a_colour_that_asks_nobody():
    log = consistent().under(asks_nobody=frozenset({Rag.RED}))
    names(only(log, "requests"), uid("a.routed"), "J-12", *ORGANISATIONS)


def test_P5_an_organisation_that_no_pathway_calls_for():
    log = consistent().under(pathways=asking(POLICE, HEALTH))
    names(only(log, "requests"), uid("a.routed"), uid("c.routed"), uid("e.routed"), EDUCATION)


def test_P5_an_organisation_that_is_not_connected():
    organisations = tuple(
        replace(one, connected=False) if one.id == EDUCATION else one for one in HACKNEY.organisations
    )
    names(only(consistent().under(organisations=organisations), "requests"), uid("a.routed"), EDUCATION)


def test_H_11_one_that_is_called_for_and_neither_asked_nor_shown():
    extra = replace(HACKNEY.organisation(HEALTH), id="second-trust")
    log = consistent().under(organisations=(*HACKNEY.organisations, extra))
    names(only(log, "requests"), uid("a.routed"), "second-trust", "H-11")
    for case in ("a", "c", "e"):
        log.edit(f"{case}.routed", not_asked=(NotAsked(organisation="second-trust", reason="not_connected"),))
    names(only(log, "requests"), uid("c.rerated"), "second-trust")


def test_J_13_a_re_rating_out_of_a_colour_that_asks_nobody_asks():
    log = consistent().under(asks_nobody=frozenset({Rag.AMBER}))
    names(red(log)["requests"], uid("c.routed"), "J-12")
    log.edit("c.routed", requests=())
    said = red(log)["requests"]
    names(said, uid("c.rerated"), "neither asked nor shown")
    assert str(uid("c.routed")) not in said


def test_a_contact_that_goes_another_way_than_triage_is_asked_about_only_if_a_person_rates_it():
    log = consistent()
    for case in ("a", "e"):
        record = hub.ContactDirected(
            meta=meta(f"{case}.directed", uid(case), T0 + 2 * SECOND), contact_type="t", handling=Handling.PASSED_ON,
            team=None, reason="r", requirement="G-22",
        )  # fmt: skip
        log.put(f"{case}.directed", topics.CASES, record, T0 + 2 * SECOND)
    log.in_time()
    said = only(log, "requests")
    names(said, uid("a.routed"), "another way")
    assert str(uid("e.routed")) not in said


@pytest.mark.parametrize("organisation", ORGANISATIONS)
def test_P5_a_copy_that_lay_there_before_the_case_was_routed(organisation):
    log = consistent()
    log.place(f"e.copy.{organisation}", at=log.get("e.routed").at - HOUR)
    names(only(log, "requests"), uid(f"e.copy.{organisation}"), "before")
