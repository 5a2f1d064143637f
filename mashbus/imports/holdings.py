"""A child of a census as the record that its organisation's case system would send: the same ids for the same file."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from mashbus.bus.directory.keys import Keys, exact
from mashbus.bus.producer import Outgoing
from mashbus.census.children import CensusChild
from mashbus.contracts.agency import CaseHoldingChanged
from mashbus.contracts.record import Meta
from mashbus.contracts.topics import submissions_of
from mashbus.domain import ids
from mashbus.domain.known import Identifier
from mashbus.domain.referral import Child


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Whose census it is, and which."""

    partnership: str
    organisation: str
    serial: str
    """What the file calls itself: its year, its serial number, its export."""
    true_at: datetime
    """Until when the file knows what happened; see `mashbus.census.reading.Header.true_at`."""

    def said(self, child: CensusChild, keys: Keys, now: datetime) -> Outgoing:
        """Keyed by the child's token, so that all of one child lies in one partition.

        Its id is made of the organisation, the file, the child and what is said of it: the same file again says
        nothing new; a corrected one of the same serial number does. `changed_at` is when the file was true (never
        after `now`), so that what the case system said since is newer, and stays. A child without spells is forgotten.
        """
        token = keys.child(self.partnership, self.organisation, _normal(child.local_id))
        parts = (self.partnership, self.organisation, self.serial, self.true_at.isoformat(), token, _digest(child))
        record = CaseHoldingChanged(
            meta=Meta(
                event_id=ids.derived("census", *parts),
                partnership=self.partnership,
                case_id=None,
                occurred_at=now,
            ),
            changed_at=min(self.true_at, now),
            child=_child(child),
            holdings=child.spells,
        )
        return Outgoing(submissions_of(self.organisation), record, token)


def _child(child: CensusChild) -> Child:
    """Of whom there is nothing to hold, no more than the id is said."""
    if not child.spells:
        return Child(local_id=child.local_id)
    return Child(
        local_id=child.local_id,
        upn=child.upn,
        date_of_birth=child.birth_date,
        expected_date_of_birth=child.expected_birth_date,
        sex=child.sex,
    )


def _normal(local_id: str) -> str:
    found = exact(Identifier.LOCAL_ID, local_id)
    return found if isinstance(found, str) else local_id


def _digest(child: CensusChild) -> str:
    said = [child.local_id, child.upn, child.birth_date, child.expected_birth_date, child.sex]
    for one in child.spells:
        said += [one.opened_on, one.closed_on, one.closure_reason, one.need]
    return blake2b("\x1f".join(map(str, said)).encode(), digest_size=16).hexdigest()
