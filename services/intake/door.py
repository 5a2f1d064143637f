"""The door as one app. Each route looks at the key first, then at kind and size of the body, and only then reads it."""

from collections.abc import Mapping

from fastapi import FastAPI

from mashbus.bus.clock import Clock
from mashbus.bus.directory.memory import Memory
from mashbus.bus.http.access import Access
from mashbus.bus.http.keys import ApiKeys
from mashbus.bus.http.pages import documented_app, with_forms
from mashbus.domain.partnership import Partnership
from services.intake import case_routes
from services.intake.calls import CallForm, call_router
from services.intake.forms import ReferralForm
from services.intake.holdings_route import HoldingsForm, holdings_router
from services.intake.police_route import police_router
from services.intake.receipts import router as receipts
from services.intake.referral_route import referral_router
from services.intake.routes import Door, Limits
from services.intake.sending import Publish, Sending

VERSION = "1"
ABOUT = """
The only way into the hub for people and systems that do not write to a topic of their own.

`202` means: the hub's log has it, on every replica. A timeout or `504` means unknown: **retry with the same
`Idempotency-Key`** and get the same answer; nothing is ever taken twice. Refusals are RFC 9457 problem documents that
name every fault at once and quote no value.
"""


def create_app(
    *,
    publish: Publish,
    clock: Clock,
    keys: ApiKeys,
    partnerships: Mapping[str, Partnership],
    limits: Limits | None = None,
    memory: Memory | None = None,
) -> FastAPI:
    """`memory`: what the hub knows of children; without it nobody can be told of here."""
    door = Door(access=Access(keys, partnerships), sending=Sending(publish, clock), limits=limits or Limits())
    app = documented_app("Mashbus: the door", ABOUT, VERSION)
    app.include_router(referral_router(door))
    app.include_router(police_router(door))
    app.include_router(case_routes.case_router(door))
    app.include_router(call_router(door))
    app.include_router(holdings_router(door, memory))
    app.include_router(receipts(door.access, door.sending))
    with_forms(app, ReferralForm, CallForm, HoldingsForm, *(route.form for route in case_routes.ROUTES))
    return app
