"""The contract on disk: which schemas there are, which view reads each, and which records a topic may hold.

One catalogue a process, loaded once and passed in. It believes the files: `mashbus schemas check` says whether they
agree with one another.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import fastavro

from mashbus.contracts import agency, hub
from mashbus.contracts.record import Record
from mashbus.contracts.topic import ORGANISATION, ORGANISATION_ID, Topic, load_topics

VIEWS: Mapping[str, type[Record]] = {
    view.full_name(): view
    for views in (
        agency.REQUESTS,
        agency.RESPONSES,
        agency.SUBMISSIONS,
        hub.REFERRALS,
        hub.POLICE_NOTIFICATIONS,
        hub.CASES,
        hub.BREACHES,
        hub.EMAILS,
        hub.HUB,
        hub.DIRECTORY,
        hub.CONTACTS,
        hub.QUARANTINE,
    )
    for view in views
}
"""Every record by its full name."""

_AGENCY_TOPIC = re.compile(rf"agency\.(?P<organisation>{ORGANISATION_ID.pattern})\.(?P<kind>[a-z]+)")


V = TypeVar("V")


class NotInCatalogue(KeyError):
    """`what` is a schema, a record, a topic or an organisation; `name` is the one that is not there."""

    def __init__(self, what: str, name: str) -> None:
        super().__init__(name)
        self.what = what
        self.name = name

    def __str__(self) -> str:
        return f"the catalogue has no {self.what} {self.name!r}"


class Catalogue:
    def __init__(self, documents: Mapping[str, dict[str, Any]], topics: Iterable[Topic]) -> None:
        self._documents = dict(documents)
        self._parsed: dict[str, Any] = {}
        self.topic_entries = tuple(topics)
        """As they stand in topics.toml, templates unfilled."""
        self._topics = {topic.name: topic for topic in self.topic_entries}
        self._versions: dict[str, list[int]] = {}
        for dataschema in self._documents:
            full_name, _, version = dataschema.rpartition("/")
            self._versions.setdefault(full_name, []).append(int(version))

    @classmethod
    def load(cls, schemas_dir: Path) -> "Catalogue":
        """From `<schemas_dir>/avro/<full name>/<version>.avsc` and `<schemas_dir>/topics.toml`."""
        files = sorted((schemas_dir / "avro").glob("*/*.avsc"))
        documents = {f"{file.parent.name}/{file.stem}": json.loads(file.read_text(encoding="utf-8")) for file in files}
        return cls(documents, load_topics(schemas_dir / "topics.toml"))

    # -- schemas --

    @property
    def dataschemas(self) -> tuple[str, ...]:
        """Every `<full name>/<version>`, a record's versions in order."""
        return tuple(f"{name}/{version}" for name in sorted(self._versions) for version in self.versions(name))

    @property
    def full_names(self) -> tuple[str, ...]:
        return tuple(sorted(self._versions))

    def versions(self, full_name: str) -> tuple[int, ...]:
        return tuple(sorted(_found(self._versions, "record", full_name)))

    def newest(self, full_name: str) -> str:
        return f"{full_name}/{self.versions(full_name)[-1]}"

    def has(self, dataschema: str) -> bool:
        return dataschema in self._documents

    def document(self, dataschema: str) -> dict[str, Any]:
        """The file's JSON as it stands, docs and marks included."""
        return _found(self._documents, "schema", dataschema)

    def writer(self, dataschema: str) -> Any:
        """The schema as fastavro takes it, parsed once."""
        if dataschema not in self._parsed:
            self._parsed[dataschema] = fastavro.parse_schema(self.document(dataschema), {})
        return self._parsed[dataschema]

    def view(self, full_name: str) -> type[Record]:
        """The view of a record's newest version."""
        return _found(VIEWS, "view", full_name)

    def personal(self, full_name: str) -> Mapping[str, str]:
        """What each field of the newest version is: `children[].given_name` -> none|identity|contact|narrative."""
        return dict(_marks(self.document(self.newest(full_name)), "", {}))

    # -- topics --

    def topic(self, name: str) -> Topic:
        """A topic by its real name; the template is filled for `agency.<id>.…`."""
        if agency_topic := _AGENCY_TOPIC.fullmatch(name):
            template = self._topics.get(f"agency.{ORGANISATION}.{agency_topic['kind']}")
            if template is not None:
                return template.of(agency_topic["organisation"])
        return _found(self._topics, "topic", name)

    def topics_for(self, organisations: Iterable[str]) -> tuple[Topic, ...]:
        """Every real topic of a hub with these organisations: its own first, then three for each of them."""
        templates = [topic for topic in self.topic_entries if topic.is_template]
        own = [topic for topic in self.topic_entries if not topic.is_template]
        ids = sorted(set(organisations))
        for organisation in ids:
            if not ORGANISATION_ID.fullmatch(organisation):
                raise NotInCatalogue("topic for an organisation named", organisation)
        return (*own, *(template.of(organisation) for organisation in ids for template in templates))


def _found(entries: Mapping[str, V], what: str, name: str) -> V:
    try:
        return entries[name]
    except KeyError:
        raise NotInCatalogue(what, name) from None


def _marks(schema: Any, path: str, named: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field under `schema` with its mark; a type that is only named is looked up where it was defined."""
    match schema:
        case list():
            for branch in schema:
                yield from _marks(branch, path, named)
        case {"type": "array", "items": items}:
            yield from _marks(items, f"{path}[]", named)
        case {"type": "record", "fields": fields}:
            named[f"{schema['namespace']}.{schema['name']}"] = schema
            for field in fields:
                below = f"{path}.{field['name']}" if path else field["name"]
                yield below, field["personal"]
                yield from _marks(field["type"], below, named)
        case str() if schema in named:
            yield from _marks(named[schema], path, named)
