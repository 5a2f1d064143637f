"""What a way of sending owes the mailer, and the faults by which it says whose fault it is: nobody is guessed at."""

from typing import Protocol

from mashbus.bus.errors import TransientError
from mashbus.contracts import hub


class Refused(Exception):
    """The channel will not have this email. `reason` is a class of failure or a status, never what the email says."""

    def __init__(self, reason: str, *, final: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final
        """False: it may take it another time."""


class ChannelAway(TransientError):
    """The channel takes nothing now. No email is at fault: all wait, and are tried again."""

    def __init__(self, channel: str, fault: str) -> None:
        super().__init__("channel_away", f"{channel} takes no email now ({fault}); it will be tried again")
        self.fault = fault


class ChannelRefusesUs(ChannelAway):
    """Key, template, sender or account: ours to mend while emails wait. It costs no email a try."""


class ResultUnknown(ChannelAway):
    """Handed over, and nobody heard what became of it. It goes again under the same name."""


class Channel(Protocol):
    """One email at a time; safe to call again after any fault."""

    @property
    def name(self) -> str: ...

    def name_of(self, email: hub.EmailRequested) -> str:
        """What it goes by there: the same however often it is handed over."""

    async def hand_over(self, email: hub.EmailRequested) -> None:
        """Raises Refused, Unsendable, or a ChannelAway."""

    async def copies(self, email: hub.EmailRequested) -> int:
        """How many copies the channel is known to have: asked after a ResultUnknown. 0 where it can't be asked."""

    async def aclose(self) -> None: ...
