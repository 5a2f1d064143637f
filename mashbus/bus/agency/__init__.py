"""The kit that agency services are made with. A partner writes a SystemOfRecord; the kit does everything else."""

from mashbus.bus.agency.app import AgencyApp, agency_app
from mashbus.bus.agency.finding import (
    Declined,
    Entry,
    Finding,
    Known,
    NotKnown,
    Possible,
    RecordsFactory,
    Risk,
    SystemOfRecord,
)
from mashbus.bus.agency.serving import run_agency, serve_agency
from mashbus.bus.binding import Bound, NotBound, folder, organisation_of
from mashbus.bus.errors import PermanentError, TransientError

__all__ = [
    "AgencyApp",
    "Bound",
    "Declined",
    "Entry",
    "Finding",
    "Known",
    "NotBound",
    "NotKnown",
    "PermanentError",
    "Possible",
    "RecordsFactory",
    "Risk",
    "SystemOfRecord",
    "TransientError",
    "agency_app",
    "folder",
    "organisation_of",
    "run_agency",
    "serve_agency",
]
