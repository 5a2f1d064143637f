"""What the hub knows already of a contact's children: asked of the directory first of all (G-18), and on the record.

Asked again with every record until the case is routed, and when somebody rates what was passed on or linked: who holds
a child may be told meanwhile. A person's word that an offered match is the same child is an identifier like any other;
one that says no takes it back.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from mashbus.contracts import hub
from mashbus.contracts.facts import stated
from mashbus.contracts.record import Record
from mashbus.contracts.refusals import not_allowed, refusal
from mashbus.domain.case import Case
from mashbus.domain.contact import Contact
from mashbus.domain.known import Candidate, Looked
from mashbus.domain.partnership import Partnership
from mashbus.domain.words import Match

SIGN_OFF = "record"
"""The row of `[decides]` whose roles decide on offered matches."""


class Memory(Protocol):
    """The hub's memory of children and contacts, as it stands now."""

    def look(
        self, partnership: Partnership, case_id: UUID, contact: Contact, matched: Mapping[int, Sequence[Candidate]]
    ) -> Looked:
        """`matched`: who a person decided to be the child at that place of the contact. Raises TransientError."""

    def received(self, partnership: Partnership, case_id: UUID) -> datetime | None:
        """When the partnership had that case; None: not within the time that contacts are kept."""

    def claims(self, partnership: Partnership, case_id: UUID, contact: Contact) -> Sequence[hub.ContactIndexed]:
        """By what the contact can be found again."""


def looked_up(
    case: Case, contact: Contact, partnership: Partnership, memory: Memory | None, at: datetime
) -> Record | None:
    """ChildrenLookedUp where the answer is new or a person's word asks for it; DecisionRefused; None."""
    word = case.pending_match
    if word is not None and (reason := _refusal(case, word, partnership)):
        return refusal(case, word.word_id, hub.MatchDecided.__name__, word.actor, reason, at)
    settled = case.routed or case.decided or (case.asks_nobody and case.pending_rating is None)
    if memory is None or (word is None and settled):
        return None
    answer = memory.look(partnership, case.case_id, contact, _matched(case))
    if word is None and answer == case.looked:
        return None
    round_ = case.looks + 1
    return hub.ChildrenLookedUp(
        meta=stated(case, hub.ChildrenLookedUp, at, cause=word.word_id if word else None, round_=round_),
        round=round_,
        known=answer.known,
        contradictions=answer.contradictions,
        earlier=answer.earlier,
        same_as=answer.same_as,
    )


def _refusal(case: Case, word: Match, partnership: Partnership) -> str | None:
    if reason := not_allowed(case, partnership, SIGN_OFF, word.partnership, word.actor):
        return reason
    return None if word.candidate_id in case.candidates else "no such match was offered in this case"


def _matched(case: Case) -> Mapping[int, Sequence[Candidate]]:
    """The newest word on each candidate counts, up to the one to act on now."""
    said = {one.candidate_id: one.same for one in case.matches if _counts(one, case)}
    found: dict[int, list[Candidate]] = {}
    for candidate_id, same in said.items():
        if same:
            place, candidate = case.candidates[candidate_id]
            found.setdefault(place, []).append(candidate)
    return found


def _counts(word: Match, case: Case) -> bool:
    """Not what was refused, nor what waits behind another decision."""
    acted = word.word_id in case.acted_on and word.word_id not in case.refused
    return (acted or word.word_id == case.next_decision) and word.candidate_id in case.candidates
