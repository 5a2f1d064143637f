"""Whether where a case was sent is its outcome too (M-09): triage and outcomes must read it alike.

A person's re-rating and the closing are decided by two services. Triage therefore takes up no further rating of a case
that closes: it is refused once the case has its outcome, and never acted on beside it.
"""

from mashbus.domain.case import Case
from mashbus.domain.partnership import Partnership


def closes_with(case: Case, partnership: Partnership) -> tuple[str, ...]:
    """The outcomes that routing it this way is; none where any of its ways leaves something to decide, or a rule
    routed it.
    """
    ways = [partnership.pathways[one].closes_with for one in case.pathways]
    return tuple(dict.fromkeys(one for one in ways if one)) if all(ways) and case.routed_by else ()
