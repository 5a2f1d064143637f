"""G-11, P8: nothing of what the police found to be of no safeguarding concern is in the log, but the count.

What was left out leaves nothing to find. So whoever plants such a row with a word of its own has every byte of every
topic searched for that word: keys, headers, bodies, and what lies in quarantine.
"""

from mashbus.verify.evidence import Evidence
from mashbus.verify.verdict import Verdict


def left_out(evidence: Evidence) -> Verdict:
    verdict = Verdict("not_recorded", "of a police notification without concern nothing is kept but the count")
    index = evidence.index
    verdict.looked["records searched"] = index.planted_sought
    for place in index.planted:
        verdict.fault("something that must not be recorded is in the log", place)
    for batch_id, batch in index.batches.items():
        verdict.looked["batches"] += 1
        verdict.looked["rows not recorded"] += batch.not_recorded
        parts = (batch.accepted, batch.not_recorded, batch.refused)
        if min(parts) < 0 or sum(parts) != batch.received:
            verdict.fault("a batch's account does not add up", batch_id, batch.event_id)
        if batch.incidents > batch.accepted:
            verdict.fault("a batch's account counts more incidents than rows that were taken", batch_id, batch.event_id)
    return verdict
