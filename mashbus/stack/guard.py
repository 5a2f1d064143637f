"""The guard: a process that outlives its owner by a moment, to end the stack that the owner can no longer end.

SIGKILL leaves the owner no last word and a terminal's Ctrl-C may come anywhere, so somebody else must watch. The
guard needs no message from its owner: it looks four times a second whether that process still runs.
"""

import argparse
import time
from datetime import timedelta
from pathlib import Path

from mashbus.stack.errors import BusyError
from mashbus.stack.process import Identity, end, module, module_path, spawn, strays
from mashbus.stack.state import Folders, Memory, exclusive

NAME = "guard"
LOOK_EVERY = timedelta(seconds=0.25)


def start(folders: Folders, owner: Identity) -> Identity:
    options = ("--home", str(folders.home), "--pid", str(owner.pid), "--created", str(owner.created))
    command = module("mashbus.stack.guard", *options)
    # Without the stack's mark: it ends what carries the mark.
    unmarked = folders.stack / NAME
    return spawn(command, folder=folders.stack, log=folders.log(NAME), mark=unmarked, extra=module_path())


def watch(folders: Folders, owner: Identity) -> None:
    """Wait for the owner's end, then end every part of the stack."""
    while owner.find():
        time.sleep(LOOK_EVERY.total_seconds())
    while True:
        try:
            with exclusive(folders):
                end_everything(folders, Memory(folders))
        except BusyError:  # somebody is ending it already, or has brought it up anew for himself
            time.sleep(LOOK_EVERY.total_seconds())
        else:
            return


def end_everything(folders: Folders, memory: Memory) -> None:
    """End the recorded parts and those that a starter killed in mid-start could not record."""
    folders.announcement.unlink(missing_ok=True)
    recorded = {part: identity for part, identity in memory.state.processes.items() if part != NAME}
    end({*recorded.values(), *strays(folders.stack)})
    for part in recorded:
        memory.set_process(part, None)
    memory.set_owner(None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--created", type=float, required=True)
    chosen = parser.parse_args()
    watch(Folders(chosen.home), Identity(chosen.pid, chosen.created))


if __name__ == "__main__":
    main()
