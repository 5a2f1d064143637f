"""The double of GOV.UK Notify in the stack: there where it is asked for, one file an email, and settings that find it."""

from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest

from mashbus.bus.settings import Settings
from mashbus.profiles import load
from mashbus.stack import Stack
from mashbus.stack.notify_double import NotifyDouble, Status
from services.mailer.app import sender_of
from services.mailer.notify import NotifyChannel

EMAIL = {
    "email_address": "perm-fail@simulator.notify",
    "template_id": "00000000-0000-4000-8000-00000000d0b3",
    "personalisation": {"subject": "Grüße", "body": "It is done."},
    "reference": "ref-1",
}


@pytest.fixture
def with_double(small) -> Stack:
    stack = small(stack_notify="hackney, jersey")
    stack.up()
    return stack


def token() -> dict[str, str]:
    from notifications_python_client.authentication import create_jwt_token

    from mashbus.stack.notify_double import SECRET, SERVICE

    return {"Authorization": f"Bearer {create_jwt_token(SECRET, SERVICE)}"}


def test_the_double_runs_where_it_is_asked_for_and_programs_find_it(with_double: Stack) -> None:
    assert {one.part: one.state for one in with_double.status()}["notify"] == "running"
    settings = Settings(home=with_double.home)
    assert settings.notify.keys() == {"hackney", "jersey"}
    told = {name.removeprefix("MASHBUS_").lower(): value for name, value in with_double.environment().items()}
    assert Settings(**told).notify == settings.notify
    own = sender_of(settings, {name: load(name, settings.partnerships) for name in ("hackney", "jersey")})._own
    assert all(isinstance(one, NotifyChannel) for one in own.values())


def test_without_being_asked_for_it_does_not_run(small) -> None:
    stack = small()
    stack.up()
    assert "notify" not in {one.part for one in stack.status()}
    assert Settings(home=stack.home).notify == {}


def test_an_email_becomes_a_file_beside_the_mail_catchers(with_double: Stack) -> None:
    url = with_double.environment()["MASHBUS_NOTIFY_URL"]
    for _ in range(2):
        assert httpx.post(f"{url}/v2/notifications/email", json=EMAIL, headers=token()).status_code == 201
    files = sorted(Path(with_double.environment()["MASHBUS_MAIL_DIR"]).glob("*.eml"))
    assert len(files) == 2
    message = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert (message["X-RcptTo"], message["Subject"]) == ("perm-fail@simulator.notify", "Grüße")
    assert b"\nMessage-ID: ref-1\r\n" in files[0].read_bytes()
    found = httpx.get(f"{url}/v2/notifications", params={"reference": "ref-1"}, headers=token()).json()
    assert len(found["notifications"]) == 2


def test_nobody_comes_in_without_a_token(with_double: Stack) -> None:
    url = with_double.environment()["MASHBUS_NOTIFY_URL"]
    for headers in ({}, {"Authorization": "Bearer x.y.z"}):
        answer = httpx.post(f"{url}/v2/notifications/email", json=EMAIL, headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["error"]) == (403, "AuthError")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"email_address": "nobody"}, "ValidationError"),
        ({"email_address": None}, "ValidationError"),
        ({"nonsense": "x"}, "ValidationError"),
        ({"template_id": "00000000-0000-4000-8000-000000000000"}, "BadRequestError"),
        ({"personalisation": {"subject": "x"}}, "BadRequestError"),
    ],
)
async def test_refusals_have_the_documented_shape(changes: dict, error: str) -> None:
    transport = httpx.ASGITransport(app=NotifyDouble().app)
    async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
        answer = await client.post("/v2/notifications/email", json={**EMAIL, **changes}, headers=token())
    assert answer.status_code == answer.json()["status_code"] == 400
    assert answer.json()["errors"][0]["error"] == error


@pytest.mark.parametrize("status", ["delivered", "temporary-failure"])
async def test_a_receipt_can_be_had_on_demand_only_of_what_was_taken(status: Status) -> None:
    transport = httpx.ASGITransport(app=NotifyDouble().app)
    async with httpx.AsyncClient(transport=transport, base_url="http://notify") as client:
        wanted = {"reference": "ref-1", "status": status}
        assert (await client.post("/double/receipts", json=wanted)).status_code == 404
        await client.post("/v2/notifications/email", json=EMAIL, headers=token())
        assert (await client.post("/double/receipts", json=wanted)).json() == {"answered": 0}, "nobody to call back"
        (one,) = (await client.get("/v2/notifications", headers=token())).json()["notifications"]
        assert (one["reference"], one["status"]) == ("ref-1", status)
        assert (await client.get(f"/v2/notifications/{one['id']}", headers=token())).json() == one
