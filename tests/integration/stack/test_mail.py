"""The mail catcher: one file a message, whole, and a duplicate is seen as one."""

import shutil
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from mashbus.stack import Stack
from mashbus.stack.catcher import file_stem, keep


@pytest.fixture
def catching(small) -> Stack:
    stack = small()
    stack.up()
    return stack


async def send(stack: Stack, message_id: str | None, subject: str = "Outcome") -> None:
    host, _, port = stack.environment()["MASHBUS_SMTP"].partition(":")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "hub@example.org", "shown@example.org", subject
    if message_id:
        message["Message-ID"] = message_id
    message.set_content("Grüße")
    await aiosmtplib.send(message, hostname=host, port=int(port), recipients=["real@example.org"], start_tls=False)


def kept(stack: Stack) -> list[Path]:
    return sorted(Path(stack.environment()["MASHBUS_MAIL_DIR"]).iterdir())


async def test_a_message_appears_as_one_eml_file(catching: Stack) -> None:
    await send(catching, "<outcome-1@mashbus.invalid>")
    (file,) = kept(catching)
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert file.suffix == ".eml"
    assert message["Message-ID"] == "<outcome-1@mashbus.invalid>"
    assert (message["X-MailFrom"], message["X-RcptTo"]) == ("hub@example.org", "real@example.org")
    assert message.get_content().strip() == "Grüße"


async def test_the_same_message_id_twice_is_visible_as_two_files(catching: Stack) -> None:
    await send(catching, "<one@mashbus.invalid>")
    await send(catching, "<one@mashbus.invalid>")
    await send(catching, "<two@mashbus.invalid>")
    one, two = (file_stem(f"Message-ID: <{name}@mashbus.invalid>\r\n\r\n".encode()) for name in ("one", "two"))
    assert {file.name for file in kept(catching)} == {f"{one}.eml", f"{one}.1.eml", f"{two}.eml"}


async def test_mail_survives_the_catcher_and_the_counter_goes_on(catching: Stack) -> None:
    await send(catching, "<one@mashbus.invalid>")
    catching.kill("mail")
    catching.start("mail")
    await send(catching, "<one@mashbus.invalid>")
    assert len(kept(catching)) == 2


async def test_a_mail_folder_that_was_emptied_is_made_again(catching: Stack) -> None:
    await send(catching, "<one@mashbus.invalid>")
    shutil.rmtree(catching.environment()["MASHBUS_MAIL_DIR"])
    await send(catching, "<one@mashbus.invalid>")
    assert len(kept(catching)) == 1


def test_messages_without_an_id_are_named_after_their_bytes() -> None:
    assert file_stem(b"Subject: a\r\n\r\n") != file_stem(b"Subject: b\r\n\r\n")


def test_a_name_never_appears_before_the_message_is_whole(tmp_path: Path) -> None:
    place = keep(tmp_path, "name", b"whole")
    assert place.read_bytes() == b"whole"
    assert [file.name for file in tmp_path.iterdir()] == ["name.eml"]
