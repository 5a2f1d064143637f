"""Pathways, kinds of contact, teams, outcomes and messages must fit: no alert goes to a team that is not there."""

from collections.abc import Iterator, Mapping

from mashbus.domain.vocabulary import EmailKind
from mashbus.profiles.named import twice, unknown
from mashbus.profiles.parties_text import unheard
from mashbus.profiles.tables import Fault
from mashbus.profiles.written import Written


def pathway_faults(profile: Written) -> Iterator[Fault]:
    roles = {one.role for one in profile.organisations}
    for name, pathway in profile.pathways.items():
        yield from unknown(("pathways", name, "asks"), pathway.asks, roles, "no organisation has the role")
        if pathway.meeting is not None:
            yield from unknown(
                ("pathways", name, "meeting"), (pathway.meeting,), profile.meetings, "there is no meeting"
            )
        if pathway.level is not None:
            yield from unknown(("pathways", name, "level"), (pathway.level,), profile.levels, "there is no level")
        if pathway.closes_with is not None:
            yield from _closing(name, pathway.closes_with, profile)
            if pathway.asks:
                yield ("pathways", name, "asks"), "a pathway that closes a case asks nobody: nothing is left to decide"
    yield from unknown(("triage", "asks_nobody"), profile.triage.asks_nobody, profile.ratings, "not a rating here:")


def _closing(pathway: str, outcome: str, profile: Written) -> Iterator[Fault]:
    place = ("pathways", pathway, "closes_with")
    yield from unknown(place, (outcome,), profile.outcomes, "there is no outcome")
    written = profile.outcomes.get(outcome)
    if written and written.ends and pathway not in written.ends:
        yield place, f"'{outcome}' does not end '{pathway}', but {', '.join(written.ends)}"


def contact_faults(profile: Written) -> Iterator[Fault]:
    for name, kind in profile.contact_types.items():
        place = ("contact_types", name)
        if kind.team is not None:
            yield from unknown((*place, "team"), (kind.team,), profile.teams, "there is no team")
        if kind.rag is not None:
            yield from unknown((*place, "rag"), (kind.rag,), profile.ratings, "not a rating here:")
        yield from unknown((*place, "pathways"), kind.pathways, profile.pathways, "there is no pathway")
    ends = {*profile.pathways, *profile.contact_types}
    for name, written in profile.outcomes.items():
        yield from unknown(("outcomes", name, "ends"), written.ends, ends, "there is no pathway or contact type")


def milestone_faults(profile: Written) -> Iterator[Fault]:
    for index, alert in enumerate(profile.alerts):
        yield from unknown(("alerts", index, "to"), alert.to, profile.teams, "there is no team")
    for name, milestone in profile.milestones.items():
        place = ("milestones", name)
        yield from unknown((*place, "alerts"), milestone.alerts, profile.teams, "there is no team")
        if milestone.answers is not None:
            others = [one for one in profile.milestones if one != name]
            yield from unknown((*place, "answers"), (milestone.answers,), others, "there is no other milestone")
        if milestone.ends is not None:
            others = [one for one in profile.milestones if one != name]
            yield from unknown((*place, "ends"), (milestone.ends,), others, "there is no other milestone")
    whole = [name for name, one in profile.milestones.items() if not one.stages and one.answers is None]
    for name, outcome in profile.outcomes.items():
        if outcome.milestone is not None:
            said = "there is no milestone without stages, that answers no other,"
            yield from unknown(("outcomes", name, "milestone"), (outcome.milestone,), whole, said)


def message_faults(profile: Written) -> Iterator[Fault]:
    for kind, message in profile.messages.items():
        for place, said in message.of_kind(kind):
            yield ("messages", kind.value, *place), said
    yield from unheard(_needed(profile), profile.messages)
    yield from twice("organisations", [one.id for one in profile.organisations], key="id")


def _needed(profile: Written) -> Mapping[EmailKind, str]:
    kinds = profile.contact_types.values()
    invites = any(one.invites for one in profile.milestones.values())
    for_clocks = {
        email: f"the clock '{name}' waits for it, and nothing else meets it"
        for name, clock in profile.clocks.items()
        for email in clock.emails
    }
    needed = {
        EmailKind.ALERT: profile.alerts
        or profile.encompass
        or profile.known.alarms
        or any(one.alerts for one in profile.milestones.values()),
        EmailKind.INVITATION: invites,
        EmailKind.PASSED_ON: profile.passes_on or any(one.team for one in kinds),
        EmailKind.DIRECTED: any(one.handling != "triage" for one in kinds)
        or any(one.instead for one in profile.passes_on),
        EmailKind.OUT_OF_AREA: profile.area,
        EmailKind.OUTCOME_TO_AGENCY: not invites and any(one.email for one in profile.organisations),
        EmailKind.ENCOMPASS_NOTIFICATION: profile.encompass,
        EmailKind.RETURNED: profile.insists,
    }
    return {**for_clocks, **{kind: _FOR[kind] for kind, wanted in needed.items() if wanted}}


_FOR = {
    EmailKind.ENCOMPASS_NOTIFICATION: "there is [encompass], and key adults are told by email",
    EmailKind.ALERT: "there are alerts, and teams get them by email",
    EmailKind.INVITATION: "a milestone invites the involved professionals",
    EmailKind.PASSED_ON: "a team gets the contacts of a contact type, or a holder what is passed on",
    EmailKind.DIRECTED: "the referrer of a contact type, or of what is passed on, is told what becomes of it",
    EmailKind.OUT_OF_AREA: "there is an [area], and referrals from others are returned",
    EmailKind.OUTCOME_TO_AGENCY: "an organisation has a mailbox, and nothing else is sent to it",
    EmailKind.RETURNED: "a referral that lacks what is insisted on is returned",
}
