"""Whether each example is one: the view reads it, its own schema writes it, and it names no real person's number."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import fastavro
from pydantic import ValidationError

from mashbus.contracts.catalogue import Catalogue, NotInCatalogue

_REAL = {
    "an email address outside example.org": re.compile(
        r"[\w.+-]+@(?!(?:[\w-]+\.)*example\.(?:org|com|net)\b)[\w-]+\.\w+"
    ),
    "a telephone number outside Ofcom's drama ranges": re.compile(r"\b0(?!1632 ?960|7700 ?900)(?:\d ?){8,9}\d\b"),
}


def faults(catalogue: Catalogue, schemas_dir: Path) -> Iterator[str]:
    for file in sorted(schemas_dir.glob("examples/*/*.json")):
        where = f"examples/{file.parent.name}/{file.name}"
        text = file.read_text(encoding="utf-8")
        yield from (f"{where}: holds {what}" for what, pattern in _REAL.items() if pattern.search(text))
        yield from (f"{where}: {fault}" for fault in _read(catalogue, f"{file.parent.name}/{file.stem}", text))


def _read(catalogue: Catalogue, dataschema: str, text: str) -> Iterator[str]:
    """Examples of earlier versions are kept as they were; only the newest must be what the view reads."""
    try:
        if catalogue.newest(dataschema.rpartition("/")[0]) != dataschema:
            return
        view = catalogue.view(dataschema.rpartition("/")[0])
        record = view.model_validate_json(text)
        fastavro.schemaless_writer(BytesIO(), catalogue.writer(dataschema), record.model_dump())
    except NotInCatalogue as fault:
        yield str(fault)
    except ValidationError as fault:
        yield "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in fault.errors(include_input=False))
    except (TypeError, ValueError) as fault:
        yield f"its schema cannot write it ({type(fault).__name__})"
