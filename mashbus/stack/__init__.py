"""The local stack: Kafka, the schema registry, Valkey and a mail catcher, run natively with nothing installed.

`Stack` is loaded when it is asked for: the guard and the mail catcher run in processes of their own that need
none of its libraries.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from mashbus.stack.errors import StackError

if TYPE_CHECKING:
    from mashbus.stack.settings import StackSettings
    from mashbus.stack.stack import PartStatus, Stack

__all__ = ["PartStatus", "Stack", "StackError", "StackSettings"]

_HOMES = {"PartStatus": "stack", "Stack": "stack", "StackSettings": "settings"}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"mashbus.stack.{_HOMES[name]}"), name)
    raise AttributeError(f"mashbus.stack has no {name}")
