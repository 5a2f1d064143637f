"""Released files never change: their sums stand in schemas/avro/SUMS, in the form that `sha256sum -c` reads."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

SUMS = "SUMS"


def seal_faults(avro_dir: Path) -> Iterator[str]:
    sealed = _read(avro_dir / SUMS)
    there = _there(avro_dir)
    for name in sorted({*sealed} | {*there}):
        if name not in there:
            yield f"avro/{name}: released, and gone"
        elif name not in sealed:
            yield f"avro/{name}: not in {SUMS}; `mashbus schemas seal` puts it there when it is final"
        elif sealed[name] != there[name]:
            yield f"avro/{name}: released, and changed; a change is a new version"


def seal(avro_dir: Path) -> tuple[str, ...]:
    """Adds the files that are not in SUMS yet; returns their names. Never touches what stands there."""
    sealed, there = _read(avro_dir / SUMS), _there(avro_dir)
    new = tuple(sorted({*there} - {*sealed}))
    lines = [f"{value}  {name}\n" for name, value in sorted({**there, **sealed}.items())]
    (avro_dir / SUMS).write_text("".join(lines), encoding="utf-8")
    return new


def _there(avro_dir: Path) -> dict[str, str]:
    return {
        str(file.relative_to(avro_dir)): sha256(file.read_bytes()).hexdigest() for file in avro_dir.glob("*/*.avsc")
    }


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = file.read_text(encoding="utf-8").splitlines()
    return {name: value for value, _, name in (line.partition("  ") for line in lines)}
