"""A mail server that delivers nothing: each message it takes becomes one .eml file, whole before its name appears.

The name comes from the Message-ID, with a counter when the same one comes again, so that duplicates are seen.
"""

import argparse
import asyncio
import hashlib
import os
import signal
import tempfile
from email.parser import BytesHeaderParser
from itertools import count
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

ACCEPTED = "250 2.0.0 kept"
NO_ROOM = "452 4.3.1 cannot write the message, try again later"
ENVELOPE_FROM, ENVELOPE_TO = "X-MailFrom", "X-RcptTo"


class FolderHandler:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        content = envelope.original_content or b""
        recipients = ", ".join(envelope.rcpt_tos)
        head = f"{ENVELOPE_FROM}: {envelope.mail_from}\r\n{ENVELOPE_TO}: {recipients}\r\n"
        try:
            keep(self._folder, file_stem(content), head.encode() + content)
        except OSError:
            return NO_ROOM
        return ACCEPTED


def file_stem(content: bytes) -> str:
    """From the Message-ID; from the bytes where a message has none."""
    message_id = str(BytesHeaderParser().parsebytes(content).get("Message-ID", "")).strip()
    return hashlib.sha256(message_id.encode(errors="replace") or content).hexdigest()[:32]


def keep(folder: Path, stem: str, content: bytes) -> Path:
    """Write under the first free name of `stem.eml`, `stem.1.eml`, …; never over another message."""
    folder.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(prefix=".", suffix=".unfinished", dir=folder)
    try:
        with os.fdopen(handle, "wb") as opened:
            opened.write(content)
        for number in count():
            place = folder / (f"{stem}.{number}.eml" if number else f"{stem}.eml")
            try:
                place.hardlink_to(unfinished)
            except FileExistsError:
                continue
            return place
    finally:
        Path(unfinished).unlink()
    raise AssertionError("count() does not end")


async def serve(host: str, port: int, folder: Path) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    handler = FolderHandler(folder)
    await loop.create_server(lambda: SMTP(handler, hostname="mail.invalid", enable_SMTPUTF8=True), host, port)
    await ended.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.host, chosen.port, chosen.folder))


if __name__ == "__main__":
    main()
