"""Our own three agencies hold to what partners must hold to."""

from pathlib import Path

import pytest

from mashbus.bus.agency import SystemOfRecord
from mashbus.testing import AgencyConformance
from services.agency_education import records as education
from services.agency_education import seeding as education_seeding
from services.agency_health import records as health
from services.agency_health import seeding as health_seeding
from services.agency_police import records as police
from services.agency_police import seeding as police_seeding

FEW = 200


class TestPolice(AgencyConformance):
    organisation = "met-police"

    @pytest.fixture(autouse=True)
    def _seeded(self, tmp_path: Path) -> None:
        self.path = tmp_path / "police.db"
        police_seeding.seed(self.path, families=FEW)

    def open_records(self) -> SystemOfRecord:
        return police.PoliceRecords(self.path)


class TestHealth(AgencyConformance):
    organisation = "homerton-health"

    @pytest.fixture(autouse=True)
    def _seeded(self, tmp_path: Path) -> None:
        self.path = tmp_path / "health.db"
        health_seeding.seed(self.path, families=FEW)

    def open_records(self) -> SystemOfRecord:
        return health.HealthRecords(self.path)


class TestEducation(AgencyConformance):
    organisation = "hackney-education"

    @pytest.fixture(autouse=True)
    def _seeded(self, tmp_path: Path) -> None:
        self.path = tmp_path / "education.db"
        education_seeding.seed(self.path, families=FEW)

    def open_records(self) -> SystemOfRecord:
        return education.EducationRecords(self.path)
