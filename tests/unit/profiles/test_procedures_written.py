"""The tables of a procedure: what they come to, and every slip of the pen refused with its line."""

from datetime import timedelta
from pathlib import Path

import pytest
from procedure_profile import WHOLE, spoiled
from written_profile import NAME, faults_of, loaded

from mashbus.contracts.letters import PLACEHOLDERS as LETTERS
from mashbus.domain.clocks import Amount, Kind
from mashbus.domain.facts import DECISION_FACTS
from mashbus.domain.rules import Condition
from mashbus.domain.vocabulary import Handling, Rag
from mashbus.profiles.conditions import FIXED
from mashbus.profiles.parties_text import EVERYWHERE, PLACEHOLDERS

REFUSED = {
    # what is wrong: old, new, what stands on the line that is named, what is said
    "an unknown fact": (
        "{ is = true } }\nto", "{ is = true }, harm = { is = true } }\nto", "when = { immediate_harm", "'harm' cannot be tested here; what can:",
    ),
    "a fact that is not known there yet": (
        'when = { consent = { any = ["refused"] } }', 'when = { involvement = { is = "open" } }',
        "when = { involvement", "'involvement' cannot be tested here",
    ),
    "an outcome where a case is routed": (
        'when.rag.is = "red"', 'when.outcomes.any = ["advice"]', "when.outcomes", "'outcomes' cannot be tested here",
    ),
    "an unknown test": ("youngest_age = { below = 5 }", "youngest_age = { under = 5 }", 'when = { factors = { any = ["16A"]', "there's no test 'under'; there are: all, any"),
    "a test that is none of that fact": (
        'factors = { any = ["16A"] }', 'factors = { is = "16A" }', 'when = { factors = { is = "16A"', "'is' is no test of factors, which is several words",
    ),
    "a number in words": ("below = 5", 'below = "five"', 'below = "five"', 'below = "five" does not fit youngest_age, which is a number'),
    "true in quotes": ("immediate_harm = { is = true }", 'immediate_harm = { is = "true" }', "immediate_harm", "true or false: write { is = true }"),
    "a list of nothing": ('any = ["16A"]', "any = []", "any = []", "any = [] does not fit factors"),
    "a fact of which nothing is said": ('factors = { any = ["16A"] }', "factors = {}", "when = { factors = {}", "says nothing of factors"),
    "a factor that the sector has not": ('"16A"', '"16Z"', '"16Z"', "'16Z' is no factors; there are: 1A"),
    "a need that the sector has not": ('"N9"', '"N99"', '"N99"', "'N99' is no category of need; there are: N1"),
    "a colour that the partnership has not": ('when.rag.is = "red"', 'when.rag.is = "blue"', "when.rag.is", "'blue' is no rag; there are: red, amber, green"),
    "a role that there is not": ('when.role.is_not = "mash_manager"', 'when.role.is_not = "manager"', "when.role", "'manager' is no role; there are: mash_manager"),
    "a role that decides and is not there": ('mash_manager = "MASH manager"', 'boss = "Boss"', "rating = [", "[roles] has no 'mash_manager'"),
    "a rule with an unknown pathway": ('pathways = ["closure"]', 'pathways = ["closing"]', 'pathways = ["closing"]', "there is no pathway 'closing'"),
    "a rule without a colour": ('rag = "green"\n', "", '[[rules]]\nname = "universal"', "rag: is missing: which colour"),
    "a rule of another level than its pathway": ('pathways = ["mash"]\nreason', 'pathways = ["closure"]\nreason', 'level = "2"', "'closure' stands for level 1, and this rule says 2"),
    "a level that there is not": ('level = "2"', 'level = "9"', 'level = "9"', "not a level here: '9'"),
    "a rule that is never reached": (
        '{ category_of_need = { is = "N9" } }', '{ factors = { any = ["16A"] }, youngest_age = { below = 5 }, unborn = { is = true } }',
        'when = { factors = { any = ["16A"] }, youngest_age = { below = 5 }, unborn', "never reached: 'neglect' above holds whenever this does",
    ),
    "a rule named twice": ('name = "universal"', 'name = "neglect"', 'name = "neglect"\nwhen = { category', "'neglect' is named twice"),
    "an automatic rule that closes": ('routes = "manager"', 'routes = "automatic"', 'pathways = ["closure"]', "'closure' closes a case, which no rule may do"),
    "closing with no outcome": ('closes_with = "advice-given"', 'closes_with = "advice-taken"', "closes_with", "there is no outcome 'advice-taken'"),
    "a pathway that closes and asks": ('title = "Closure"\nasks = []', 'title = "Closure"\nasks = ["police", "police"]', 'asks = ["police", "police"]', "a pathway that closes a case asks nobody"),
    "closing with another pathway's outcome": ('ends = ["closure", "information"]', 'ends = ["mash"]', "closes_with", "'advice-given' does not end 'closure', but mash"),
    "an outcome of no pathway": ('ends = ["closure", "information"]', 'ends = ["closure", "advice"]', 'ends = ["closure", "advice"]', "no pathway or contact type 'advice'"),
    "a colour that asks nobody and is none": ('asks_nobody = ["green"]', 'asks_nobody = ["blue"]', "asks_nobody", "not a rating here: 'blue'"),
    "an alert to no team": ('to = ["duty"]', 'to = ["dutty"]', 'to = ["dutty"]', "there is no team 'dutty'; there are: duty"),
    "an alert to nobody": ('to = ["duty"]', "to = []", "to = []", "at least one is needed"),
    "a team without a mailbox": ('title = "Duty"\nemail = "duty@hub.example"', 'title = "Duty"', "[teams.duty]", "email: is missing"),
    "a mailbox that is none": ('"duty@hub.example"', '"duty at hub"', "email = ", "no mailbox; write duty@hub.example"),
    "a milestone that answers itself": ('answers = "incident"', 'answers = "school-told"', "answers = ", "there is no other milestone 'school-told'"),
    "a milestone for a clock that there is not": ("[milestones.incident]", "[milestones.incidents]", 'started_by = "MilestoneRecorded:incident"', "there is no milestone 'incident'"),
    "a kind of contact that is passed on to nobody": ('team = "duty"\n', "", "[contact_types.information]", "team: is missing: to whom is it passed on?"),
    "a colour of what is not triaged": ('handling = "answered"', 'handling = "answered"\nrag = "red"', 'rag = "red"\nteam', "is for what is triaged; this is answered"),
    "a clock that no kind of contact starts": ('clocks = ["answering"]', "clocks = []", 'started_by = "contact_type"', "no contact type names it"),
    "a kind of contact with another's clock": ('clocks = ["answering"]', 'clocks = ["answering", "screening"]', 'clocks = ["answering", "screening"]', "'screening' is started by pathway, not by a contact type"),
    "a margin that leaves nothing": ('decision_margin = "30m"', 'decision_margin = "10h"', "amount = { hours = 10", "leaves no time: 10:00:00 less 10:00:00"),
    "a margin of working days": ("hours = 10,", "working_days = 1,", "amount = { working_days = 1,", "taken off hours and days only"),
    "an item that no referral has": ('items = ["consent.reason"]', 'items = ["consent.mood"]', "items = ", "a referral has no 'consent.mood'"),
    "a place that a message has not": ('body = "$missing"', 'body = "$mising"', 'body = "$mising"', "$mising: this message has no such place; there are: $missing, $partnership, $reference"),
    "a dollar": ('body = "$missing"', 'body = "$5"', 'body = "$5"', "write $$ for the sign"),
    "a message to teams that is missing": ('[messages.passed_on]\nsubject = "For you: $reference"\nbody = "$title: $reason"\n', "", "version", "'passed_on' is missing: a team gets"),
    "an unknown kind of handling": ('handling = "answered"', 'handling = "ignored"', "handling = ", "must be 'triage', 'responder', 'signposted', 'passed_on' or 'answered'"),
    "a fact of a table of its own": ('consent = { is = "not_sought" }', 'consent = { is = "not sought" }', 'consent = { is = "not sought" }', "'not sought' is no consent; there are: given, refused, not_sought"),
    "a value without a test": ("immediate_harm = { is = true }", "immediate_harm = true", "when = { immediate_harm = true", "True is no test: write { is = … }"),
    "a sentence that is none": ('advice = "Advice was given."', "advice = 3", "advice = 3", "write a sentence, or { says"),
    "a kind of message that there is not": ("[messages.directed]", "[messages.directd]", "[messages.directd]", "must be 'acknowledgement', 'returned'"),
    "a word for all that is newer": ("[messages.directed]", "[messages.UNKNOWN]", "[messages.UNKNOWN]", "no profile can mean it"),
    "a name of two words": ("[teams.duty]", '[teams."Duty manager"]', "[teams.", "must be small letters, digits and -, a letter first"),
    "roles that are no list": ('roles = ["mash_manager"]\nalerts', 'roles = "mash_manager"\nalerts', 'roles = "mash_manager"', "must be a list"),
    "an area without a table": ("[levels]", '[area]\nauthority = "E10000013"\n\n[levels]', 'authority = "E10000013"', "needs postcodes.toml beside the profiles"),
}  # fmt: skip


@pytest.mark.parametrize("change", REFUSED)
def test_a_slip_is_refused_with_file_line_and_reason(change: str, tmp_path: Path) -> None:
    old, new, on_the_line, said = REFUSED[change]
    text = spoiled(old, new)
    faults = faults_of(tmp_path, text)
    line = 1 + text[: text.index(on_the_line)].count("\n")
    assert any(said in one for one in faults), faults
    assert [one for one in faults if one.startswith(f"{NAME}.toml:{line}: ")], (line, faults)


def test_the_tables_come_to_plain_values(tmp_path: Path) -> None:
    hub = loaded(tmp_path, WHOLE)
    assert (hub.routes, hub.asks_nobody, hub.levels) == ("manager", {Rag.GREEN}, {"1": "Universal", "2": "Early help"})
    assert hub.contact_types["information"].handling is Handling.ANSWERED
    assert hub.contact_types["information"].conditions == (Condition(fact="children", test="below", value=9),)
    assert (hub.milestones["school-told"].answers, hub.milestones["incident"].alerts) == ("incident", ("duty",))
    assert (hub.pathways["closure"].level, hub.pathways["closure"].closes_with) == ("1", "advice-given")
    assert hub.outcomes["advice-given"].belongs_to == ("closure", "information")
    assert hub.outcomes["advice"].belongs_to == ()
    assert hub.guards[0].conditions == (
        Condition(fact="role", test="is_not", value="mash_manager"),
        Condition(fact="rag", test="is", value="red"),
    )
    assert hub.not_recorded[0].notice == "Not recorded."
    assert hub.calls is not None
    assert hub.calls.roles == {"mash_manager"}


def test_one_test_of_a_fact_can_be_made_twice(tmp_path: Path) -> None:
    """Of the three together: one of these factors, and one of those."""
    assert loaded(tmp_path, WHOLE).indicators[0].conditions == (
        Condition(fact="factors", test="any", value=frozenset({"18B"})),
        Condition(fact="factors", test="any", value=frozenset({"18C"})),
    )


def test_J_09_the_decision_margin_is_taken_off_the_amount(tmp_path: Path) -> None:
    amounts = loaded(tmp_path, WHOLE).clocks["answering"].amounts
    assert amounts == {None: Amount(Kind.HOURS, timedelta(hours=9, minutes=30))}
    none = loaded(tmp_path, spoiled('decision_margin = "30m"', 'decision_margin = "0m"'))
    assert none.clocks["answering"].amounts == {None: Amount(Kind.HOURS, timedelta(hours=10))}


def test_every_fact_has_a_form() -> None:
    own = {
        "contact_type",
        "indicators",
        "milestones",
        "standing",
        "rating",
        "rag",
        "level",
        "pathways",
        "case_pathways",
        "outcomes",
        "role",
    }
    assert FIXED.keys() | own == DECISION_FACTS


def test_a_message_may_name_what_letters_put_in() -> None:
    """Profiles may not ask the module that writes letters: who verifies a log reads profiles, and nothing that decides."""
    assert {kind: EVERYWHERE | PLACEHOLDERS.get(kind, frozenset()) for kind in LETTERS} == LETTERS
