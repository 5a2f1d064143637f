"""Counts what the log says: stages, requests by organisation and colour, outcomes, emails. Pure; fed record by record.

The first record of an id is the fact; a repeated one is counted and otherwise ignored. Topics are read side by side, so
nothing here depends on their order: a breach may be read before the routing that made its deadline.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.demo.case_files import CaseFiles
from mashbus.demo.known_tally import KnownTally
from mashbus.domain.enquiry import Request
from mashbus.domain.vocabulary import Rag

STAGES = ("answered", "at_risk", "breached", "resolved", "withdrawn")
COLOURS = list(Rag)
ANSWER = "InformationReturned"
"""What meets the deadline of a request."""
BY_A_PERSON, NO_RULE = "a person", "no rule"


@dataclass(frozen=True)
class Row:
    """The requests to one organisation under one colour."""

    asked: int
    in_time: int
    late: int
    """Answered after the deadline had lapsed."""
    breached: int
    withdrawn: int
    open: int


class Tally:
    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        """Distinct records by name; copies on agencies' topics and in quarantine included."""
        self.repeated = 0
        self.requests: dict[UUID, str] = {}
        """The organisation of every request."""
        self.stages: dict[str, set[UUID]] = {stage: set() for stage in STAGES}
        """Requests by what happened to them."""
        self.routed: Counter[Rag] = Counter()
        self.recommended: Counter[str] = Counter()
        """By rule: what a person had to confirm or not."""
        self.levels: Counter[str] = Counter()
        self.pathways: Counter[str] = Counter()
        """Cases that were first sent there; a case may go several ways."""
        self.refusals: Counter[str] = Counter()
        """Decisions of people that the bus refused, by reason."""
        self.alerts: Counter[str] = Counter()
        self.directed: Counter[str] = Counter()
        """Contacts that are no ordinary referrals, by type."""
        self.milestones: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        """Of the advice line, by topic."""
        self.not_recorded: Counter[str] = Counter()
        """What procedure says must not be recorded, by rule: nothing else is known of it."""
        self.rules: Counter[str] = Counter()
        self.not_asked: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.not_told = 0
        self.emails: Counter[tuple[str, str]] = Counter()
        """By (kind, what became of it)."""
        self.hub_clocks: Counter[tuple[str, str]] = Counter()
        """Deadlines that no organisation owes, by (clock, at risk | breached | resolved)."""
        self.police: Counter[str] = Counter()
        self.quarantined: Counter[str] = Counter()
        self.silences: dict[UUID, hub.PartnerSilent] = {}
        self.returns: dict[UUID, datetime] = {}
        """When the silence of that id ended."""
        self.stories: dict[UUID, Counter[str]] = {}
        """The names of the records of every case."""
        self.known = KnownTally()
        self.files = CaseFiles()
        self._seen: set[UUID] = set()
        self._rags: dict[UUID, tuple[int, Rag]] = {}
        """Every request's newest colour, with the round that gave it."""

    def take(self, record: Record) -> None:
        """Count one record of the log."""
        if record.meta.event_id in self._seen:
            self.repeated += 1
            return
        self._seen.add(record.meta.event_id)
        name = type(record).__name__
        self.records[name] += 1
        if isinstance(record, hub.HubRecord) and record.meta.case_id:
            self.stories.setdefault(record.meta.case_id, Counter())[name] += 1
        self._count(record)
        self.known.take(record)
        self.files.take(record)

    def count(self, record: type[Record]) -> int:
        return self.records[record.__name__]

    def by_organisation(self) -> dict[tuple[str, Rag], Row]:
        groups: dict[tuple[str, Rag], set[UUID]] = {}
        for request, organisation in self.requests.items():
            groups.setdefault((organisation, self._rags[request][1]), set()).add(request)
        ordered = sorted(groups, key=lambda group: (group[0], COLOURS.index(group[1])))
        return {group: self._row(groups[group]) for group in ordered}

    def _row(self, requests: set[UUID]) -> Row:
        answered, breached, withdrawn = (
            requests & self.stages[stage] for stage in ("answered", "breached", "withdrawn")
        )
        return Row(
            asked=len(requests),
            in_time=len(answered - breached),
            late=len(answered & breached),
            breached=len(breached),
            withdrawn=len(withdrawn - breached - answered),
            open=len(requests - answered - breached - withdrawn),
        )

    def _count(self, record: Record) -> None:  # noqa: C901, PLR0912  one table
        match record:
            case hub.CaseRouted():
                self._route(record)
            case hub.CaseRerated():
                self._rerate(record)
            case hub.AnswerReceived() | hub.AnswerDeclined():
                self.stages["answered"].add(record.request_id)
            case hub.SlaAtRisk() | hub.SlaBreached() | hub.SlaBreachResolved():
                self._deadline(record)
            case hub.OutcomeDecided():
                self._decide(record)
            case hub.EmailRequested() | hub.EmailSent() | hub.EmailFailed() | hub.EmailBounced():
                self.emails[record.kind, type(record).__name__.removeprefix("Email").lower()] += 1
            case hub.EmailSuppressed():
                self.emails[record.kind, f"suppressed: {record.reason}"] += 1
            case hub.PoliceBatchReconciled():
                for part in ("received", "accepted", "incidents", "not_recorded", "refused"):
                    self.police[part] += getattr(record, part)
            case hub.RoutingRecommended():
                self.recommended[record.rule or NO_RULE] += 1
            case hub.DecisionRefused():
                self.refusals[record.reason] += 1
            case hub.AlertRaised():
                self.alerts[record.alert] += 1
            case hub.ContactDirected():
                self.directed[record.contact_type] += 1
            case hub.MilestoneRecorded():
                self.milestones[record.milestone] += 1
            case hub.CallLogged():
                self.calls[record.topic] += 1
            case hub.ContactNotRecorded():
                self.not_recorded[record.rule] += 1
            case hub.PartnerSilent():
                self.silences[record.meta.event_id] = record
            case hub.PartnerBack(meta=Meta(cause_id=UUID() as silence)):
                self.returns[silence] = record.meta.occurred_at
            case hub.RecordQuarantined():
                self.quarantined[record.reason] += 1

    def _route(self, record: hub.CaseRouted) -> None:
        self.routed[record.rag] += 1
        self.pathways.update(record.pathways)
        self.levels.update([record.level] if record.level else [])
        self.rules[record.rule or BY_A_PERSON] += 1
        self.not_asked.update(one.organisation for one in record.not_asked)
        self._ask(record.requests, 0)

    def _rerate(self, record: hub.CaseRerated) -> None:
        self._ask(record.requests, record.round)
        for one in record.rerated:
            self._colour(one.request_id, record.round, one.rag)

    def _ask(self, requests: tuple[Request, ...], round_: int) -> None:
        for one in requests:
            self.requests[one.request_id] = one.organisation
            self._colour(one.request_id, round_, one.rag)

    def _colour(self, request: UUID, round_: int, rag: Rag) -> None:
        if round_ >= self._rags.get(request, (0, rag))[0]:
            self._rags[request] = (round_, rag)

    def _deadline(self, record: hub.SlaAtRisk | hub.SlaBreached | hub.SlaBreachResolved) -> None:
        stage = {hub.SlaAtRisk: "at_risk", hub.SlaBreached: "breached", hub.SlaBreachResolved: "resolved"}[type(record)]
        if ANSWER not in record.deadline.met_by:
            self.hub_clocks[record.deadline.clock, stage] += 1
        else:
            self.stages[stage].add(record.deadline.subject)

    def _decide(self, record: hub.OutcomeDecided) -> None:
        self.outcomes.update(record.outcomes)
        self.not_told += not record.tell_referrer
        self.stages["withdrawn"].update(one.request_id for one in record.withdrawn)


TOLD = (
    hub.AnswerReceived,
    hub.RiskFlagged,
    hub.SlaAtRisk,
    hub.SlaBreached,
    hub.SlaBreachResolved,
    hub.EnquiryCollated,
    hub.OutcomeDecided,
    hub.EmailSent,
)
"""Records that make a case worth telling."""


def worth_telling(tally: Tally) -> UUID | None:
    """The case in which most different things happened; of equals the one with fewest records, so that it is short."""
    names = {record.__name__ for record in TOLD}

    def worth(case_id: UUID) -> tuple[int, int, str]:
        story = tally.stories[case_id]
        return len(names & story.keys()), -story.total(), str(case_id)

    return max(tally.stories, key=worth, default=None)
