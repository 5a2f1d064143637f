"""How a record of some kind is taken."""

from collections.abc import Callable
from typing import Any

from mashbus.contracts.record import Record
from mashbus.verify.places import Logged

Take = Callable[[Any, Logged], None]
Takes = dict[type[Record], Take]
