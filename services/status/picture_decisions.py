"""What was recommended, rated, reached, refused and decided, by whom and why."""

from collections.abc import Iterable, Iterator

from mashbus.contracts import hub
from mashbus.domain.enquiry import Actor
from services.status.by import By
from services.status.case_records import CaseRecords
from services.status.picture import (
    EnoughPicture,
    IndicatorPicture,
    MilestonePicture,
    OutcomePicture,
    RatingPicture,
    RecommendationPicture,
    RefusedPicture,
    ResultPicture,
)


def recommended(told: CaseRecords, record: hub.RoutingRecommended) -> RecommendationPicture:
    return RecommendationPicture(
        **record.model_dump(include={"rag", "level", "rule", "reasons", "held"}),
        pathways=tuple(map(told.pathway, record.pathways)),
        indicators=_indicators(told, record.indicators),
    )


def ratings(told: CaseRecords) -> Iterator[RatingPicture]:
    for routed in told.all(hub.CaseRouted):
        yield RatingPicture(
            at=routed.meta.occurred_at,
            previous=None,
            by=by(routed.decided_by) if routed.decided_by else None,
            rationale=routed.reasons,
            pathways=tuple(map(told.pathway, routed.pathways)),
            indicators=_indicators(told, routed.indicators),
            **routed.model_dump(include={"rag", "level", "rule"}),
        )
    for again in told.all(hub.CaseRerated):
        yield RatingPicture(
            at=again.meta.occurred_at,
            by=by(again.decided_by),
            rule=None,
            rationale=(again.rationale,),
            pathways=tuple(map(told.pathway, again.pathways)),
            indicators=(),
            **again.model_dump(include={"rag", "previous", "level"}),
        )


def outcome(told: CaseRecords, record: hub.OutcomeDecided) -> OutcomePicture:
    known = told.partnership.outcomes
    return OutcomePicture(
        at=record.decided_at,
        outcomes=tuple(known[one].says if one in known else one for one in record.outcomes),
        by=by(record.decided_by),
        rationale=record.rationale,
        referrer_told=record.tell_referrer,
        not_told_reason=record.not_told_reason,
    )


def milestone(told: CaseRecords, record: hub.MilestoneRecorded) -> MilestonePicture:
    known = told.partnership.milestones.get(record.milestone)
    return MilestonePicture(
        at=record.reached_at,
        milestone=record.milestone,
        title=known.title if known else record.milestone,
        by=by(record.actor),
        stage=record.stage,
        note=record.note,
    )


def met(told: CaseRecords, record: hub.MeetingResultRecorded) -> ResultPicture:
    known = told.partnership.meetings.get(record.meeting)
    return ResultPicture(
        at=record.meta.occurred_at,
        title=known.title if known else record.meeting,
        says=known.results.get(record.result, record.result) if known else record.result,
        by=by(record.actor),
        pathways=tuple(map(told.pathway, record.pathways)),
        **record.model_dump(include={"meeting", "met_on", "result", "note", "stays", "rag", "level"}),
    )


def _indicators(told: CaseRecords, names: Iterable[str]) -> tuple[IndicatorPicture, ...]:
    titles = {one.name: one.title for one in told.partnership.indicators}
    return tuple(IndicatorPicture(name=name, title=titles.get(name, name)) for name in names)


def refused(record: hub.DecisionRefused) -> RefusedPicture:
    return RefusedPicture(
        at=record.meta.occurred_at, decision=record.decision, by=by(record.actor), reason=record.reason
    )


def enough(record: hub.EnoughGiven) -> EnoughPicture:
    return EnoughPicture(at=record.meta.occurred_at, by=by(record.actor), rationale=record.rationale)


def by(actor: Actor) -> By:
    return By(role=actor.role, label=actor.label)
