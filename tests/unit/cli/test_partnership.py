"""`mashbus partnership check` and `show`: every fault with its line; a page that a manager can read and sign."""

from pathlib import Path

import pytest
from asking import PARTNERSHIPS, mashbus, refusal

from mashbus.domain.facts import DECISION_FACTS
from mashbus.domain.partnership import Partnership
from mashbus.domain.rules import Condition
from mashbus.profiles import known, load
from mashbus.profiles.sentences import SAID, sentence

MEDWAY = (PARTNERSHIPS / "medway.toml").read_text()
NAMES = known(PARTNERSHIPS)


def shown(name: str) -> str:
    answer = mashbus("partnership", "show", name, "--markdown")
    assert answer.exit_code == 0
    return answer.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_profile_of_the_repository_is_sound(name: str) -> None:
    answer = mashbus("partnership", "check", str(PARTNERSHIPS / f"{name}.toml"))
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"{name}.toml: sound. ")
    assert answer.stdout.count("\n") == 1


def test_every_fault_is_named_with_its_line(tmp_path: Path) -> None:
    spoiled = (
        MEDWAY.replace('"Europe/London"', '"Europe/Lundon"').replace('"N9"', '"N99"').replace("$missing", "$mising")
    )
    (tmp_path / "medway.toml").write_text(spoiled)
    answer = mashbus("partnership", "check", str(tmp_path / "medway.toml"))
    assert answer.exit_code == 2
    zone = 1 + spoiled[: spoiled.index("Europe/Lundon")].count("\n")
    assert f"medway.toml:{zone}: zone: unknown time zone 'Europe/Lundon'" in answer.stdout.splitlines()


def test_what_does_not_agree_is_named_all_at_once(tmp_path: Path) -> None:
    spoiled = MEDWAY.replace('"N9"', '"N99"').replace("$missing", "$mising").replace('title = "director"', "")
    (tmp_path / "medway.toml").write_text(spoiled)
    answer = mashbus("partnership", "check", str(tmp_path / "medway.toml"))
    assert (answer.exit_code, len(answer.stdout.splitlines())) == (2, 2)
    assert all(line.startswith("medway.toml:") for line in answer.stdout.splitlines())


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    assert "no such file" in refusal(mashbus("partnership", "check", str(tmp_path / "nowhere.toml")))
    assert "no partnership 'nowhere'; there are: cambridgeshire" in refusal(mashbus("partnership", "show", "nowhere"))


@pytest.mark.parametrize("name", NAMES)
def test_the_page_has_version_and_hash_at_the_top_and_a_signature_at_the_end(name: str) -> None:
    page, profile = shown(name), load(name, PARTNERSHIPS)
    assert page.splitlines()[:3] == [f"# {profile.title}", "", f"Profile `{name}`, version `{profile.version}`"]
    assert page.rstrip().endswith("Date: ______________")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_of_the_profile_is_left_out(name: str) -> None:
    page, profile = shown(name), load(name, PARTNERSHIPS)
    for named in (
        profile.pathways,
        profile.clocks,
        profile.contact_types,
        profile.outcomes,
        profile.milestones,
        profile.teams,
    ):
        assert all(f"`{one}`" in page for one in named)
    reasons = [one.reason for table in (profile.rules, profile.guards, profile.alerts) for one in table]
    reasons += [one.reason for one in profile.passes_on]
    reasons += [item.reason for meeting in profile.meetings.values() for item in meeting.items]
    assert all(one in page for one in (*reasons, *(sign.title for sign in profile.indicators)))
    for meeting in profile.meetings.values():
        assert meeting.title in page
        assert all(f"{says} (`{code}`)" in page for code, says in meeting.results.items())
    for setting in profile.encompass.settings.values() if profile.encompass else ():
        assert f"| {setting.urn} | {setting.name} | {setting.email or '**none**'} |" in page
    assert all(one.purpose in page and one.name in page for one in profile.organisations)
    for one in profile.organisations:
        entry = page[page.index(f"### {one.name}") :].split("### ")[1]
        assert sum(line.count(",") + 1 for line in entry.splitlines() if line.startswith("- Of ")) == len(one.shared)


def test_M_10_a_rule_about_consent_is_a_plain_sentence() -> None:
    way = "“Child in need: a section 17 assessment”"
    expected = f"if a pathway is {way}, and no pathway of the case is {way}, and consent is not given"
    assert expected in shown("medway")


def test_H_06_H_07_a_clock_says_what_starts_it() -> None:
    page = shown("hackney")
    assert (
        "| `csc-screening` | 24 hours | receipt, started by “Children's social care screening in MASH” | hub |" in page
    )
    assert (
        "| `information-to-hub` | 10 working days | receipt, started by “Request for information to the hub” |" in page
    )


def test_H_05_who_holds_an_open_case_gets_it_and_who_says_so() -> None:
    page = shown("hackney")
    assert "Whose case is open, and who holds it, is said by Hackney Children's Social Care." in page
    assert "A case that was closed within 3 months is recently closed" in page
    passed = "- At once, if the involvement of social care is open, and a service with an open case is social care"
    (line,) = [one for one in page.splitlines() if one.startswith(passed)]
    assert line.endswith("**passed to the holder instead**: nobody is asked, and the hub's clocks end. It has been passed "
                         "without delay to the unit that deals with it. (H-05)")  # fmt: skip
    assert "Where the holder has no address, Children's social care, case-holding units is told." in page
    assert "MASH duty manager is alarmed where an email that passed a case on reaches nobody" in page
    assert "A case that was closed within 12 weeks is recently closed" in shown("medway")
    assert "An open case is triaged like any other" in shown("cambridgeshire")


def test_G_11_to_G_15_meetings_schools_and_the_advice_line_are_said() -> None:
    page = shown("gloucestershire")
    assert "### Daily vulnerability meeting\n\nMonday to Friday at 10:00 (G-12)." in page
    assert "The bus routes it by itself: it was sorted before it came." in page
    assert "10 settings are known; to 2 of them nothing can be sent." in page
    assert "| 900203 | Synthetic Bluebell Day Nursery | **none** | — |" in page
    assert "key-adult@leadon-juniors.gloucestershire.example | **not verified** |" in page
    assert "| incident, started by Operation Encompass or what people record as `domestic-abuse-incident` |" in page
    assert "The line is answered Monday to Friday 08:30-15:30." in page
    assert "A later referral may quote a call." in page
    assert "No referral quotes a call." in shown("hackney")


def test_H_16_how_small_a_count_is_hidden_is_said() -> None:
    assert "Counts below 5 are not shown" in shown("jersey")


def test_every_fact_can_be_said(hackney: Partnership) -> None:
    assert SAID == DECISION_FACTS
    conditions = (
        Condition(fact="pathways", test="none_of", value=frozenset({"closure", "mash-checks"})),
        Condition(fact="urgent", test="is_not", value=True),
        Condition(fact="youngest_age", test="below", value=5),
        Condition(fact="factors", test="all", value=frozenset({"3B", "4B"})),
        Condition(fact="role", test="is", value="mash_manager"),
    )
    assert sentence(conditions, hackney) == (
        "no pathway is “No further action” or “MASH checks”, and no urgent safety concern is recorded, and the age of "
        "the youngest child is below 5, and a factor is domestic abuse of a parent or carer and a factor is mental health "
        "of a parent or carer, and the role of whoever decides is MASH manager"
    )


@pytest.fixture
def hackney() -> Partnership:
    return load("hackney", PARTNERSHIPS)


def test_the_page_is_printed_for_a_terminal_too() -> None:
    answer = mashbus("partnership", "show", "surrey")
    assert answer.exit_code == 0
    assert "Surrey (fixture)" in answer.stdout
    assert "There are no rules: a person rates every case." in answer.stdout
