"""One case told from the status service's timeline."""

from mashbus.demo.story import told
from tests.unit.demo.played import HACKNEY


def entry(at: str, what: str, detail: str = "") -> dict[str, str]:
    return {"at": at, "what": what, "who": "hub", "detail": detail}


def test_it_is_told_in_local_time_with_details_that_are_short() -> None:
    timeline = [
        entry("2026-06-08T08:03:15Z", "Referral HAC-1 received", "source: school"),
        entry("2026-06-08T08:04:00Z", "Information shared", ", ".join(["child.given_name"] * 9)),
    ]
    assert told({"timeline": timeline}, HACKNEY) == [
        ("Mon 09:03", "Referral HAC-1 received (source: school)"),
        ("Mon 09:04", "Information shared"),
    ]


def test_without_a_case_there_is_nothing_to_tell() -> None:
    assert told(None, HACKNEY) == ()
