"""`Idempotency-Key`: the sender's own name for what it sends. Every POST has one, so every POST can be repeated."""

import re
from collections import OrderedDict
from typing import Annotated
from uuid import UUID

from fastapi import Header, Request

from mashbus.bus.http.problems import BadRequest, Fault, KeyUsedOtherwise

HEADER = "Idempotency-Key"
_SHAPE = re.compile(r"[\x21-\x7e]{1,255}")
_REMEDY = "send 1 to 255 visible ASCII characters, new for each content and the same for each retry, such as a UUID"
_OTHER_CONTENT = (
    "What came under this key before had another content. Nothing was taken: send this content under a key of its own."
)


async def idempotency_key(
    request: Request,
    _documented: Annotated[
        str | None,
        Header(alias=HEADER, description="Required. 1 to 255 visible ASCII characters; the same for each retry."),
    ] = None,
) -> str:
    """The header as it stands. Raises BadRequest: absent, twice, or of another shape."""
    said = request.headers.getlist(HEADER)
    if not said:
        raise BadRequest(Fault(HEADER, "the Idempotency-Key header is required", _REMEDY))
    if len(said) > 1 or not _SHAPE.fullmatch(said[0]):
        raise BadRequest(Fault(HEADER, "the Idempotency-Key header is not one key", _REMEDY))
    return said[0]


class Remembered:
    """What this instance took lately, by id: so many, then the oldest is forgotten. The bus itself never forgets."""

    def __init__(self, at_most: int = 20_000) -> None:
        self._at_most = at_most
        self._hashes: OrderedDict[UUID, tuple[str, bool]] = OrderedDict()

    def taken(self, key: UUID, content_hash: str) -> bool:
        """True: acknowledged before. Raises KeyUsedOtherwise where the content was another."""
        known, acknowledged = self._hashes.get(key, (content_hash, False))
        if known != content_hash:
            raise KeyUsedOtherwise(_OTHER_CONTENT)
        return acknowledged

    def note(self, key: UUID, content_hash: str, *, acknowledged: bool) -> None:
        self._hashes[key] = content_hash, acknowledged
        self._hashes.move_to_end(key)
        if len(self._hashes) > self._at_most:
            self._hashes.popitem(last=False)

    def forget(self, key: UUID) -> None:
        """Nothing of it was sent: the key is free again."""
        self._hashes.pop(key, None)
