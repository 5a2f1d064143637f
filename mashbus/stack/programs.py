"""The Java programs of the stack on disk, fetched and checked; only those that are to run here."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mashbus.stack.jars import JarCache, Report, locked
from mashbus.stack.registry import unpacked
from mashbus.stack.settings import StackSettings


@dataclass(frozen=True)
class JavaPrograms:
    kafka: Sequence[Path]
    """Its class path."""
    registry: Path
    """Its main jar, beside the folders that this one needs."""


NO_PROGRAMS = JavaPrograms((), Path())
"""For asking a part how it is, not for starting it."""


def java_programs(settings: StackSettings, report: Report) -> JavaPrograms:
    needed = [jar for jar in locked() if not (settings.registry if jar.is_archive else settings.kafka)]
    paths = JarCache(settings.cache, report).ensure(needed)
    classpath = [path for jar, path in zip(needed, paths, strict=True) if not jar.is_archive]
    archives = [path for jar, path in zip(needed, paths, strict=True) if jar.is_archive]
    return JavaPrograms(classpath, unpacked(archives[0]) if archives else Path())
