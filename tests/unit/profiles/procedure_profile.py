"""Tables of a procedure to be spoiled line by line, after those of `written_profile`."""

from written_profile import TEXT

MORE = """\

[roles]
mash_manager = "MASH manager"

[triage]
routes = "manager"
asks_nobody = ["green"]

[levels]
"1" = "Universal"
"2" = "Early help"

[milestones.incident]
title = "An incident"
requirement = "S-04"
roles = ["mash_manager"]
alerts = ["duty"]

[milestones.school-told]
title = "The school told"
requirement = "S-04"
roles = ["mash_manager"]
answers = "incident"

[clocks.answering]
requirement = "S-06"
anchor = "receipt"
started_by = "contact_type"
owner = "hub"
met_by = ["OutcomeDecided"]
amount = { hours = 10, decision_margin = "30m" }

[contact_types.information]
title = "A request for information"
handling = "answered"
team = "duty"
clocks = ["answering"]
requirement = "S-06"
reason = "It is answered."
provided = { children = { below = 9 } }

[pathways.closure]
title = "Closure"
asks = []
clocks = []
level = "1"
closes_with = "advice-given"

[[rules]]
name = "neglect"
when = { factors = { any = ["16A"] }, youngest_age = { below = 5 } }
rag = "red"
level = "2"
pathways = ["mash"]
reason = "Neglect of a young child."

[[rules]]
name = "universal"
when = { category_of_need = { is = "N9" } }
rag = "green"
pathways = ["closure"]
reason = "No child in need."

[[indicators]]
name = "abuse"
title = "Abuse"
when = { factors = [{ any = ["18B"] }, { any = ["18C"] }] }

[[alerts]]
name = "harm"
requirement = "S-07"
on = "opening"
when = { immediate_harm = { is = true } }
to = ["duty"]
reason = "Harm."

[[guards]]
name = "sign-off"
requirement = "S-08"
of = "routing"
when.role.is_not = "mash_manager"
when.rag.is = "red"
reason = "A manager's."

[[insists]]
items = ["consent.reason"]
when = { consent = { any = ["refused"] } }
requirement = "S-09"

[[not_recorded]]
name = "not-sought"
requirement = "S-10"
notice = "Not recorded."

[not_recorded.when]
consent = { is = "not_sought" }

[calls]
topics = { threshold = "A threshold" }
outcomes = { advised = "Advised" }
roles = ["mash_manager"]

[teams.duty]
title = "Duty"
email = "duty@hub.example"

[outcomes.advice-given]
says = "Advice was given, and the case closed."
ends = ["closure", "information"]

[messages.alert]
subject = "Now: $reference"
body = "$reason"

[messages.returned]
subject = "More is needed: $reference"
body = "$missing"

[messages.directed]
subject = "What happens with $reference"
body = "$title: $reason"

[messages.passed_on]
subject = "For you: $reference"
body = "$title: $reason"
"""
WHOLE = TEXT + MORE


def spoiled(old: str, new: str) -> str:
    assert WHOLE.count(old) == 1, old
    return WHOLE.replace(old, new)
