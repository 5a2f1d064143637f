"""Promise P7 in the hub's memory: keys are keyed hashes, no header tells who a child is, and only records that are for
a person carry one.
"""

from mashbus.contracts.topics import CONTACTS, DIRECTORY
from mashbus.verify.evidence import Evidence
from mashbus.verify.verdict import Verdict


def keyed(evidence: Evidence) -> Verdict:
    verdict = Verdict("keys", "the hub's memory is keyed by hashes that tell nobody who a child is")
    for topic in (DIRECTORY, CONTACTS):
        verdict.looked[f"records of {topic}"] += evidence.index.records[topic]
    for exposed in evidence.index.exposed_memory:
        verdict.fault(exposed.what, exposed.place)
    return verdict
