"""`python -m tests.faults.stepped FILE …`: `mashbus …` on a host whose clock is FILE's eight bytes of nanoseconds off.

Whoever writes other bytes there makes the host's clock step: in this process only, and not its monotonic clock.
"""

import mmap
import sys
import time
from pathlib import Path

_WIDTH = 8


def write_step(file: Path, seconds: int) -> None:
    """How far off the clock is from now on; in place, so that who has it open sees it."""
    step = (seconds * 1_000_000_000).to_bytes(_WIDTH, "little", signed=True)
    if not file.exists():
        file.write_bytes(step)
        return
    with file.open("r+b") as opened:
        opened.write(step)


def step_clocks(file: Path) -> None:
    true = time.time_ns
    with file.open("rb") as opened:
        off = mmap.mmap(opened.fileno(), _WIDTH, access=mmap.ACCESS_READ)

    def stepped() -> int:
        return true() + int.from_bytes(off[:_WIDTH], "little", signed=True)

    time.time_ns = stepped
    time.time = lambda: stepped() / 1e9


if __name__ == "__main__":
    step_clocks(Path(sys.argv.pop(1)))
    from mashbus.cli import main  # what it imports may take its clock from `time` at once

    main()
