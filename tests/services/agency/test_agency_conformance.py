"""Our own agencies hold to what partners must hold to, on people whom they know, nearly know and do not know."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from mashbus.bus.agency import SystemOfRecord
from mashbus.contracts.agency import InformationRequested
from mashbus.domain.vocabulary import Knowledge
from mashbus.synthetic import town
from mashbus.testing import AgencyConformance, Rehearsal, asked
from services.agency_casework import records as casework
from services.agency_casework import seeding as casework_seeding
from services.agency_education import records as education
from services.agency_education import seeding as education_seeding
from services.agency_health import records as health
from services.agency_health import seeding as health_seeding
from services.agency_police import records as police
from services.agency_police import seeding as police_seeding

FAMILIES = 4000


class Ours(AgencyConformance):
    seeding = police_seeding
    records: type

    @pytest.fixture(autouse=True, scope="class")
    @classmethod
    def _seeded(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        cls.path: Path = tmp_path_factory.mktemp("agency") / "records.db"
        cls.seeding.seed(cls.path, families=FAMILIES)

    def open_records(self) -> SystemOfRecord:
        return self.records(self.path)

    def own_requests(self) -> Sequence[InformationRequested]:
        families = [town.family(index) for index in range(FAMILIES - 60, FAMILIES)]
        exact = [asked(self.organisation, f"{one}", children=one.children, adults=one.adults) for one in families]
        nearly = [replace(one.children[0], given_name="Otherwise") for one in families]
        return (*exact, *(asked(self.organisation, f"{one}", children=(one,)) for one in nearly))

    async def test_every_kind_of_answer_and_a_risk_occur(self) -> None:
        async with Rehearsal(self.organisation, self.open_records()) as rehearsal:
            said = [one.record for one in await rehearsal.tell(*self.own_requests())]
        knowledge = {one.knowledge for one in said if hasattr(one, "knowledge")}
        assert knowledge == {Knowledge.KNOWN, Knowledge.NOT_KNOWN, Knowledge.POSSIBLE}
        assert any(hasattr(one, "suggested_rag") for one in said)


class TestPolice(Ours):
    organisation = "met-police"
    records = police.PoliceRecords


class TestHealth(Ours):
    organisation = "homerton-health"
    seeding = health_seeding
    records = health.HealthRecords


class TestEducation(Ours):
    organisation = "hackney-education"
    seeding = education_seeding
    records = education.EducationRecords


class TestCasework(Ours):
    organisation = "jersey-csc"
    seeding = SimpleNamespace(seed=lambda path, families: casework_seeding.seed(path, "x", "csc", families))
    records = casework.CaseworkRecords
