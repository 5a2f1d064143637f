"""What of a contact means nothing to its partnership: names that the profile doesn't have, views of nobody's.

A contact with such a name is refused like one with a code that doesn't exist, naming those there are: the sender hears
it at once and mends it. Taken in silence, a mistyped indicator would call nobody, and a mistyped contact type would be
triaged as what it is not. A report of immediate harm is taken all the same (promise P8): it is triaged whatever it is
called, so what means nothing is left out, and the sender is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mashbus.bus.http.problems import Fault
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
    }


def _nobodys(views: Sequence[ChildView], children: Sequence[Child]) -> Iterable[Fault]:
    for index, view in enumerate(views):
        if not 0 <= view.child < len(children):
            remedy = "send the child's place among `children`, from 0"
            yield Fault(f"/views/{index}/child", "there is no such child in the referral", remedy)
