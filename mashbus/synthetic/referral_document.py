"""A referral as a referrer writes it, and the JSON document that the door takes."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from typing import Any

from mashbus.domain.referral import Adult, Child, Concern, Consent, Professional, Referrer
from mashbus.domain.vocabulary import Channel, Support


@dataclass(frozen=True, kw_only=True)
class Draft:
    source: str
    channel: Channel
    referrer: Referrer
    children: tuple[Child, ...]
    adults: tuple[Adult, ...]
    concern: Concern
    consent: Consent
    contact_type: str | None = None
    asks_for: Support | None = None
    indicators: tuple[str, ...] = ()
    professionals: tuple[Professional, ...] = ()
    no_other_professionals: bool | None = None

    def document(self) -> Mapping[str, Any]:
        """The body of POST /v1/referrals: what was left blank is left out."""
        written: Mapping[str, Any] = _written(self)
        return written


def _written(value: object) -> Any:
    if is_dataclass(value):
        parts = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _written(part) for name, part in parts if part not in (None, ())}
    if isinstance(value, tuple):
        return [_written(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value
