"""The page for integrators shows bodies that the door takes."""

import json
import re

import pytest
from intake_door import HACKNEY, NOW, ROOT

from mashbus.bus.http.reading import read
from services.intake.calls import CallForm
from services.intake.case_routes import ROUTES
from services.intake.forms import ReferralForm
from services.intake.holdings_route import HoldingsForm
from services.intake.understanding import meaningless

PAGE = (ROOT / "docs" / "http.md").read_text()
FORMS = {f"/v1/cases/$CASE/{route.path}": route.form for route in ROUTES}
BODIES = re.findall(r'curl -sS "\$IN(?P<path>[^"]+)"(?:(?!curl).)*?-d \'(?P<body>\{.*?\})\'\n', PAGE, re.DOTALL)
AN_ID = "11111111-2222-5333-8444-555555555555"


def bodies(path: str) -> list[bytes]:
    found = [body for place, body in BODIES if place == path]
    assert found, f"{path} is not on the page"
    return [re.sub(r'("answers"|"referrer_id"): "…"', rf'\1: "{AN_ID}"', one).encode() for one in found]


def test_the_referral_is_one_that_is_taken() -> None:
    for body in bodies("/v1/referrals"):
        assert not meaningless(read(ReferralForm, body, "a referral").said(), HACKNEY)


def test_what_a_case_system_tells_can_be_read() -> None:
    for body in bodies("/v1/holdings"):
        assert read(HoldingsForm, body, "what is known of a child").holdings


def test_the_call_is_one_of_hackney_s() -> None:
    assert HACKNEY.calls
    for body in bodies("/v1/calls"):
        assert not list(read(CallForm, body, "a call").faults(HACKNEY.calls, NOW))


@pytest.mark.parametrize("path", FORMS)
def test_every_word_about_a_case_is_there_and_can_be_read(path) -> None:
    for body in bodies(path):
        assert read(FORMS[path], body, "a decision")
        assert json.loads(body)
