"""What a reader is told of what people decided, did and found out: their role, never their name or their reasons."""

from datetime import timedelta

from mashbus.contracts import hub
from mashbus.domain.deadline import HUB
from services.status.phrases import Told, colour, owed, plain, spoken, whose


def rating(record: hub.RatingGiven) -> Told:
    return Told(
        f"Rating given: {colour(record.rag, record.level)}",
        record.actor.role,
        spoken(record.pathways) if record.pathways else "",
    )


def outcome(record: hub.OutcomeGiven) -> Told:
    return Told(f"Outcome given: {spoken(record.outcomes)}", record.actor.role)


def enough(record: hub.EnoughGiven) -> Told:
    return Told("Enough is known: the enquiry need not wait", record.actor.role)


def suspension(record: hub.SuspensionGiven) -> Told:
    return Told(f"Suspension given: {whose(record.organisation, record.clock)}", record.actor.role)


def resumption(record: hub.ResumptionGiven) -> Told:
    return Told(f"Resumption given: {whose(record.organisation, record.clock)}", record.actor.role)


def suspended(record: hub.DeadlineSuspended) -> Told:
    left = timedelta(seconds=record.left_microseconds // 1_000_000)
    detail = f"stands still until a person resumes it, with {left} of its time left"
    what = f"Deadline suspended: {whose(record.organisation, record.clock)}"
    return Told(what, record.decided_by.role, detail, record.suspended_at)


def resumed(record: hub.DeadlineResumed) -> Told:
    detail = f"runs until {record.deadline.due:%Y-%m-%d %H:%M:%S} UTC"
    return Told(f"Deadline resumed: {owed(record.deadline)}", record.decided_by.role, detail)


def milestone(record: hub.MilestoneRecorded) -> Told:
    stage = f"stage: {plain(record.stage)}" if record.stage else ""
    return Told(f"Reached: {record.milestone}", record.actor.role, stage, record.reached_at)


def milestone_given(record: hub.MilestoneGiven) -> Told:
    return Told(f"Said to be reached: {record.milestone}", record.actor.role)


def consent(record: hub.ConsentRecorded) -> Told:
    """What it says is narrative: the picture tells it."""
    return Told("Consent recorded", record.actor.role)


def involvement(record: hub.InvolvementRecorded) -> Told:
    by = f", held by {record.held_by}" if record.held_by else ""
    return Told(f"Social care's involvement recorded: {plain(record.involvement)}{by}", record.actor.role)


def further_referrer(record: hub.ReferrerAdded) -> Told:
    return Told("Somebody else referred the same", record.actor.role)


def refused(record: hub.DecisionRefused) -> Told:
    return Told(f"{record.decision} was refused", HUB, record.reason)


def rerated(record: hub.CaseRerated) -> Told:
    asked = ", ".join(one.organisation for one in record.requests)
    detail = f"also asked: {asked}" if asked else ""
    what = f"Re-rated from {record.previous} to {colour(record.rag, record.level)}"
    return Told(what, record.decided_by.role, detail)


def decided(record: hub.OutcomeDecided) -> Told:
    told = "the referrer is told" if record.tell_referrer else "the referrer is not told"
    if record.withheld:
        told += f"; of further referrers {len(record.withheld)} not told"
    return Told(f"Outcome decided: {spoken(record.outcomes)}", record.decided_by.role, told)
