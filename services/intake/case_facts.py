"""What a person did or found out about a case: milestones, consent, involvement, further referrers."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from mashbus.bus.http.problems import Fault
from mashbus.contracts import hub
from mashbus.contracts.record import Record
from mashbus.domain import ids
from mashbus.domain.clocks import Clock
from mashbus.domain.partnership import Partnership
from mashbus.domain.procedure import MilestoneKind
from mashbus.domain.referral import Referrer
from mashbus.domain.vocabulary import ConsentStatus, Involvement
from services.intake.fields import A_FEW, Day, Narrative, PlausibleInstant, ShortText
from services.intake.forms import ChildViewForm, ConsentForm, ReferrerForm
from services.intake.profile_names import named, strangers
from services.intake.stated import misdated
from services.intake.words import Word, Words

RECORD = "record"
"""The row of `[decides]` with the roles that may record facts of a case."""


class MilestoneForm(Word):
    """Something that was decided, done or answered. Whether the role may record it is said on the record."""

    record: ClassVar[type[Record]] = hub.MilestoneGiven

    milestone: ShortText
    reached_at: PlausibleInstant | None = None
    """Left out: now."""
    stage: ShortText | None = None
    """Required where the milestone has stages (M-12), and left out where it has none."""
    answers: UUID | None = None
    """The `milestone_id` that is answered; required where the milestone answers another one."""
    note: Narrative | None = None

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:
        kind = partnership.milestones.get(self.milestone)
        if kind is None:
            yield from strangers({"/milestone": self.milestone}, partnership.milestones, "milestone")
        else:
            yield from self._stage_faults(kind)
            yield from self._answer_faults(kind)
        yield from misdated("/reached_at", self.reached_at, at, self._starts(partnership))

    def names(self, event_id: UUID) -> Mapping[str, str]:
        return {"milestone_id": str(ids.caused(event_id, hub.MilestoneRecorded.__name__))}

    def _starts(self, partnership: Partnership) -> Iterable[Clock]:
        started_by = f"{hub.MilestoneRecorded.__name__}:{self.milestone}"
        return (one for one in partnership.clocks.values() if one.started_by == started_by)

    def _stage_faults(self, kind: MilestoneKind) -> Iterable[Fault]:
        if self.stage is None and kind.stages:
            yield Fault("/stage", "is required: the milestone has stages", f"send one of {named(kind.stages)}")
        elif self.stage is not None:
            yield from strangers({"/stage": self.stage}, kind.stages, "stage")

    def _answer_faults(self, kind: MilestoneKind) -> Iterable[Fault]:
        if kind.answers and self.answers is None:
            remedy = f"send the `milestone_id` of the '{kind.answers}' that it answers"
            yield Fault("/answers", "is required: the milestone answers another one", remedy)
        elif self.answers is not None and not kind.answers:
            yield Fault("/answers", "the milestone answers no other one", "leave it out")


class ConsentFoundForm(Word):
    """Consent as it stands now: the newest word counts, so it is said whole. Views stay until others are recorded."""

    record: ClassVar[type[Record]] = hub.ConsentRecorded
    signed_off_by: ClassVar[str | None] = RECORD

    consent: ConsentForm
    views: tuple[ChildViewForm, ...] = A_FEW
    rationale: Words

    def said(self) -> Mapping[str, Any]:
        views = tuple(one.value() for one in self.views)
        return {"consent": self.consent.value(), "views": views, "rationale": self.rationale}

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002
        if self.consent.status is ConsentStatus.UNKNOWN:
            known = [one.value for one in ConsentStatus if one is not ConsentStatus.UNKNOWN]
            yield Fault("/consent/status", "is required: it replaces what was known", f"send one of {named(known)}")


class InvolvementForm(Word):
    """What social care or early help has to do with the child, as somebody looked it up."""

    record: ClassVar[type[Record]] = hub.InvolvementRecorded
    signed_off_by: ClassVar[str | None] = RECORD

    involvement: Involvement
    held_by: ShortText | None = None
    """The unit or team that holds the case."""
    closed_on: Day | None = None

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:
        if self.closed_on is not None and self.closed_on > at.astimezone(partnership.zone).date():
            yield Fault("/closed_on", "lies in the future", "send the day on which it was closed, or leave it out")


class FurtherReferrerForm(Word):
    """Somebody else who referred the same."""

    record: ClassVar[type[Record]] = hub.ReferrerAdded
    signed_off_by: ClassVar[str | None] = RECORD

    referrer: ReferrerForm

    def said(self) -> Mapping[str, Any]:
        return {"referrer": self.referrer.value()}

    def faults(self, partnership: Partnership, at: datetime) -> Iterable[Fault]:  # noqa: ARG002
        if self.referrer.value() == Referrer():
            yield Fault("/referrer", "says nothing of the referrer", "send what is known: his kind, an address")
