"""What a person reads at the end."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from mashbus.demo.progress import screen, stages
from mashbus.demo.summary import Report, summary
from mashbus.demo.tally import Tally
from mashbus.demo.words import Words
from tests.unit.demo.played import HACKNEY, WEEKS
from tests.unit.demo.test_tally import answered, back, breached, decided, request, routed, silent, tally_of


def printed(report: Report) -> str:
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(summary(report))
    return console.export_text()


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_it_tells_requests_by_organisation_and_colour() -> None:
    in_time, late = request(), request()
    text = lines(
        printed(
            Report(
                HACKNEY, tally_of(routed(in_time, late), answered(in_time), breached(late), answered(late), decided())
            )
        )
    )
    assert "organisation colour asked in time late breached withdrawn still open" in text
    assert "Metropolitan Police, Hackney red 2 1 1 1 0 0" in text
    assert "Hackney Housing 1" in text
    assert "No further action is taken by the hub. 1" in text


def test_it_says_where_the_emails_lie_and_what_verify_found() -> None:
    report = Report(
        HACKNEY, Tally(), mail=Path("/x/mail"), mails=12, verified=False, verdict="1 request without its copy"
    )
    text = printed(report)
    assert "12 .eml files lie in /x/mail" in text
    assert "1 request without its copy" in text


def test_it_names_faults_refusals_and_dead_services_and_counts_what_it_does_not_show() -> None:
    text = printed(
        Report(
            HACKNEY,
            Tally(),
            faults=[f"line {n}" for n in range(14)],
            refused=["line-3: 422"],
            died=["the service x ended"],
        )
    )
    assert "Input that could not be used: 14" in text
    assert "and 4 more" in text
    assert "line-3: 422" in text
    assert "the service x ended" in text


def test_an_empty_week_can_be_summed_up_too() -> None:
    assert "referrals received" in printed(Report(HACKNEY, Tally()))


def test_the_screen_shows_the_bus_time_the_bar_and_the_trouble_of_the_hour() -> None:
    console = Console(record=True, width=120, file=io.StringIO())
    console.print(screen(tally_of(routed(request())), HACKNEY.at(1, 10, 5), 17, HACKNEY))
    text = " ".join(console.export_text().split())
    assert "Tue 10:05" in text
    assert "accepted at the door (202) 17" in text
    assert "Hackney Education silent" in text


def test_every_stage_counts_records_of_its_own() -> None:
    counts = dict(stages(tally_of(routed(request(), request()), decided())))
    assert (counts["routed"], counts["requests to agencies"], counts["outcomes decided"]) == (1, 2, 1)


def test_it_tells_each_silence_in_a_line() -> None:
    one, other = silent(), silent("homerton-health")
    text = " ".join(printed(Report(HACKNEY, tally_of(one, back(one), other))).split())
    said = "silent since Mon 15:00, said on Mon 23:00: it owes 17 answers, the first due Tue 09:00"
    assert f"Hackney Education {said}; back on Tue 19:00" in text
    assert f"Homerton Healthcare {said}; not back yet" in text


def test_J_11_what_a_kind_of_contact_recommends_is_said_by_its_title() -> None:
    jersey = Words(WEEKS["jersey"].partnership)
    assert jersey.rule("court-check") == jersey.contact_type("court-check") != "court-check"
    assert jersey.rule("no-such-rule") == "no-such-rule"


@pytest.mark.parametrize("name", WEEKS)
def test_it_speaks_in_the_partnership_s_own_words(name: str) -> None:
    week = WEEKS[name]
    profile, other = week.partnership, WEEKS["hackney" if name != "hackney" else "jersey"].partnership
    pathway, outcome = next(iter(profile.pathways.values())), next(iter(profile.outcomes.values()))
    tally = tally_of(routed().model_copy(update={"pathways": (pathway.name,), "not_asked": ()}))
    tally.outcomes[outcome.name] += 1
    clock = next(iter(profile.clocks.values()))
    tally.hub_clocks[clock.name, "breached"] += 1
    text = " ".join(printed(Report(week, tally)).split())
    assert text.startswith(f"{profile.title}: a week, from Mon")
    for words in (pathway.title, outcome.says, clock.requirement):
        assert words in text
    assert other.title not in text
    assert "ackney" not in text or name == "hackney"
