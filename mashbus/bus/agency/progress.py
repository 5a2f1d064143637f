"""Liveness is progress: alive is who has nothing waiting, or has lately begun or finished something (trap 17)."""

import time
from datetime import timedelta


class Progress:
    """Real, monotonic time. `observe` about once a second."""

    def __init__(self, limit: timedelta) -> None:
        self.limit = limit
        self._fine_at = time.monotonic()

    def observe(self, *, waiting: bool, moved_at: float) -> None:
        """`moved_at`: the monotonic instant of the last record begun or finished."""
        self._fine_at = max(self._fine_at, moved_at if waiting else time.monotonic())

    @property
    def live(self) -> bool:
        return time.monotonic() - self._fine_at < self.limit.total_seconds()
