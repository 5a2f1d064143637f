"""Planted: agendas and meetings' results that the procedure does not have (H-12, G-12, G-14)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from verified_log import HOUR, MANAGER, SECOND, consistent, names, only, red, uid
from verified_meetings import CHAIR, DAILY, MEETS, meeting, meta
from verified_memory import remembering

from mashbus.contracts import hub, topics
from mashbus.domain.enquiry import Actor
from mashbus.domain.vocabulary import Rag
from mashbus.verify import judge


def log_of_meetings():
    return meeting(consistent())


def test_G_12_what_meetings_did_rightly_passes():
    for log in (log_of_meetings(), meeting(remembering())):
        report = judge(log.evidence())
        assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
        assert report.verdict("agendas").looked["results"] == 1


def test_G_12_a_result_for_what_was_not_on_the_agenda():
    log = log_of_meetings()
    log.drop("e.placed")
    names(only(log, "agendas"), uid("e.met"), "decided on what was not on its agenda")


def test_G_12_an_agenda_that_a_case_is_to_be_on():
    log = log_of_meetings()
    log.drop("e.placed", "e.met.given", "e.met", "e.relevelled", "e.relevelled.refused")
    names(only(log, "agendas"), uid("e"), "to be on the agenda of daily, and is not")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"meeting": "weekly"}, "no meeting of the profile"),
        ({"requirement": "H-12"}, "no meeting of the profile"),
        ({"meets_at": MEETS + timedelta(days=4)}, "a time at which it does not meet"),
        ({"meets_at": MEETS + HOUR}, "a time at which it does not meet"),
        ({"meets_at": MEETS - timedelta(days=7)}, "of a meeting that was over"),
        ({"reasons": ("Another.",)}, "no rule of it held"),
    ],
)
def test_G_12_an_agenda_item_that_the_profile_does_not_call_for(changes, said):
    log = log_of_meetings()
    log.edit("e.placed", **changes)
    names(only(log, "agendas"), uid("e.placed"), said)


def test_G_12_on_an_agenda_before_any_rule_held():
    log = log_of_meetings()
    log.place("e.placed", at=log.get("e.opened").at + SECOND)
    log.in_time()
    names(only(log, "agendas"), uid("e.placed"), "no rule of it held")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"result": "other"}, "other is no result of daily"),
        ({"actor": Actor(label="x", role="early_help_manager")}, "may not record what daily decided"),
        ({"met_on": MEETS.date() + timedelta(days=1)}, "still to come"),
        ({"cause_id": uid("nothing")}, "without anybody's word"),
    ],
)
def test_G_12_a_result_that_could_not_be_recorded(changes, said):
    log = log_of_meetings()
    log.edit("e.met", **changes)
    names(red(log)["agendas"], uid("e.met"), said)


def test_H_12_the_rating_is_in_the_name_of_who_recorded_the_result():
    log = log_of_meetings()
    log.edit("e.relevelled", actor=MANAGER)
    names(only(log, "agendas"), uid("e.relevelled"), uid("e.met"), "by somebody else")


def test_H_12_the_rating_says_what_the_result_says():
    log = log_of_meetings()
    log.edit("e.relevelled", rag=Rag.GREEN)
    names(only(log, "agendas"), uid("e.relevelled"), "or another one")


def test_H_12_a_meeting_that_re_levels_and_no_rating_is_made_of_it():
    log = log_of_meetings()
    log.drop("e.relevelled", "e.relevelled.refused")
    names(only(log, "agendas"), uid("e.met"), "no rating was made of it")


def test_H_12_a_rating_of_a_result_that_is_none():
    log = log_of_meetings()
    log.edit("e.met", rag=None)
    names(only(log, "agendas"), uid("e.relevelled"))
    log.drop("e.met", "e.met.given")
    names(only(log, "agendas"), uid("e.relevelled"), "that nobody recorded")


def test_one_result_is_one_rating():
    log = log_of_meetings()
    at = log.get("e.relevelled").at + 5 * SECOND
    again = hub.RatingGiven(
        meta=meta("e.again", uid("e"), at, uid("e.met")), actor=CHAIR, rag=Rag.RED, pathways=(), rationale="r"
    )
    log.put("e.again", topics.CASES, again, at)
    refused = log.record("e.relevelled.refused").model_copy(
        update={"meta": meta("e.again.refused", uid("e"), at + SECOND, uid("e.again")), "refused_id": uid("e.again")}
    )
    log.put("e.again.refused", topics.CASES, refused, at + SECOND)
    log.in_time()
    names(only(log, "agendas"), uid("e.met"), "several ratings")


def test_a_result_that_nobody_acted_on():
    log = log_of_meetings()
    log.drop("e.met", "e.relevelled", "e.relevelled.refused")
    names(only(log, "accounts"), uid("e.met.given"), "MeetingResultGiven was neither acted on nor refused")


def test_G_14_a_meeting_about_closed_cases_too():
    log = log_of_meetings()
    log.place("c.placed", at=log.get("c.decided").at + HOUR)
    log.in_time()
    open_only = replace(DAILY, items=(replace(DAILY.items[0], conditions=()),))
    log.under(meetings={"daily": open_only})
    log.edit("c.placed", occurred_at=log.get("c.placed").at)
    assert "no rule of it held" not in red(log).get("agendas", "")  # it may have been placed by what was read before
    log.under(meetings={"daily": replace(open_only, also_closed=True)})
    names(red(log)["agendas"], uid("a"), "to be on the agenda of daily")  # decided, and never placed
