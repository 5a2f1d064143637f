"""Who decided or recorded something, as readers are told."""

from pydantic import BaseModel


class By(BaseModel):
    """The role, and the label of the API key."""

    role: str
    label: str
