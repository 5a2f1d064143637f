"""What of a contact means nothing to its partnership: names that the profile doesn't have, views of nobody's, a call
that can't be.

A contact with such a name is refused like one with a code that doesn't exist, naming those there are: the sender hears
it at once and mends it. Taken in silence, a mistyped indicator would call nobody, and a mistyped contact type would be
triaged as what it is not. A report of immediate harm is taken all the same (promise P8): it is triaged whatever it is
called, so what means nothing is left out, and the sender is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mashbus.bus.http.problems import Fault
from mashbus.contracts.reference import NotAReference, parsed_call, prefix_of
from mashbus.domain.partnership import Partnership
from mashbus.domain.referral import Child, ChildView
from services.intake.profile_names import places, strangers

Said = Mapping[str, Any]
"""A contact's own fields, as ReferralReceived names them."""


def meaningless(said: Said, partnership: Partnership) -> Sequence[Fault]:
    """Every fault at once."""
    kind = {"/contact_type": said["contact_type"]} if said["contact_type"] is not None else {}
    signs = [one.name for one in partnership.indicators]
    return [
        *strangers(kind, partnership.contact_types, "contact type"),
        *strangers(places("/indicators", said["indicators"]), signs, "indicator"),
        *_nobodys(said["views"], said["children"]),
        *_no_call(said["call_reference"], partnership),
    ]


def without_the_meaningless(said: Said, partnership: Partnership) -> Said:
    """As it is taken where it can't wait until somebody has mended it."""
    signs = {one.name for one in partnership.indicators}
    kind = said["contact_type"]
    return {
        **said,
        "contact_type": kind if kind in partnership.contact_types else None,
        "indicators": tuple(one for one in said["indicators"] if one in signs),
        "views": tuple(one for one in said["views"] if 0 <= one.child < len(said["children"])),
        "call_reference": _call(said["call_reference"], partnership),
    }


def _nobodys(views: Sequence[ChildView], children: Sequence[Child]) -> Iterable[Fault]:
    for index, view in enumerate(views):
        if not 0 <= view.child < len(children):
            remedy = "send the child's place among `children`, from 0"
            yield Fault(f"/views/{index}/child", "there is no such child in the referral", remedy)


def _no_call(quoted: str | None, partnership: Partnership) -> Iterable[Fault]:
    """Whether the call is known is not asked here: a report says it (G-15)."""
    if not (quoted and quoted.strip()):
        return
    if not (partnership.calls and partnership.calls.quoted):
        problem = "calls of the advice line are not quoted in this partnership: none is on a child's record"
        yield Fault("/call_reference", problem, "leave it out")
    elif _call(quoted, partnership) is None:
        begins = f"{prefix_of(partnership.name)}-CALL"
        remedy = f"look at it again, letter by letter (it begins with {begins}), or leave it out"
        yield Fault("/call_reference", f"is no reference of a call here: {_why(quoted)}", remedy)


def _call(quoted: str | None, partnership: Partnership) -> str | None:
    """As we write it; none where it can't be one of this partnership's calls (H-14, J-21)."""
    if quoted is None or not (partnership.calls and partnership.calls.quoted):
        return None
    try:
        reference = parsed_call(quoted)
    except NotAReference:
        return None
    return reference if reference.startswith(prefix_of(partnership.name)) else None


def _why(quoted: str) -> str:
    try:
        parsed_call(quoted)
    except NotAReference as fault:
        return str(fault)
    return "it is another partnership's"
