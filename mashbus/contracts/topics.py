"""The names of the topics. What they hold and keep is data: schemas/topics.toml."""

REFERRALS = "mash.referrals"
POLICE_NOTIFICATIONS = "mash.police-notifications"
CASES = "mash.cases"
BREACHES = "mash.breaches"
EMAILS = "mash.emails"
HUB = "mash.hub"
DIRECTORY = "mash.directory"
CONTACTS = "mash.contacts"
QUARANTINE = "mash.quarantine"

PARTITIONS = 12
"""Every topic, for life: one instance owns a case in all of them."""


def requests_of(organisation: str) -> str:
    return f"agency.{organisation}.requests"


def responses_of(organisation: str) -> str:
    return f"agency.{organisation}.responses"


def submissions_of(organisation: str) -> str:
    return f"agency.{organisation}.submissions"


def organisation_of(topic: str) -> str | None:
    """Whose topic it is; none for the hub's own. The only source of an organisation's identity."""
    prefix, _, rest = topic.partition(".")
    return rest.rpartition(".")[0] if prefix == "agency" else None
