"""What every record has: an identity in its payload, a full name, and a version of its schema.

A view is a frozen pydantic model with the same fields as the newest `.avsc` of its full name. Documentation and the
`personal` class of every field stand in the schema, once; nothing repeats them here.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """Frozen, closed, and silent about its input: an error must never print a child's name (trap 13)."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, ser_json_bytes="base64", val_json_bytes="base64"
    )


class Meta(View):
    """The record's identity. The CloudEvents headers say the same, for those who cannot read the payload."""

    event_id: UUID
    partnership: str
    case_id: UUID | None
    occurred_at: datetime
    """Bus time, UTC."""
    cause_id: UUID | None = None
    """The record that led to this one."""


class Record(View):
    namespace: ClassVar[str]
    version: ClassVar[int] = 1

    meta: Meta

    @classmethod
    def full_name(cls) -> str:
        """Avro full name, which is also the CloudEvents type."""
        return f"{cls.namespace}.{cls.__name__}"

    @classmethod
    def dataschema(cls) -> str:
        """`<full name>/<version>`: the catalogue's file."""
        return f"{cls.full_name()}/{cls.version}"
