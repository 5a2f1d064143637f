"""No orphans: every record has a view, a schema of each version, a topic and an example; nothing else lies about."""

from collections.abc import Iterator
from pathlib import Path

from mashbus.contracts.catalogue import VIEWS, Catalogue
from mashbus.contracts.topic import ORGANISATION


def faults(catalogue: Catalogue, schemas_dir: Path) -> Iterator[str]:
    yield from _schemas(catalogue)
    yield from _strays(schemas_dir)
    yield from _topics(catalogue)
    yield from _examples(catalogue, schemas_dir / "examples")


def _schemas(catalogue: Catalogue) -> Iterator[str]:
    for full_name in sorted({*VIEWS} - {*catalogue.full_names}):
        yield f"avro/{full_name}: no schema for this view"
    for full_name in catalogue.full_names:
        versions = catalogue.versions(full_name)
        if versions != tuple(range(1, len(versions) + 1)):
            yield f"avro/{full_name}: versions are {versions}, not 1 and up without a gap"
        if full_name not in VIEWS:
            yield f"avro/{full_name}: no view reads this schema"
        elif VIEWS[full_name].dataschema() != catalogue.newest(full_name):
            yield f"avro/{full_name}: the view is {VIEWS[full_name].dataschema()}, the newest file another"
        for version in versions:
            document = catalogue.document(f"{full_name}/{version}")
            if f"{document['namespace']}.{document['name']}" != full_name:
                yield f"avro/{full_name}/{version}.avsc: it names itself {document['namespace']}.{document['name']}"


def _strays(schemas_dir: Path) -> Iterator[str]:
    """Files that nothing reads."""
    known = {*schemas_dir.glob("avro/*/*.avsc"), *schemas_dir.glob("examples/*/*.json")}
    known |= {schemas_dir / "avro" / "SUMS", schemas_dir / "topics.toml", schemas_dir / "README.md"}
    for file in sorted(file for file in schemas_dir.rglob("*") if file.is_file() and file not in known):
        yield f"{file.relative_to(schemas_dir)}: nothing reads this file"


def _topics(catalogue: Catalogue) -> Iterator[str]:
    held = {full_name for topic in catalogue.topic_entries for full_name in topic.records}
    for full_name in sorted({*VIEWS} - held):
        yield f"topics.toml: no topic holds {full_name}"
    for topic in catalogue.topic_entries:
        for full_name in topic.records:
            if full_name not in VIEWS:
                yield f"topics.toml: {topic.name} holds {full_name}, which is no record"
        if topic.name.startswith("agency.") != topic.name.startswith(f"agency.{ORGANISATION}."):
            yield f"topics.toml: {topic.name} is neither the hub's own nor every organisation's"


def _examples(catalogue: Catalogue, examples: Path) -> Iterator[str]:
    there = {f"{file.parent.name}/{file.stem}" for file in examples.glob("*/*.json")}
    for dataschema in sorted({*catalogue.dataschemas} - there):
        yield f"examples/{dataschema}.json: no example of this schema"
    for dataschema in sorted(there - {*catalogue.dataschemas}):
        yield f"examples/{dataschema}.json: an example of no schema"
