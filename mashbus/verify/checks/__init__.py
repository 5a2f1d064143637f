"""The promises, each as a pure function from the evidence to a verdict. None of them shares code that decides."""

from collections.abc import Callable

from mashbus.verify.checks.accepted import accepted
from mashbus.verify.checks.accounts import accounted
from mashbus.verify.checks.addressing import addressed
from mashbus.verify.checks.agendas import agendas
from mashbus.verify.checks.alerts import alerted
from mashbus.verify.checks.collations import collated
from mashbus.verify.checks.copies import copied
from mashbus.verify.checks.decisions import decisions
from mashbus.verify.checks.disclosures import disclosed
from mashbus.verify.checks.emails import emailed
from mashbus.verify.checks.guards import guarded
from mashbus.verify.checks.keys import keyed
from mashbus.verify.checks.known import known
from mashbus.verify.checks.lapses import lapsed
from mashbus.verify.checks.letters import written
from mashbus.verify.checks.links import linked
from mashbus.verify.checks.not_recorded import left_out
from mashbus.verify.checks.outcomes import in_vocabulary
from mashbus.verify.checks.recording import recorded
from mashbus.verify.checks.requests import requested
from mashbus.verify.checks.returned import sent_back
from mashbus.verify.checks.schools import schools
from mashbus.verify.checks.silences import silences
from mashbus.verify.checks.suspensions import suspended
from mashbus.verify.evidence import Evidence
from mashbus.verify.verdict import Verdict

CHECKS: tuple[Callable[[Evidence], Verdict], ...] = (
    accepted,
    copied,
    lapsed,
    suspended,
    emailed,
    accounted,
    decisions,
    addressed,
    disclosed,
    collated,
    silences,
    recorded,
    sent_back,
    alerted,
    guarded,
    requested,
    in_vocabulary,
    written,
    schools,
    known,
    linked,
    left_out,
    keyed,
    agendas,
)

__all__ = ["CHECKS"]
