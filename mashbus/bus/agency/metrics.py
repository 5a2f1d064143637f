"""What an agency service counts beyond what every service counts. No label ever holds personal data."""

from prometheus_client import Counter, Gauge

ANSWERS = Counter(
    "mash_agency_answers",
    "Answers acknowledged by the broker, by what the system of record said: known, not_known, possible or declined. "
    "Many `possible`: the system can't tell people apart; look at its dates of birth.",
    ["organisation", "knowledge"],
)
FLAGS = Counter("mash_agency_risks_flagged", "Risks sent before the full answer (H-09).", ["organisation"])
OPEN = Gauge(
    "mash_agency_requests_open",
    "Requests being looked up. As many as may be at once for minutes: the system of record is too slow, or hangs.",
    ["organisation"],
)
PARKED = Gauge(
    "mash_agency_records_parked",
    "Records that could not be handled and wait on the organisation's desk. Any: read the reason, mend, start again.",
    ["organisation"],
)
GAPS = Counter(
    "mash_agency_gaps", "Offsets that were missing twice: deleted by retention before they were read.", ["organisation"]
)
