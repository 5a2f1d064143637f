"""Whether somebody is offered, by figures that are data: `offering.toml`, with the reason for each."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

FILE = Path(__file__).with_name("offering.toml")
_STRICT = ConfigDict(frozen=True, extra="forbid")


class Twins(BaseModel):
    model_config = _STRICT
    another_name: float = Field(gt=0, lt=1)
    like_name: float = Field(gt=0, lt=1)


class Own(BaseModel):
    """What one partnership has otherwise."""

    model_config = _STRICT
    least: float | None = Field(None, ge=0, le=1)
    at_most: int | None = Field(None, ge=1, le=20)


class Offers(BaseModel):
    model_config = _STRICT
    least: float = Field(ge=0, le=1)
    at_most: int = Field(ge=1, le=20)
    twins: Twins
    partnerships: Mapping[str, Own] = {}

    def of(self, partnership: str) -> "Offers":
        own = self.partnerships.get(partnership)
        return self.model_copy(update=own.model_dump(exclude_none=True)) if own else self


def offers(path: Path = FILE) -> Offers:
    return Offers.model_validate(tomllib.loads(path.read_text()))
