"""Who is written to, and what: the partnership's teams, its organisations, the messages."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from string import Template
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from mashbus.domain.partnership import Message, Organisation
from mashbus.domain.procedure import Team
from mashbus.domain.sharing import SHAREABLE
from mashbus.domain.vocabulary import EmailKind, ReferrerKind
from mashbus.profiles.tables import Fault, Table
from mashbus.profiles.values import Mailbox, Name, Words, wrong

E = TypeVar("E", bound=StrEnum)

EVERYWHERE = frozenset({"reference", "partnership"})
PLACEHOLDERS: Mapping[EmailKind, frozenset[str]] = {
    EmailKind.ACKNOWLEDGEMENT: frozenset({"dealt_with_from"}),
    EmailKind.RETURNED: frozenset({"missing"}),
    EmailKind.OUT_OF_AREA: frozenset({"authority"}),
    EmailKind.DIRECTED: frozenset({"title", "reason"}),
    EmailKind.PASSED_ON: frozenset({"title", "reason"}),
    EmailKind.ALERT: frozenset({"alert", "reason"}),
    EmailKind.INVITATION: frozenset({"title"}),
    EmailKind.OUTCOME: frozenset({"outcomes"}),
    EmailKind.OUTCOME_TO_AGENCY: frozenset({"outcomes"}),
    EmailKind.ENCOMPASS_NOTIFICATION: frozenset({"children", "incident_at"}),
}
"""What a message may hold a place for, besides the reference and the partnership's title: what
`mashbus.contracts.letters` puts there."""


def _shareable(names: frozenset[str]) -> frozenset[str]:
    if unknown := names - SHAREABLE:
        raise wrong(f"cannot be shared: {', '.join(sorted(unknown))}")
    return names


def _is_known(word: E) -> E:
    if word == "UNKNOWN":
        raise wrong("is what a newer writer's word is read as: no profile can mean it")
    return word


Kind = Annotated[EmailKind, AfterValidator(_is_known)]
Referring = Annotated[ReferrerKind, AfterValidator(_is_known)]


class TeamText(Table):
    title: Words
    email: Mailbox

    def team(self, name: str) -> Team:
        return Team(name=name, title=self.title, email=self.email)


class OrganisationText(Table):
    id: Name
    name: Words
    role: str
    connected: bool = Field(strict=True)
    purpose: Words
    shared: Annotated[frozenset[str], AfterValidator(_shareable)]
    email: Mailbox | None = None

    def organisation(self) -> Organisation:
        return Organisation(**self.model_dump())


class MessageText(Table):
    subject: Words
    body: Words
    html: Words | None = None
    to: frozenset[Referring] | None = None

    def message(self) -> Message:
        return Message(**self.model_dump())

    def of_kind(self, kind: EmailKind) -> Iterator[Fault]:
        """Places that nothing would be put into, and signs of dollars that are none."""
        known = EVERYWHERE | PLACEHOLDERS.get(kind, frozenset())
        for name, text in (("subject", self.subject), ("body", self.body), ("html", self.html or "")):
            template = Template(text)
            if not template.is_valid():
                yield (name,), "a $ that names nothing: write $$ for the sign itself"
            elif strangers := sorted(set(template.get_identifiers()) - known):
                there = ", ".join(f"${one}" for one in sorted(known))
                yield (name,), f"${', $'.join(strangers)}: this message has no such place; there are: {there}"


def unheard(kinds: Mapping[EmailKind, str], messages: Iterable[EmailKind]) -> Iterator[Fault]:
    """Messages that the profile needs and does not have. `kinds`: what each is needed for."""
    there = set(messages)
    for kind, why in kinds.items():
        if kind not in there:
            yield ("messages",), f"'{kind}' is missing: {why}"
