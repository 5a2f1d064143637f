"""What a partner imports to test its own adapter, without a broker, a registry or a container."""

from mashbus.testing.conformance import AgencyConformance
from mashbus.testing.rehearsal import Rehearsal, Said
from mashbus.testing.requests import asked, example, samples, told, withdrawn

__all__ = ["AgencyConformance", "Rehearsal", "Said", "asked", "example", "samples", "told", "withdrawn"]
