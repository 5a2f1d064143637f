"""The one catalogue of metrics: type, meaning, and what to do when it moves. No label ever holds personal data.

Times of deadlines are bus time; everything else is real time.
"""

from prometheus_client import Counter, Gauge, Histogram

HANDLED = Counter("mash_records_handled", "Records handled, by service and topic.", ["service", "topic"])
DUPLICATES = Counter(
    "mash_records_repeated",
    "Records whose id was seen before. Some are ordinary (at-least-once); a stream: a service repeats itself.",
    ["service", "topic"],
)
PUBLISHED = Counter("mash_records_published", "Records acknowledged by the broker.", ["service", "topic"])
QUARANTINED = Counter(
    "mash_records_quarantined",
    "Records set aside. Any increase wants a look: `mashbus quarantine list`.",
    ["service", "reason", "organisation"],
)
DOOR_HALTED = Gauge(
    "mash_door_halted",
    "1 while an organisation's topics are halted: most of its records were unreadable. Its deadlines run.",
    ["organisation"],
)
WAITING = Gauge(
    "mash_records_waiting",
    "Records that wait in a casebook: quarantined, behind a quarantined one, or ahead of their case's opening.",
    ["service"],
)
RETRIES = Counter("mash_retries", "Passing faults met and retried, by class of fault.", ["service", "reason"])
LAG = Gauge(
    "mash_consumer_lag", "Records not yet handled. Rising for minutes: the service is stuck or too slow.", ["service"]
)
HANDLING = Histogram(
    "mash_batch_seconds",
    "Real seconds from a batch's arrival to its saved positions.",
    ["service"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
REBUILT = Counter(
    "mash_casebook_rebuilds", "Casebooks folded from the log again. Expected after a lost disk.", ["service"]
)

SLA_LABELS = ["partnership", "agency", "rag", "clock"]
SLA_OPEN = Gauge("mash_sla_open", "Deadlines running: armed and neither met nor lapsed.", SLA_LABELS)
SLA_NEXT_DUE = Gauge(
    "mash_sla_next_due_timestamp_seconds", "Bus time of the earliest running deadline; NaN where none runs.", SLA_LABELS
)
SLA_BREACHES = Counter("mash_sla_breaches", "Deadlines that passed with nothing received.", SLA_LABELS)
SLA_LATENESS = Histogram(
    "mash_sla_lateness_seconds",
    "Bus seconds between a lapse and the late answer.",
    SLA_LABELS,
    buckets=(60, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 72 * 3600, 168 * 3600),
)
BREACH_DELAY = Histogram(
    "mash_breach_delay_seconds",
    "Real seconds between a lapse and its breach event. Above a few seconds: the monitor waits for intake.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
MONITOR_BLIND = Gauge(
    "mash_monitor_blind",
    "1 while the deadline monitor can't see all answers. Breaches are late, not lost. Alert at once.",
)
CALENDAR_ENDS = Gauge(
    "mash_calendar_known_until_timestamp_seconds",
    "The last day whose holidays, closures and terms the profile knows. Less than a year ahead: give it the next year.",
    ["partnership"],
)
CANARY_FIRED = Gauge(
    "mash_canary_fired_timestamp_seconds",
    "Bus time at which the last canary was seen to lapse. Older than two of the profile's intervals, or absent: the "
    "monitor is dead or can't see. Alert at once.",
    ["partnership"],
)
CANARY_LATENESS = Gauge(
    "mash_canary_lateness_seconds", "Bus seconds between the last canary's instant and its firing.", ["partnership"]
)
SLA_MISSED = Gauge(
    "mash_sla_missed",
    "Lapses that should have been said by now and were not, counted anew from the folded story. Must be 0.",
    ["partnership"],
)
TIMELY_AFTER_BREACH = Counter(
    "mash_sla_false_breaches",
    "Breaches of answers that turned out timely. Must stay 0; look at replica health.",
    SLA_LABELS,
)
PARTNER_SILENT = Gauge(
    "mash_partner_silent",
    "1 while an organisation that owes answers consumes nothing, for the time its profile sets. Telephone it.",
    ["partnership", "agency"],
)

REFERRALS = Counter("mash_referrals_accepted", "Referrals acknowledged to their sender.", ["partnership", "channel"])
NOT_RECORDED = Counter(
    "mash_contacts_not_recorded",
    "Contacts that procedure says must not be recorded (C-06): their senders were told, and only this remains.",
    ["partnership", "rule"],
)
NOTIFICATIONS = Counter(
    "mash_police_rows", "Rows of police batches: accepted, not_recorded or refused.", ["partnership", "force", "fate"]
)
ENCOMPASS = Counter(
    "mash_encompass_children",
    "Children of school or nursery age in incidents of Operation Encompass: notified, or why nobody could be written "
    "to. not_verified, no_address, unknown_setting: keep the directory of settings. no_setting: ask the force for it.",
    ["partnership", "fate"],
)
ENCOMPASS_UNDELIVERED = Counter(
    "mash_encompass_undelivered",
    "Emails to key adults that failed or were never sent. Each was alarmed to the team; its deadline runs on.",
    ["partnership"],
)
EMAILS = Counter("mash_emails", "Emails by what became of them: sent or failed.", ["partnership", "kind", "fate"])
EMAILS_PUT_OFF = Counter(
    "mash_emails_put_off",
    "Tries after which an email waits and no email is at fault. away: the channel is down, or limits us; it passes. "
    "configuration: it refuses our key, template or sender; mend that, nothing is lost. unknown: no answer came.",
    ["partnership", "channel", "reason"],
)
EMAILS_REPEATED = Counter(
    "mash_emails_repeated",
    "Emails handed over again after an unknown result, under the same Message-ID or reference: maybe a copy too many.",
    ["partnership", "channel"],
)
EMAIL_RECEIPTS = Counter(
    "mash_email_receipts",
    "What channels said of emails they had taken. foreign: of emails that are not this partnership's on this bus; "
    "a stream of them: the callback of another account comes here. technical-failure: ask the channel's own support.",
    ["partnership", "channel", "status"],
)
VIEWS_READY = Gauge("mash_views_ready", "Partitions whose views are whole; below 12 readers get 503.", ["service"])

DIRECTORY_CHILDREN = Gauge("mash_directory_children", "Children in the directory, as this process has read it.")
DIRECTORY_IDENTIFIERS = Gauge("mash_directory_identifiers", "Exact identifiers that lead to them, local ids aside.")
DIRECTORY_CONTACTS = Gauge("mash_directory_contacts", "Claims of contacts that can be found again.")
DIRECTORY_LAG = Gauge(
    "mash_directory_lag",
    "Records of the directory not read yet. Above 0 for more than seconds: triage waits; look at the broker.",
)
DIRECTORY_UNREADABLE = Counter(
    "mash_directory_unreadable", "Records of the directory that could not be read. Must stay 0.", ["topic"]
)
HOLDINGS = Counter(
    "mash_holdings",
    "What case systems told of children: taken, old (the directory holds newer news) or refused.",
    ["partnership", "organisation", "fate"],
)
MATCHES_OFFERED = Counter(
    "mash_matches_offered",
    "People offered as perhaps a child of a contact. Many a day: raise the threshold.",
    ["partnership"],
)
MATCHES_DECIDED = Counter(
    "mash_matches_decided",
    "What people decided on offered matches: same or other. Nearly all other: raise the threshold (docs/matching.md).",
    ["partnership", "decided"],
)
MATCH_SECONDS = Histogram(
    "mash_match_seconds",
    "Real seconds to find and score who may be one child. Above a second: look at the machine; nobody waits for it.",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
