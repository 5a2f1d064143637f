"""A watch is the same for any interleaving of its topics, and says of no deadline what cannot be (P3, P4)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from core_story import (
    HACKNEY,
    HOUR,
    MANAGER,
    MONDAY,
    Story,
    answered,
    declined,
    meta,
    opened,
    outcome,
    rating,
    resumption,
    suspension,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watch_story import CASE, PROFILE, email, folded

from mashbus.contracts import hub
from mashbus.contracts.addressing import topic_of
from mashbus.contracts.record import Record
from mashbus.domain.clocks import NoAmount
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import MilestoneKind
from mashbus.domain.referral import Consent, Referrer
from mashbus.domain.vocabulary import ConsentStatus, EmailKind, Involvement, Rag
from mashbus.domain.watch import DeadlineState
from services.deadlines import decide as deadlines

COLOURS = (Rag.RED, Rag.AMBER, Rag.GREEN)
MEDWAYS = ("acknowledgement", "first-decision", "written-outcome", "escalation-stage")
OPENED, ANSWERED, STAGES = "escalation-stage-opened", "escalation-stage-answered", ("manager", "director")
CLOCKS = ("agency-response", "csc-screening", "first-decision", "hub-response")


def everything() -> Partnership:
    """Hackney, were it to have a clock of every sort, and managers who may stop any."""
    answer = HACKNEY.clocks["agency-response"]
    amounts = {**answer.amounts, Rag.GREEN: NoAmount("nobody hurries")}
    rated = {"name": "hub-response", "started_by": "CaseRouted", "owner": "hub", "met_by": ("OutcomeDecided",)}
    clocks = {
        **HACKNEY.clocks,
        **{name: PROFILE["medway"].clocks[name] for name in MEDWAYS},
        "agency-response": replace(answer, amounts=amounts),
        "hub-response": replace(answer, amounts=amounts, **rated),
    }
    return replace(
        HACKNEY,
        clocks={name: replace(one, suspendable=True) for name, one in clocks.items()},
        milestones={
            OPENED: MilestoneKind(
                name=OPENED, title="", requirement="M-12", roles=frozenset({MANAGER.role}), stages=STAGES
            ),
            ANSWERED: MilestoneKind(
                name=ANSWERED, title="", requirement="M-12", roles=frozenset({MANAGER.role}), answers=OPENED
            ),
        },
        decides={**HACKNEY.decides, "suspension": frozenset({MANAGER.role})},
    )


EVERYTHING = everything()


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[Record, datetime]]:
    """A case with whatever people, organisations, the mailer and the monitor do to it, at any times."""
    story, at = opened(profile=EVERYTHING), MONDAY
    for number in range(draw(st.integers(0, 12))):
        at += draw(st.timedeltas(timedelta(0), draw(st.sampled_from((HOUR, 40 * HOUR)))))
        story.hear(*_happened(draw, story, f"{number}", at), at=at)
        story.triage(at)
        story.outcomes(at)
    return story.heard


def _happened(draw: st.DrawFn, story: Story, name: str, at: datetime) -> Iterable[Record]:
    request = draw(st.sampled_from(list(story.case.requests.values())))
    clock = draw(st.sampled_from(CLOCKS))
    whose = request.organisation if clock == "agency-response" else None
    match draw(st.integers(0, 10)):
        case 0 | 1:
            return [rating(CASE, draw(st.sampled_from(COLOURS)), name, pathways=("csc-screening",))]
        case 2 | 3 | 4:
            standing = [story.case.watch.deadlines[one] for one in story.case.watch.suspended]
            if not standing or draw(st.booleans()):
                return [suspension(CASE, clock, whose, name)]
            owed = draw(st.sampled_from(standing))
            return [resumption(CASE, owed.clock, owed.owner if owed.subject != CASE else None, name)]
        case 5:
            # restated late, but not after a breach: the monitor waits for every answer that was in time
            said = [when for record, when in story.heard if isinstance(record, hub.SlaBreached)]
            arrived = max([at - draw(st.timedeltas(timedelta(0), timedelta(hours=3))), *said])
            return [draw(st.sampled_from((answered(CASE, request, arrived, name), declined(CASE, request, arrived))))]
        case 6:
            kind = draw(st.sampled_from((EmailKind.ACKNOWLEDGEMENT, EmailKind.OUTCOME)))
            sent = email(draw(st.sampled_from((hub.EmailSent, hub.EmailSuppressed))), kind)
            return [sent.model_copy(update={"recipient_kind": draw(st.sampled_from(("referrer", "further_referrer")))})]
        case 7:
            return [_milestone(draw, story, name, at)]
        case 10:
            return [_found_out(draw, name)]
        case 8:
            return [outcome(CASE, name)]
        case _:
            watch = story.case.watch
            due = [one for one in deadlines.timers(watch) if one.due < at]
            return [said for one in due if (said := deadlines.fired(watch, one.name, at, blind=False))]


def _milestone(draw: st.DrawFn, story: Story, name: str, at: datetime) -> Record:
    """Some are refused: a stage that nobody knows, an answer to nothing."""
    stages = [one for one, kind in story.case.milestones.items() if kind == OPENED]
    words = {"actor": MANAGER, "note": None, "reached_at": draw(st.sampled_from((None, at - HOUR)))}
    if not stages or draw(st.booleans()):
        stage = draw(st.sampled_from((*STAGES, "nobody")))
        return hub.MilestoneGiven(meta=meta(CASE, name), milestone=OPENED, stage=stage, answers=None, **words)
    answers = draw(st.sampled_from((*stages, None)))
    return hub.MilestoneGiven(meta=meta(CASE, name), milestone=ANSWERED, stage=None, answers=answers, **words)


def _found_out(draw: st.DrawFn, name: str) -> Record:
    said = meta(CASE, name)
    consent = Consent(status=draw(st.sampled_from(sorted(ConsentStatus))))
    return draw(
        st.sampled_from(
            (
                hub.ConsentRecorded(meta=said, actor=MANAGER, consent=consent, views=(), rationale="asked"),
                hub.InvolvementRecorded(
                    meta=said, actor=MANAGER, involvement=Involvement.OPEN, held_by=None, closed_on=None
                ),
                hub.ReferrerAdded(meta=said, actor=MANAGER, referrer=Referrer(name="Somebody Else")),
            )
        )
    )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), st.data())
def test_any_interleaving_of_the_topics_folds_to_the_same_watch(
    history: list[tuple[Record, datetime]], data: st.DataObject
) -> None:
    by_topic: dict[str, list[tuple[Record, datetime]]] = {}
    for record, at in history:
        by_topic.setdefault(topic_of(record), []).append((record, at))
    other = []
    while by_topic:
        topic = data.draw(st.sampled_from(sorted(by_topic)))
        other.append(by_topic[topic].pop(0))
        by_topic = {name: records for name, records in by_topic.items() if records}
    assert folded(*other) == folded(*history)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_P4_one_revision_at_most_is_in_force_and_nothing_lapsed_that_was_met_in_time_or_had_ceased(
    history: list[tuple[Record, datetime]],
) -> None:
    watch = folded(*history)
    in_force = [(one.subject, one.clock) for one in watch.deadlines.values() if one.deadline_id not in watch.ceased]
    assert len(in_force) == len(set(in_force))
    for deadline in watch.deadlines.values():
        ends = [at for at in (watch.met_at(deadline), watch.ceased_at(deadline)) if at is not None]
        if any(at <= deadline.due for at in ends):
            assert not watch.runs_out(deadline)
            assert deadline.deadline_id not in watch.lapsed
        if watch.standing_still(deadline.subject, deadline.clock) == deadline:
            assert watch.state(deadline) in {DeadlineState.SUSPENDED, DeadlineState.MET}
