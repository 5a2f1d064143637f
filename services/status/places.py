"""Where a case's narratives lie in the log: kept in its view instead of the narratives themselves (docs/adr/0013).

Only of records that the picture tells. Offsets are no personal data, and a topic that is kept for ever keeps them true.
"""

from bisect import insort
from collections.abc import Mapping

from mashbus.contracts import hub
from mashbus.contracts.record import Record

TOLD = (
    hub.ReferralReceived,
    hub.PoliceNotificationReceived,
    hub.ChildrenLookedUp,
    hub.PassedToHolder,
    hub.CaseLinked,
    hub.LaterCaseNoted,
    hub.MatchOffered,
    hub.MatchDecided,
    hub.RoutingRecommended,
    hub.CaseRouted,
    hub.CaseRerated,
    hub.AnswerReceived,
    hub.AnswerDeclined,
    hub.RiskFlagged,
    hub.EnoughGiven,
    hub.MilestoneRecorded,
    hub.MeetingResultRecorded,
    hub.ConsentRecorded,
    hub.InvolvementRecorded,
    hub.ReferrerAdded,  # to be left out by name (G-21)
    hub.DisclosureMade,
    hub.DecisionRefused,
    hub.OutcomeDecided,
)

Places = Mapping[str, tuple[int, ...]]
"""By topic: offsets, ascending. All lie in the case's own partition."""


def one_more(places: Places, record: Record, topic: str, offset: int) -> Places:
    if not isinstance(record, TOLD):
        return places
    offsets = list(places.get(topic, ()))
    insort(offsets, offset)
    return {**places, topic: tuple(offsets)}
