"""The secret under which a local hub finds children: made with its log, kept with it, and gone with it.

A hub on somebody else's Kafka gets none from here: all its services must have the one that its log was written with.
"""

import contextlib
import os
import secrets

from mashbus.stack.settings import StackSettings
from mashbus.stack.state import Folders

NAME = "MASHBUS_DIRECTORY_KEY"


def kept(folders: Folders) -> str:
    """Made at the first call, readable by its owner alone."""
    folders.stack.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(folders.directory_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
    return folders.directory_key.read_text().strip()


def announced(settings: StackSettings, folders: Folders) -> dict[str, str]:
    """As a setting; none where neither the environment nor this stack has one."""
    if settings.directory_key is not None:
        return {NAME: settings.directory_key.get_secret_value()}
    if settings.kafka and not folders.directory_key.exists():
        return {}
    return {NAME: kept(folders)}
