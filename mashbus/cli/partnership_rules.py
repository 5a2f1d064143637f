"""The rules of a profile in sentences: what is taken in, where it goes, what is refused and what is recorded."""

from collections.abc import Iterable, Iterator

from mashbus.cli.partnership_hours import week
from mashbus.cli.partnership_words import code, listed, roles, row, table, titles
from mashbus.domain.partnership import Partnership, Pathway
from mashbus.domain.procedure import ROUTING, ContactType, MilestoneKind
from mashbus.domain.rules import Condition, Rule
from mashbus.domain.vocabulary import Handling
from mashbus.profiles.sentences import sentence

_HANDLED = {
    Handling.TRIAGE: "triaged",
    Handling.RESPONDER: "processed without triage by whoever took it,",
    Handling.SIGNPOSTED: "signposted without triage",
    Handling.PASSED_ON: "passed on without triage, to",
    Handling.ANSWERED: "answered by the hub or, if the case is open, passed on to",
}


def intake(one: Partnership) -> Iterator[str]:
    yield "## What is taken in"
    yield f"A referral is returned, with everything that is missing named at once, if it lacks: {_items(one.required)}."
    if one.insists:
        yield listed(
            f"If {sentence(rule.conditions, one)}, also if it lacks: {_items(rule.items)} ({rule.requirement})"
            for rule in one.insists
        )
    yield "A report of immediate harm is never returned for what it lacks."
    if one.area:
        own = sum(place.code == one.area.authority for place in one.area.districts.values())
        yield f"What is another area's is returned, with that authority's name; {own} districts are known as its own."
    for rule in one.not_recorded:
        yield f"**Not recorded** ({rule.requirement}): if {sentence(rule.conditions, one)}. The referrer is told:"
        yield f"> {rule.notice}"
    if one.contact_types:
        yield "What is no ordinary referral:"
        yield listed(_contact_type(kind, one) for kind in one.contact_types.values())


def _contact_type(kind: ContactType, one: Partnership) -> str:
    handled = _HANDLED.get(kind.handling, str(kind.handling))
    team = f" {one.teams[kind.team].title}" if kind.team else ""
    rag = f", recommended {kind.rag}" if kind.rag else ""
    ways = f", to {_ways(kind.pathways, one)}" if kind.pathways else ""
    provided = f", provided {sentence(kind.conditions, one)}" if kind.conditions else ""
    done = f"{handled}{team}" if team else handled.rstrip(",")
    return f"{kind.title} ({code(kind.name)}): {done}{rag}{ways}{provided} ({kind.requirement})"


def triage(one: Partnership) -> Iterator[str]:
    yield "## Triage"
    yield f"Colours: {', '.join(one.ratings)}." if one.ratings else "There are no colours."
    if one.asks_nobody:
        yield f"In {titles(sorted(one.asks_nobody))} no organisation is asked."
    if one.levels:
        yield listed(f"Level {level}: {title}" for level, title in one.levels.items())
    yield table(
        ("Pathway", "Level", "Asks", "Referrers told the outcome", "Closes with"),
        (_pathway(way, one) for way in one.pathways.values()),
    )
    yield "### Recommendations"
    if not one.rules:
        yield "There are no rules: a person rates every case."
    else:
        done = (
            "the bus routes so at once" if one.routes == "automatic" else "a person confirms it, or decides otherwise"
        )
        yield f"The first rule that holds counts, and {done}. Where none holds a person rates."
        yield "\n".join(f"{number}. {_rule(rule, one)}" for number, rule in enumerate(one.rules, 1))
    if one.indicators:
        yield "### Indicators"
        yield listed(f"{sign.title}: {_if(sign.conditions, one, 'named by a person')}" for sign in one.indicators)
    if one.alerts:
        yield "### Alerts"
        yield listed(
            f"{titles(one.teams[name].title for name in alert.teams)} at once, if "
            f"{_alert(alert.on, alert.conditions, one)}: {alert.reason} ({alert.requirement})"
            for alert in one.alerts
        )


def _pathway(way: Pathway, one: Partnership) -> tuple[str, ...]:
    told = "all" if way.tells is None else titles(sorted(way.tells)) or "none"
    closes = one.outcomes[way.closes_with].says if way.closes_with else ""
    return (f"{way.title} ({code(way.name)})", way.level or "", titles(way.asks) or "nobody", told, closes)


def _rule(rule: Rule, one: Partnership) -> str:
    measures = ", ".join(
        filter(None, [str(rule.rag) if one.ratings else "", f"level {rule.level}" if rule.level else ""])
    )
    by_itself = " The bus routes it by itself: it was sorted before it came." if rule.automatic else ""
    return (
        f"If {sentence(rule.conditions, one)}: **{measures}**, to {_ways(rule.pathways, one)}. {rule.reason}{by_itself}"
    )


def _alert(on: str, conditions: Iterable[Condition], one: Partnership) -> str:
    flagged = ["an agency flags a risk"] if on == "risk_flag" else []
    return ", and ".join(filter(None, [*flagged, sentence(conditions, one)])) or "a case is opened"


def deciding(one: Partnership) -> Iterator[str]:
    """Who decides what, what may not be decided, and the words of outcomes."""
    yield "## Who decides"
    yield listed(f"{_DECISIONS.get(what, what)}: {roles(those, one)}" for what, those in one.decides.items())
    for of, head in ((ROUTING, "A routing is refused"), ("outcome", "An outcome is refused")):
        guards = [guard for guard in one.guards if guard.of == of]
        if guards:
            yield f"### {head}"
            yield listed(
                f"if {sentence(guard.conditions, one)}. {guard.reason} ({guard.requirement})" for guard in guards
            )
    yield "## Outcomes"
    yield table(
        ("Code", "Says", "Ends", "Is also"),
        (
            row(code(name), outcome.says, ", ".join(outcome.belongs_to) or "any", outcome.milestone or "")
            for name, outcome in one.outcomes.items()
        ),
    )


_DECISIONS = {
    "rating": "Rate and route",
    "outcome": "Decide the outcome",
    "enough": "Close an enquiry before all have answered",
    "suspension": "Let a clock stand still",
    "record": "Record consent, involvement and further referrers",
}


def recording(one: Partnership) -> Iterator[str]:
    if one.milestones:
        yield "## What people do and record"
        yield listed(_milestone(kind, one) for kind in one.milestones.values())
    if one.calls:
        yield "## Advice calls"
        yield f"Logged without anything of a child, by {roles(one.calls.roles, one)}."
        if one.calls.hours:
            yield f"The line is answered {week(one.calls.hours)}."
        yield "A later referral may quote a call." if one.calls.quoted else "No referral quotes a call."
        yield listed(f"About: {title} ({code(name)})" for name, title in one.calls.topics.items())
        yield listed(f"Came to: {title} ({code(name)})" for name, title in one.calls.outcomes.items())
    yield "## Reports"
    yield f"Counts below {one.suppress_below} are not shown, so that no child can be told from a table."


def _milestone(kind: MilestoneKind, one: Partnership) -> str:
    more = filter(
        None,
        [
            f"stages {titles(kind.stages)}" if kind.stages else "",
            f"answers {code(kind.answers)}" if kind.answers else "",
            f"ends {code(kind.ends)}" if kind.ends else "",
            "invites every involved professional" if kind.invites else "",
            f"alerts {titles(one.teams[name].title for name in kind.alerts)}" if kind.alerts else "",
        ],
    )
    said = "".join(f"; {part}" for part in more)
    return f"{kind.title} ({code(kind.name)}), by {roles(kind.roles, one)}{said} ({kind.requirement})"


def _if(conditions: tuple[Condition, ...], one: Partnership, otherwise: str) -> str:
    return f"if {sentence(conditions, one)}, or {otherwise}" if conditions else otherwise


def _items(names: Iterable[str]) -> str:
    return ", ".join(code(name) for name in names) or "nothing"


def _ways(names: Iterable[str], one: Partnership) -> str:
    return titles(f"“{one.pathways[name].title}”" for name in names)
