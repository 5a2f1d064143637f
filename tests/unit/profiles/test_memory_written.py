"""Known children, passing on, meetings, Operation Encompass: what they come to, and every slip refused with its line."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from memory_profile import FILE, MEMORY, SETTINGS, faults_with_settings, spoiled_memory, spoiled_settings, with_settings
from written_profile import NAME

from mashbus.bus.settings import checkout_folder
from mashbus.contracts.catalogue import Catalogue
from mashbus.domain.known import Window
from mashbus.domain.procedure import Known, Setting
from mashbus.domain.rules import Condition
from mashbus.profiles import known
from mashbus.profiles.known_text import CONTACTS_KEPT

REFUSED = {
    # what is wrong: old, new, what stands on the line that is named, what is said
    "a holder that is no organisation": ('holders = ["some-police"]', 'holders = ["some-council"]', "holders = ", "there is no organisation 'some-council'; there are: some-police"),
    "a window of nothing": ("recently = { months = 3 }", "recently = {}", "recently = {}", "a window is of months or of weeks: write { months = 3 } or { weeks = 12 }"),
    "a window of two kinds": ("recently = { months = 3 }", "recently = { months = 3, weeks = 1 }", "recently = ", "a window is of months or of weeks"),
    "a window of days": ("recently = { months = 3 }", "recently = { days = 90 }", "recently = ", "there is nothing of this name here, only months, weeks"),
    "a window of half a month": ("recently = { months = 3 }", "recently = { months = 0.5 }", "recently = ", "must be a valid integer"),
    "a re-referral that nobody can find": ("re_referral = { months = 12 }", "re_referral = { months = 14 }", "re_referral = ", "is up to 428 days, and an earlier contact is found again for 400 days only"),
    "a duplicate that nobody can find": ("duplicate = { hours = 48 }", "duplicate = { days = 401 }", "duplicate = ", "is 401 days, and an earlier contact is found again for 400 days only"),
    "a duplicate without a length": ("duplicate = { hours = 48 }", "duplicate = {}", "duplicate = ", "write { hours = 48 } or { days = 2 }"),
    "a fallback team that is not there": ('team = "duty"\n\n[[passes_on]]', 'team = "dutty"\n\n[[passes_on]]', 'team = "dutty"', "there is no team 'dutty'"),
    "no fallback team": ('team = "duty"\n\n[[passes_on]]', "\n[[passes_on]]", "[known]", "team is missing: who gets what is passed on where the holder has no address?"),
    "nobody of the hub to alarm": ('alarms = "managers"\n', "", "[known]", "alarms is missing: which team of the hub is told when what was passed on reaches nobody?"),
    "an alarm to a team that is not there": ('alarms = "managers"', 'alarms = "manager"', 'alarms = "manager"', "there is no team 'manager'"),
    "an alarm to whom nobody reached": ('alarms = "managers"', 'alarms = "duty"', 'alarms = "duty"', "an email to 'duty' that reaches nobody would alarm the same mailbox: name another team of the hub"),
    "an alarm to the mailbox that nobody reached": ('email = "managers@hub.example"', 'email = "Duty@hub.example"', 'alarms = "managers"', "an email to 'duty' that reaches nobody would alarm the same mailbox"),
    "passing on at another time": ('on = "contact"', 'on = "routing"', 'on = "routing"', "must be 'contact' or 'outcome'"),
    "passing on without saying how far": ("instead = true\n", "", '[[passes_on]]\nname = "open"', "instead: is missing"),
    "nothing left to leave out": ("instead = false", "instead = true", "instead = true\nwhen.involvement", "with the outcome the hub has decided already"),
    "passing on what nobody holds": ('when = { involvement = { is = "open" }, open_to = { any = ["social_care"] } }', "when = { flagged = { is = true } }", "when = { flagged", "says nothing of who holds a child"),
    "an outcome before there is one": ('when = { involvement = { is = "open" }', 'when = { outcomes = { any = ["advice"] }, involvement = { is = "open" }', "when = { outcomes", "'outcomes' cannot be tested here"),
    "a service that there is not": ('any = ["social_care"]', 'any = ["probation"]', "when = { involvement", "'probation' is no open to; there are: social_care, early_help"),
    "recently without a window": ("recently = { months = 3 }\n", "", 'when.involvement.is = "recently_closed"', "recently_closed needs [known] recently: how long ago is recently?"),
    "passing on named twice": ('name = "closed-lately"', 'name = "open"', 'name = "open"\nrequirement = "S-12"', "'open' is named twice"),
    "a meeting on no weekday": ('days = ["monday", "wednesday"]', 'days = ["weekdays"]', 'days = ["weekdays"]', "must be 'monday', 'tuesday'"),
    "a meeting on a closed day": ('days = ["monday", "wednesday"]', 'days = ["monday", "sunday"]', 'days = ["monday", "sunday"]', "the hub has no hours on Sunday: there it would never meet"),
    "a meeting day twice": ('days = ["monday", "wednesday"]', 'days = ["monday", "monday"]', 'days = ["monday", "monday"]', "monday is named twice"),
    "a meeting at no time": ('at = "09:30"', 'at = "half past nine"', "at = ", "'half past nine' is no time of day; write 08:45"),
    "a meeting role that there is not": ('also_closed = true\nroles = ["mash_manager"]', 'also_closed = true\nroles = ["chair"]', 'roles = ["chair"]', "[roles] has no 'chair'"),
    "a meeting without results": ('results = { watched = "It is watched" }', "results = {}", "results = {}", "at least one is needed"),
    "an agenda item without a reason": ('reason = "It is red."\n', "", "[[meetings.daily.items]]\nwhen = { rating", "reason: is missing"),
    "an agenda item of a slip": ("re_referrals = { at_least = 2 }", "re_referals = { at_least = 2 }", "when = { re_referals", "'re_referals' cannot be tested here"),
    "a meeting that a pathway has not": ('meeting = "daily"', 'meeting = "weekly"', 'meeting = "weekly"', "there is no meeting 'weekly'; there are: daily"),
    "a milestone that ends nothing": ('ends = "school-told"', 'ends = "school"', 'ends = "school"', "there is no other milestone 'school'"),
    "what never stands": ('standing = { any = ["school-told"] }', 'standing = { any = ["incident"] }', "when = { standing", "'incident' is no standing; there are: school-told"),
    "a clock that something else starts": ('clock = "school-told-soon"', 'clock = "screening"', 'clock = "screening"', "'screening' is started by pathway, not by EncompassCalled or a milestone"),
    "a clock that counts from something else": ('clock = "school-told-soon"', 'clock = "screening"', 'clock = "screening"', "'screening' counts from receipt, and schools are told by the incident"),
    "a clock that nothing starts": ('clock = "school-told-soon"', 'clock = "school-told"', 'started_by = "EncompassCalled"', "no [encompass] names it: it would never start"),
    "a clock that there is not": ('clock = "school-told-soon"', 'clock = "schools"', 'clock = "schools"', "there is no clock 'schools'"),
    "a clock that the email does not meet": ('met_by = ["EmailSent:encompass_notification", "MilestoneRecorded:school-told"]', 'met_by = ["MilestoneRecorded:school-told"]', 'clock = "school-told-soon"', "is not met by EmailSent:encompass_notification"),
    "a clock from receipt": ('anchor = "incident"\nstarted_by = "EncompassCalled"', 'anchor = "receipt"\nstarted_by = "EncompassCalled"', 'anchor = "receipt"\nstarted_by = "EncompassCalled"', "a clock that Operation Encompass starts counts from the incident"),
    "a word in capitals": ('natures = ["domestic abuse"]', 'natures = ["Domestic Abuse"]', "natures = ", "write it in small letters"),
    "ages the wrong way round": ("ages = [2, 18]", "ages = [18, 2]", "ages = ", "from 18 to 2 there is no age"),
    "a team that is not alarmed": ('ages = [2, 18]\nteam = "duty"', 'ages = [2, 18]\nteam = "nobody"', 'team = "nobody"', "there is no team 'nobody'"),
    "a directory that is none": ('settings = "somewhere-settings.toml"', 'settings = "schools.csv"', "settings = ", "'schools.csv' is no directory of settings: name a file beside the profile"),
    "a directory that is not there": ('settings = "somewhere-settings.toml"', 'settings = "elsewhere-settings.toml"', "settings = ", "there is no file 'elsewhere-settings.toml' beside the profile"),
    "a notification without its text": ('[messages.encompass_notification]\nsubject = "Operation Encompass: $reference"\nbody = "Please call us."\n', "", "version", "'encompass_notification' is missing: there is [encompass]"),
    "counts that hide nothing": ("suppress_below = 10", "suppress_below = 1", "suppress_below = 1", "must be greater than or equal to 2"),
    "automatic beside automatic": ('routes = "manager"', 'routes = "automatic"', "automatic = true", "every rule routes by itself here: leave it out"),
    "an automatic rule that closes": ('pathways = ["mash"]\nreason = "Neglect of a young child."', 'pathways = ["closure"]\nreason = "Neglect of a young child."', 'pathways = ["closure"]\nreason = "Neglect', "'closure' closes a case, which no rule may do by itself"),
    "hours of a line that nobody answers": ('hours = { monday = "08:30-15:30", friday = "08:30-12:00" }', "hours = {}", "hours = {}", "no day has hours"),
}  # fmt: skip
REFUSED_SETTINGS = {
    "a number that is none": ('urn = "900002"', 'urn = "90002"', 'urn = "90002"', "is no unique reference number of a setting: six digits"),
    "a number without quotes": ('urn = "900002"', "urn = 900002", "urn = 900002", 'six digits, written "123456"'),
    "a number twice": ('urn = "900002"', 'urn = "900001"', 'urn = "900001"\nname = "Example Nursery"', "900001 is 'Example School' above: a number stands here once"),
    "an address that is none": ('"key-adult@nursery.example"', '"key adult"', 'email = "key adult"', "'key adult' is no mailbox"),
    "verified on a day to come": ("verified_on = 2026-01-12", "verified_on = 2999-01-12", "verified_on = ", "2999-01-12 is yet to come: write the day on which the address was checked"),
    "verified, and no address": ('name = "Example Academy"', 'name = "Example Academy"\nverified_on = 2026-01-12', "verified_on = 2026-01-12", "there is no address that could have been verified"),
    "a misspelt key": ('email = "key-adult@nursery.example"', 'mail = "key-adult@nursery.example"', "mail = ", "there is nothing of this name here"),
    "a name of nothing": ('name = "Example Academy"', 'name = " "', 'name = " "', "says nothing"),
}  # fmt: skip


@pytest.mark.parametrize("change", REFUSED)
def test_a_slip_is_refused_with_file_line_and_reason(change: str, tmp_path: Path) -> None:
    old, new, on_the_line, said = REFUSED[change]
    text = spoiled_memory(old, new)
    faults = faults_with_settings(tmp_path, text)
    line = 1 + text[: text.index(on_the_line)].count("\n")
    assert [one for one in faults if one.startswith(f"{NAME}.toml:{line}: ") and said in one], (line, faults)


@pytest.mark.parametrize("change", REFUSED_SETTINGS)
def test_a_slip_in_the_directory_of_settings_is_refused_with_its_own_file_and_line(change: str, tmp_path: Path) -> None:
    old, new, on_the_line, said = REFUSED_SETTINGS[change]
    settings = spoiled_settings(old, new)
    faults = faults_with_settings(tmp_path, settings=settings)
    line = settings[: settings.rindex(on_the_line)].count("\n") + 1
    assert [one for one in faults if one.startswith(f"{FILE}:{line}: ") and said in one], (line, faults)


def test_faults_of_both_files_are_said_at_once(tmp_path: Path) -> None:
    faults = faults_with_settings(
        tmp_path, spoiled_memory("ages = [2, 18]", "ages = [18, 2]"), spoiled_settings('"900002"', '"2"')
    )
    assert [one.partition(":")[0] for one in faults] == [f"{NAME}.toml", FILE]


def test_a_directory_that_is_no_toml_is_said_with_its_name(tmp_path: Path) -> None:
    assert [one.partition(":")[0] for one in faults_with_settings(tmp_path, settings="[[settings]\n")] == [FILE]


def test_the_tables_come_to_plain_values(tmp_path: Path) -> None:
    hub = with_settings(tmp_path)
    assert hub.known == Known(
        holders=("some-police",), recently=Window(months=3), re_referral=Window(months=12),
        duplicate=timedelta(hours=48), team="duty", alarms="managers",
    )  # fmt: skip
    assert [(one.name, one.on, one.instead) for one in hub.passes_on] == [
        ("open", "contact", True), ("closed-lately", "outcome", False),
    ]  # fmt: skip
    assert hub.passes_on[0].conditions[1] == Condition(fact="open_to", test="any", value=frozenset({"social_care"}))
    daily = hub.meetings["daily"]
    assert (daily.days, daily.at, daily.roles, daily.results) == (
        {0, 2}, time(9, 30), {"mash_manager"}, {"watched": "It is watched"},
    )  # fmt: skip
    assert [one.reason for one in daily.items] == ["It is red.", "It comes again and again.", "It stands."]
    assert ([one.stays for one in daily.items], daily.also_closed) == ([False, False, True], True)
    assert (hub.pathways["for-the-meeting"].meeting, hub.milestones["school-called"].ends) == ("daily", "school-told")
    assert (hub.suppress_below, [one.automatic for one in hub.rules]) == (10, [True, False])


def test_what_a_profile_leaves_out_is_what_the_sector_does(tmp_path: Path) -> None:
    text = MEMORY[: MEMORY.index("\n[messages.encompass_notification]")]
    hub = with_settings(tmp_path, text, None)
    assert hub.known == Known(), "no holders, twelve months, 48 hours"
    assert (hub.passes_on, hub.meetings, hub.encompass, hub.suppress_below) == ((), {}, None, 5)


def test_G_13_the_directory_keeps_who_has_no_address_and_what_nobody_verified(tmp_path: Path) -> None:
    encompass = with_settings(tmp_path).encompass
    assert encompass is not None
    assert (encompass.clock, encompass.natures, encompass.ages) == ("school-told-soon", {"domestic abuse"}, (2, 18))
    assert encompass.settings == {
        "900001": Setting(
            urn="900001", name="Example School", email="key-adult@school.example", verified_on=date(2026, 1, 12)
        ),
        "900002": Setting(urn="900002", name="Example Nursery", email="key-adult@nursery.example"),
        "900003": Setting(urn="900003", name="Example Academy"),
    }


def test_the_directory_is_no_profile_and_an_earlier_version_finds_the_same_one(tmp_path: Path) -> None:
    past = tmp_path / "past" / NAME
    past.mkdir(parents=True)
    (past / "2.toml").write_text(MEMORY.replace("version = 3", "version = 2"))
    hub = with_settings(tmp_path)
    (earlier,) = hub.past.values()
    assert earlier.encompass == hub.encompass
    assert known(tmp_path) == (NAME,)


def test_G_15_the_line_has_hours_of_its_own_and_the_hub_s_holidays(tmp_path: Path) -> None:
    calls = with_settings(tmp_path).calls
    assert calls is not None
    assert calls.hours is not None
    assert calls.quoted
    assert {day: str(hours) for day, hours in calls.hours.calendar.week.items()} == {0: "08:30-15:30", 4: "08:30-12:00"}
    assert calls.hours.calendar.hours(date(2026, 4, 3)) is None, "Good Friday"
    assert not with_settings(tmp_path, spoiled_memory("quoted = true\n", "")).calls.quoted  # type: ignore[union-attr]


def test_what_is_known_may_be_tested_by_recommendations_and_by_nothing_before_them(tmp_path: Path) -> None:
    text = spoiled_memory(
        'category_of_need = { is = "N9" }', 'involvement = { is = "recently_closed" }, re_referrals = { below = 3 }'
    )
    assert with_settings(tmp_path, text).rules[1].conditions[0].fact == "involvement"


def test_earlier_contacts_are_kept_as_long_as_the_longest_window() -> None:
    (topic,) = [one for one in Catalogue.load(checkout_folder("schemas")).topic_entries if one.name == "mash.contacts"]
    assert topic.retention == CONTACTS_KEPT


def test_a_window_of_thirteen_months_is_still_found(tmp_path: Path) -> None:
    assert with_settings(tmp_path, spoiled_memory("re_referral = { months = 12 }", "re_referral = { months = 13 }"))
    assert with_settings(tmp_path, spoiled_memory("re_referral = { months = 12 }", "re_referral = { weeks = 57 }"))
    assert faults_with_settings(
        tmp_path, spoiled_memory("re_referral = { months = 12 }", "re_referral = { weeks = 58 }")
    )


def test_an_address_may_have_been_verified_today(tmp_path: Path) -> None:
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    assert with_settings(tmp_path, settings=SETTINGS.replace("2026-01-12", today))
