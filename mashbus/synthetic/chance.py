"""Chance from a seed: the same parts give the same draws on every machine and in every process."""

from random import Random


def chance(*parts: object) -> Random:
    """A generator of its own for `parts`. Strings are hashed by `random` itself, so PYTHONHASHSEED plays no role."""
    return Random("\x1f".join(map(str, parts)))  # noqa: S311  nothing secret is made here
