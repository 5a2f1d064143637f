"""What can go wrong with the local stack: each error says in a sentence what is wrong and what to do."""

from datetime import timedelta
from pathlib import Path

MEBIBYTE = 1024 * 1024


class StackError(Exception):
    """The stack cannot be brought up or down; the message is for the person at the keyboard."""


class PortTakenError(StackError):
    def __init__(self, part: str, port: int, holder: str | None, setting: str) -> None:
        self.part, self.port = part, port
        by = f"another program ({holder})" if holder else "another program"
        super().__init__(
            f"Port {port}, wanted for {part}, is taken by {by}: end that program, or set {setting} to a free port."
        )


class DiskFullError(StackError):
    def __init__(self, folder: Path, free: int, needed: int) -> None:
        self.folder = folder
        super().__init__(
            f"The disk of {folder} has {free // MEBIBYTE} MiB free and {needed // MEBIBYTE} MiB are needed: "
            "make room, or choose another disk with MASHBUS_HOME or MASHBUS_CACHE."
        )


class JarUnavailableError(StackError):
    def __init__(self, coordinate: str, reason: str, cache: Path) -> None:
        self.coordinate = coordinate
        super().__init__(
            f"{coordinate} cannot be fetched ({reason}): connect this machine to the Maven repository, "
            f"or copy the folder {cache} from a machine that has it."
        )


class JarDamagedError(StackError):
    def __init__(self, coordinate: str, expected: str, got: str) -> None:
        self.coordinate = coordinate
        super().__init__(
            f"{coordinate} was fetched twice and is not the file that was locked (sha256 {got[:12]}… instead of "
            f"{expected[:12]}…): look at the proxy or mirror between here and the Maven repository."
        )


class PartDiedError(StackError):
    def __init__(self, part: str, reason: str, log: Path) -> None:
        self.part, self.log = part, log
        super().__init__(f"{part} ended while it was starting ({reason}): read the end of {log}.")


class PartSilentError(StackError):
    def __init__(self, part: str, patience: timedelta, log: Path) -> None:
        self.part, self.log = part, log
        super().__init__(
            f"{part} runs but did not answer within {patience.total_seconds():.0f} s: read the end of {log}."
        )


class BusyError(StackError):
    def __init__(self, home: Path) -> None:
        super().__init__(f"Another command is bringing the stack in {home} up or down: wait until it has ended.")


class OtherBrokersError(StackError):
    def __init__(self, home: Path, had: int, wanted: int) -> None:
        super().__init__(
            f"{home} holds the data of {had} broker(s) and {wanted} were asked for: take it down and delete "
            f"{home / 'stack'}, or choose another folder with --home."
        )


class WrongMachineError(StackError):
    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            f"{what} does not run on this machine ({reason}): use Linux with glibc or macOS on x86-64 or ARM64, "
            "or name running parts with MASHBUS_KAFKA, MASHBUS_REGISTRY, MASHBUS_REDIS and MASHBUS_SMTP."
        )


class UnknownPartError(StackError):
    def __init__(self, part: str, known: list[str]) -> None:
        super().__init__(f"This stack runs no part called {part}: it runs {', '.join(known) or 'nothing'}.")
