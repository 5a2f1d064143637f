"""What the hub's people have before them when they decide or record: per case, read from the log as it grows."""

from collections import Counter
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.record import Record


class CaseFiles:
    """Fed with every record once, in any order."""

    def __init__(self) -> None:
        self.contacts: dict[UUID, hub.ReferralReceived] = {}
        """By case, here and below: the contact as it came. None of a police notification."""
        self.recommended: dict[UUID, hub.RoutingRecommended] = {}
        """What a person has to confirm or not."""
        self.reached: dict[UUID, set[str]] = {}
        """Milestones."""
        self.refused: Counter[UUID] = Counter()
        """How many decisions the bus refused."""
        self.known: set[UUID] = set()
        """Cases of whose children the directory knows some."""
        self.opened: list[UUID] = []
        """In the order in which that was read."""
        self.decided: list[UUID] = []
        """In the order in which that was read."""

    def take(self, record: Record) -> None:
        if not isinstance(record, hub.HubRecord) or (case_id := record.meta.case_id) is None:
            return
        match record:
            case hub.ReferralReceived():
                self.contacts[case_id] = record
            case hub.ChildrenLookedUp() if record.known:
                self.known.add(case_id)
            case hub.CaseOpened():
                self.opened.append(case_id)
            case hub.RoutingRecommended():
                self.recommended[case_id] = record
            case hub.MilestoneRecorded():
                self.reached.setdefault(case_id, set()).add(record.milestone)
            case hub.DecisionRefused():
                self.refused[case_id] += 1
            case hub.OutcomeDecided():
                self.decided.append(case_id)
