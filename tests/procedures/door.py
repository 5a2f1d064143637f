"""A partnership's front door as stories use it: contacts in, in every role there is, and one bus time."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, get_args
from uuid import UUID, uuid4

import httpx

from mashbus.bus.http.keys import Permission, add_key
from mashbus.domain import ids
from mashbus.domain.partnership import Partnership
from services.intake.police_rows import COLUMNS, OPTIONAL
from tests.e2e.contacts import batch, police_row
from tests.e2e.hub import Hub
from tests.procedures.bus_time import BusTime
from tests.procedures.case import Case
from tests.procedures.contacts import contact, dated, distinct
from tests.procedures.letters import MailFolder
from tests.procedures.memory import CaseSystem
from tests.procedures.quiet import Quiet

REFERRER = "referrer"
_OF_OUTSIDERS = frozenset({"refer", "police", "holdings"})
_PEOPLE: frozenset[Permission] = frozenset(get_args(Permission)) - _OF_OUTSIDERS
"""A person of the hub may knock on every door: whether his role may do it is the profile's to say."""


class Door:
    """One partnership, for all stories of its file."""

    def __init__(self, hub: Hub, partnership: Partnership, quiet: Quiet, mail: MailFolder) -> None:
        self.hub = hub
        self.partnership = partnership
        self.name = partnership.name
        self.quiet = quiet
        self.mail = mail
        self.time = BusTime(hub, partnership.time.calendar)
        self._keys: dict[str, str] = {}
        self._incidents: dict[UUID, str] = {}

    # -- contacts ----------------------------------------------------------------------------------------------------

    async def refers(self, **changes: Any) -> Case:
        """A complete contact with these changes (see `contacts`), taken."""
        response = await self.sends(**changes)
        assert response.status_code == 202, response.text
        said = response.json()
        return Case(self, said["case_id"], said["reference"])

    async def refers_exactly(self, **changes: Any) -> Case:
        """The same with nothing to tell it from another that says the same."""
        response = await self.post("/v1/referrals", REFERRER, dated(contact(**changes), self.time.local().date()))
        assert response.status_code == 202, response.text
        return Case(self, response.json()["case_id"], response.json()["reference"])

    async def sends(self, **changes: Any) -> httpx.Response:
        """The same, whatever the door answers. Two stories' contacts differ: the very same content twice is one case."""
        document = dated(contact(**changes), self.time.local().date())
        return await self.post("/v1/referrals", REFERRER, distinct(document, uuid4().hex[:8]))

    async def notifies(self, *rows: Mapping[str, str], again: Case | None = None, **changes: str) -> Case:
        """The police send one incident: of these rows, or of one row with these changes. `again`: that one once more.

        Each row is another person of theirs, and the same one again in the same place.
        """
        incident = self._incidents[again.id] if again else f"STORY/{uuid4().hex[:12]}"
        at = (self.time.local() - timedelta(hours=12)).isoformat(timespec="seconds")
        sent = [
            police_row(incident, **{"incident_at": at, "person_reference": f"SYN-{incident}-{place}", **one})
            for place, one in enumerate(rows or (changes,))
        ]
        body = batch(*sent, columns=(*COLUMNS, *OPTIONAL))
        response = await self.hub.outside.post("/v1/police/notifications", self._force, **body)
        assert response.status_code == 202, response.text
        assert response.json()["refused"] == 0, response.text
        case = Case(self, ids.case_of_incident(self.organisation("police"), incident))
        self._incidents[case.id] = incident
        return case

    # -- HTTP --------------------------------------------------------------------------------------------------------

    async def post(self, path: str, by: str, body: Mapping[str, Any]) -> httpx.Response:
        """In the role `by`."""
        return await self.hub.outside.post(path, self.key(by), json=body)

    async def get(self, path: str, by: str | None = None, **query: Any) -> httpx.Response:
        return await self.hub.outside.get(path, self.key(by or self.role_for("outcome")), **query)

    def key(self, role: str) -> str:
        """The API key of a person in that role, made when first wanted."""
        if role not in self._keys:
            may: frozenset[Permission] = frozenset({"refer"}) if role == REFERRER else _PEOPLE
            label = f"{self.name}-{role}".replace("_", "-")
            path = self.hub.settings.api_keys
            self._keys[role] = add_key(path, label, partnership=self.name, role=role, may=may)
        return self._keys[role]

    @cached_property
    def _force(self) -> str:
        path, police = self.hub.settings.api_keys, self.organisation("police")
        label = f"{self.name}-force"
        may: frozenset[Permission] = frozenset({"police"})
        return add_key(path, label, partnership=self.name, role="police", may=may, organisation=police)

    def case_system(self, holder: str | None = None) -> CaseSystem:
        """Of an organisation that keeps cases: the first that the profile names, or this one."""
        name = holder or self.partnership.known.holders[0]
        return CaseSystem(self.hub, self.name, self.organisation(name))

    def role_for(self, what: str, milestone: str | None = None) -> str:
        """The first role that the profile lets decide it; what it does not name is recorded by those who decide."""
        if milestone in self.partnership.milestones:
            return min(self.partnership.milestones[milestone].roles)
        decides = self.partnership.decides
        kind = {"resumption": "suspension"}.get(what, what)
        roles = decides.get(kind) or decides.get("record") or decides["outcome"]
        return min(roles)

    # -- the partnership -----------------------------------------------------------------------------------------------

    @property
    def organisations(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.partnership.organisations)

    def organisation(self, name: str) -> str:
        """Its id: of an id, or of a role that one organisation has."""
        if name in self.organisations:
            return name
        (found,) = (one.id for one in self.partnership.organisations if one.role == name)
        return found

    async def nowhere(self, text: str) -> None:
        """In no record of any topic and no email, after everything was handled (P8)."""
        await self.quiet.everything(self.hub.organisations)
        places = [one.topic for one in self.hub.log.seen if one.record and text in one.record.model_dump_json()]
        assert not places, f"recorded in {places}"
        assert not any(text in letter for letter in self.mail.everything()), "it stands in an email"
