"""A consistent log passes every check, and every check has looked at something."""

import json

from verified_log import consistent, uid
from verified_memory import remembering
from verified_schools import calling

from mashbus.verify import judge


def test_a_consistent_log_passes_settled_and_live():
    for settled in (True, False):
        report = judge(consistent().evidence(settled=settled))
        assert report.ok, [str(finding) for one in report.verdicts for finding in one.broken]
        assert not [str(finding) for one in report.verdicts for finding in one.pending]


def test_no_check_passes_by_looking_at_nothing():
    report = judge(calling(remembering()).evidence())
    for verdict in report.verdicts:
        assert verdict.looked.total() > 0, verdict.check


def test_repeats_are_counted_and_break_nothing():
    report = judge(consistent().evidence())
    assert report.verdict("accounts").looked["repeats, counted"] == 2


def test_the_ids_of_a_run_are_in_the_report():
    said = json.loads(judge(consistent().evidence()).to_json())
    assert said["ok"] is True
    assert str(uid("a.received")) in said["ids"]["referrals"]
    assert len(said["ids"]["requests"]) == 9
    assert len(said["ids"]["outcomes"]) == 2
    assert len(said["ids"]["emails"]) == 4


def test_an_empty_log_says_that_it_looked_at_nothing():
    from verified_log import Log

    report = judge(Log().evidence())
    assert report.ok
    assert report.records == 0
