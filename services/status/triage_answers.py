"""What readers get of triage: what is recommended, which way a contact went, who was alerted, who must act now."""

from pydantic import BaseModel

from mashbus.domain.partnership import Partnership
from services.status.instants import Utc
from services.status.phrases import colour
from services.status.triaged import Alerted, Directed, Recommendation
from services.status.view import State, View

WAITING = frozenset({State.AWAITING_RATING, State.ENQUIRING, State.AWAITING_OUTCOME})
"""States in which somebody of the hub has to watch or act."""


class RecommendationAnswer(BaseModel):
    """What the partnership's rules recommend to whoever decides. What was decided stands beside it, once it was."""

    rag: str
    level: str | None
    pathways: tuple[str, ...]
    rule: str | None
    reasons: tuple[str, ...]
    held: tuple[str, ...]
    """Why the hub did not act on it by itself."""


class DirectedAnswer(BaseModel):
    """Another way than triage (J-02, J-22, H-07, G-22)."""

    contact_type: str
    title: str
    handling: str
    """responder, signposted, passed_on or answered."""
    team: str | None
    reason: str
    requirement: str


class AlertAnswer(BaseModel):
    at: Utc
    alert: str
    requirement: str
    teams: tuple[str, ...]
    reasons: tuple[str, ...]


def recommendation(said: Recommendation | None) -> RecommendationAnswer | None:
    return RecommendationAnswer.model_validate(vars(said)) if said else None


def directed(said: Directed | None, partnership: Partnership) -> DirectedAnswer | None:
    if said is None:
        return None
    kind = partnership.contact_types.get(said.contact_type)
    return DirectedAnswer.model_validate(
        {**vars(said), "title": kind.title if kind else said.contact_type, "team": team(said.team, partnership)}
    )


def alert(said: Alerted, partnership: Partnership) -> AlertAnswer:
    teams = tuple(team(one, partnership) or one for one in said.teams)
    return AlertAnswer.model_validate({**vars(said), "teams": teams})


def team(name: str | None, partnership: Partnership) -> str | None:
    """Its title; a team that the profile no longer has keeps its name."""
    known = partnership.teams.get(name or "")
    return known.title if known else name


def organisation(name: str, partnership: Partnership) -> str:
    known = partnership.organisation(name)
    return known.name if known else name


def pathways(names: tuple[str, ...], partnership: Partnership) -> str:
    known = partnership.pathways
    return ", ".join(known[name].title if name in known else name for name in names) or "no pathway"


def awaiting(view: View, partnership: Partnership) -> tuple[str, ...]:
    """Why a person must look at the case now, most urgent first; empty: nobody has to."""
    if view.state is State.DIRECTED and view.directed:
        whom = team(view.directed.team, partnership) or "whoever took it"
        return (f"{whom}: {view.directed.reason}",)
    if view.state not in WAITING:
        return ()
    flagged = (f"{organisation(one, partnership)} flagged a risk" for one in sorted(view.flagged))
    harm = ("immediate harm is reported",) if view.immediate_harm else ()
    return (*harm, *flagged, *_whose_turn(view, partnership))


def _whose_turn(view: View, partnership: Partnership) -> tuple[str, ...]:
    if view.state is State.AWAITING_OUTCOME:
        return ("a manager's outcome",)
    if view.state is State.ENQUIRING:
        names = "; ".join(organisation(one.organisation, partnership) for one in view.case.awaited)
        return (f"answers of {names}",) if names else ()
    joint = ("joint triage with the decision maker",) if view.joint_triage else ()
    said = view.recommended
    if said is None or not said.rule:
        return (*joint, "a person's rating: no rule recommends one", *(said.held if said else ()))
    asked = f"{colour(said.rag, said.level)}, {pathways(said.pathways, partnership)}"
    return (*joint, f"a person's word on the recommendation: {asked}", *said.held)
