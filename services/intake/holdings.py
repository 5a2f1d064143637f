"""What a case system says of one child, restated for the directory: who holds it now, and what it is found by.

It is the whole present state of the child, so what it had and has no longer is withdrawn. Older news than the directory
holds is refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from mashbus.bus.directory.claims import person_of
from mashbus.bus.directory.keys import Exact, Keys, Malformed, exact, identifiers
from mashbus.bus.errors import PermanentError
from mashbus.bus.http.problems import Fault
from mashbus.contracts import hub
from mashbus.contracts.record import Meta, Record
from mashbus.domain import ids
from mashbus.domain.known import Holding, Identifier, PoliceReference
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child
from services.intake.addresses import is_address
from services.intake.directory_view import DirectoryView
from services.intake.stated import CLOCKS_DIFFER_BY

_FIELDS = {
    Identifier.LOCAL_ID: "local_id",
    Identifier.NHS_NUMBER: "nhs_number",
    Identifier.UPN: "upn",
}
_ADDRESSES = ("worker_email", "manager_email")
REMEDY = "Correct it in the case system, and tell the hub of the child again."
_LATEST = "the latest word counts: look which of the two children it belongs to, and tell the hub of both again"
_MEND = "correct it and tell the hub of the child again"


class NoHolder(PermanentError):
    """Somebody whose word on who holds a case does not count here."""

    remedy = "The partnership's profile names the organisations whose word counts: speak with whoever runs the hub."

    def __init__(self, organisation: str, partnership: str) -> None:
        super().__init__(
            "not_a_holder", f"{organisation} is none of the organisations whose word on cases counts in {partnership}"
        )


class NotOneChild(PermanentError):
    remedy = REMEDY

    def __init__(self, where: str, problem: str) -> None:
        super().__init__("not_one_child", f"{where} {problem}")
        self.where = where


class OlderNews(PermanentError):
    """Nothing is wrong with it, and it is no news: it is counted and told, and not set aside."""

    remedy = "Nothing is to be done, unless the hub should know otherwise: then tell it how things are now."

    def __init__(self) -> None:
        super().__init__(
            "older_news", "changed_at lies before what the directory holds of this child; what it holds stands"
        )


@dataclass(frozen=True, kw_only=True)
class News:
    """Of one child, by whichever way it came; who says it comes from the topic or the key."""

    event_id: UUID
    organisation: str
    changed_at: datetime
    child: Child
    police_references: tuple[PoliceReference, ...]
    holdings: tuple[Holding, ...]


@dataclass(frozen=True, kw_only=True)
class Restated:
    """`facts`: none where the directory holds just that already. `told`: what was left out or looks wrong."""

    facts: tuple[Record, ...]
    told: tuple[Fault, ...]


def restated(news: News, partnership: Partnership, view: DirectoryView, at: datetime) -> Restated:
    """Raises NoHolder, NotOneChild, OlderNews; TransientError where the directory is not known now."""
    if news.organisation not in partnership.known.holders:
        raise NoHolder(news.organisation, partnership.name)
    token = _token(news, partnership, view.keys)
    _check_spells(news)
    last = view.last_of(token)
    _check_time(news, last, at)
    told = list(left_out(news, partnership))
    known = [one for one in news.police_references if partnership.organisation(one.force)]
    found = [one for one in identifiers(news.child, known) if isinstance(one, Exact)] if news.holdings else []
    now = {view.keys.held(partnership.name, news.organisation, one): one for one in found}
    now = {key: one for key, one in now.items() if one.kind is not Identifier.LOCAL_ID}
    before = view.keys_of(token)
    taken = [one for key, one in now.items() if view.leads_elsewhere(key, token)]
    told += [Fault(_where(one.kind), "is another child's too", _LATEST) for one in taken]
    facts = (
        _held(news, partnership, token, at),
        *(_identified(news, partnership, key, one.kind, token, at) for key, one in now.items()),
        *(
            _identified(news, partnership, key, Identifier(kind), None, at)
            for key, kind in before.items()
            if key not in now
        ),
    )
    same = last is not None and last.meta.cause_id == news.event_id and before.keys() == now.keys()
    return Restated(facts=() if same else facts, told=tuple(told))


def _token(news: News, partnership: Partnership, keys: Keys) -> str:
    local_id = exact(Identifier.LOCAL_ID, news.child.local_id)
    if not isinstance(local_id, str):
        raise NotOneChild("/child/local_id", "is missing or a placeholder: the id by which the organisation knows it")
    return keys.child(partnership.name, news.organisation, local_id)


def _check_spells(news: News) -> None:
    for place, one in enumerate(news.holdings):
        if one.opened_on and one.closed_on and one.closed_on < one.opened_on:
            raise NotOneChild(f"/holdings/{place}/closed_on", "lies before opened_on")


def _check_time(news: News, last: hub.ChildHeld | None, at: datetime) -> None:
    if news.changed_at > at + CLOCKS_DIFFER_BY:
        raise NotOneChild("/changed_at", "lies in the future: every later word would be taken for older news")
    if last is not None and news.changed_at < last.changed_at:
        raise OlderNews


def left_out(news: News, partnership: Partnership) -> Iterator[Fault]:
    """What cannot be used, whatever the directory holds."""
    for one in identifiers(news.child):
        if isinstance(one, Malformed):
            yield Fault(_where(one.kind), one.problem, _MEND)
    for place, reference in enumerate(news.police_references):
        if not partnership.organisation(reference.force):
            yield Fault(f"/police_references/{place}/force", "is no organisation of the partnership", _MEND)
    for place, holding in enumerate(news.holdings):
        for name in _unreachable(holding):
            yield Fault(f"/holdings/{place}/{name}", "is no email address: nobody can be written to there", _MEND)


def _unreachable(holding: Holding) -> Sequence[str]:
    return [name for name in _ADDRESSES if (text := getattr(holding, name)) and not is_address(text)]


def _reachable(holding: Holding) -> Holding:
    """A letter to an address that is none would be the only one about an open case."""
    gone = _unreachable(holding)
    return replace(
        holding,
        worker_email=None if "worker_email" in gone else holding.worker_email,
        manager_email=None if "manager_email" in gone else holding.manager_email,
    )


def _where(kind: Identifier) -> str:
    return f"/child/{_FIELDS[kind]}" if kind in _FIELDS else "/police_references"


def _held(news: News, partnership: Partnership, token: str, at: datetime) -> hub.ChildHeld:
    return hub.ChildHeld(
        meta=_meta(news, partnership, hub.ChildHeld.__name__, token, at),
        child=token,
        organisation=news.organisation,
        changed_at=news.changed_at,
        holdings=tuple(map(_reachable, news.holdings)),
        person=replace(person_of(news.child), local_id=news.child.local_id) if news.holdings else None,
    )


def _identified(
    news: News, partnership: Partnership, key: str, kind: Identifier, child: str | None, at: datetime
) -> hub.ChildIdentified:
    return hub.ChildIdentified(
        meta=_meta(news, partnership, hub.ChildIdentified.__name__, key, at),
        identifier=key,
        kind=kind,
        organisation=news.organisation,
        child=child,
    )


def _meta(news: News, partnership: Partnership, kind: str, key: str, at: datetime) -> Meta:
    return Meta(
        event_id=ids.caused(news.event_id, f"{kind}/{news.organisation}", key),
        partnership=partnership.name,
        case_id=None,
        occurred_at=at,
        cause_id=news.event_id,
    )
