"""What the hub's people decide in the demonstration, from their own profile: its colours, levels, pathways, outcomes.

What is decided depends on the case's id alone, and on how often the bus has refused a decision on it: somebody else
then decides otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from mashbus.contracts import hub
from mashbus.domain.partnership import Partnership, Pathway
from mashbus.domain.procedure import OUTCOME, ROUTING, Guard, MilestoneKind
from mashbus.domain.rules import Facts
from mashbus.domain.vocabulary import LawfulBasis, Rag
from mashbus.synthetic.chance import chance

Body = dict[str, Any]
NOTHING: Facts = {}
MILESTONES = "milestones"
"""The fact: names of those that were recorded."""
LAWFUL_BASIS, NONE_OF = "lawful_basis", "none_of"

SHARES = {Rag.RED: 1, Rag.AMBER: 5, Rag.GREEN: 5, Rag.BLUE: 1}
"""How often a person gives each colour."""
ASKS, ASKS_NOBODY = 3, 2
"""Weights of pathways."""
OTHERWISE = 0.1
"""Share of recommendations that a person does not follow."""
NOT_TOLD = 0.06
RATIONALE = "Read with the duty worker: the picture calls for this. (synthetic)"
CONFIRMED = "Read with the duty worker: as recommended. (synthetic)"
OUTCOME_RATIONALE = "Decided on the referral and on what the agencies returned. (synthetic)"
ENOUGH_RATIONALE = "What is known suffices; the answer that is missing would change nothing. (synthetic)"
NOT_TOLD_REASON = "Telling the referrer would put the child at risk. (synthetic)"


TRIES = 24
"""So many decisions are thought of before one is sent that the profile's own guards would refuse."""


@dataclass(frozen=True)
class Decision:
    """Who takes it, and the body that is sent."""

    role: str
    body: Body


@dataclass(frozen=True)
class Chooser:
    partnership: Partnership

    def rated(
        self, case_id: str, *, urgent: bool, recommended: hub.RoutingRecommended | None = None, refused: int = 0,
        known: Facts = NOTHING,
    ) -> Decision:  # fmt: skip
        """A rating: what is recommended, mostly, or a person's own view. `urgent`: immediate harm."""
        drawn: list[Decision] = []
        if recommended and recommended.pathways and not refused and chance("follows", case_id).random() >= OTHERWISE:
            body = self._confirmed(recommended, chance("confirmed", case_id))
            drawn += [Decision(role, body) for role in self.roles("rating")]
        for number in range(TRIES):
            body = self._own_view(chance("rating", case_id, refused, number), urgent=urgent)
            drawn += [Decision(role, body) for role in self.roles("rating", refused)]
        return next((one for one in drawn if self.wanting(one, known) is not None), drawn[0])

    def decided(self, case_id: str, pathways: Sequence[str], refused: int = 0, known: Facts = NOTHING) -> Decision:
        """An outcome: one of those that belong to the case's pathways."""
        drawn: list[Decision] = []
        for number in range(TRIES):
            body = self._outcome(chance("outcome", case_id, refused, number), pathways)
            drawn += [Decision(role, body) for role in self.roles("outcome", refused)]
        return next((one for one in drawn if not self._refusals(OUTCOME, one, known, pathways)), drawn[0])

    def wanting(self, decision: Decision, known: Facts) -> Sequence[MilestoneKind | LawfulBasis] | None:
        """What must be on record before this rating counts (C-01, G-20); None: a guard refuses it whatever is."""
        holding = self._refusals(ROUTING, decision, known, decision.body.get("pathways", ()))
        found = [self._remedy(guard) for guard in holding]
        return None if None in found else [one for one in found if one]

    def _remedy(self, guard: Guard) -> MilestoneKind | LawfulBasis | None:
        """What a person can record so that the guard holds no longer."""
        for one in guard.conditions:
            names = one.value if isinstance(one.value, frozenset) else frozenset({str(one.value)})
            if one.fact == MILESTONES and one.test == NONE_OF:
                return next((kind for name, kind in self.partnership.milestones.items() if name in names), None)
            if one.fact == LAWFUL_BASIS and one.test == NONE_OF:
                return next((basis for basis in LawfulBasis if basis.value in names), None)
        return None

    def enough(self) -> Decision:
        return Decision(self.roles("enough")[0], {"rationale": ENOUGH_RATIONALE})

    def roles(self, kind: str, refused: int = 0) -> Sequence[str]:
        """Who decides: first of all somebody who may decide everything; after a refusal somebody else."""
        decides = self.partnership.decides
        everything = frozenset.intersection(*(decides[one] for one in ("rating", "outcome", "enough")))
        roles = sorted(decides[kind], key=lambda role: (role not in everything, role))
        first = refused % len(roles)
        return [*roles[first:], *roles[:first]]

    def _refusals(self, of: str, decision: Decision, known: Facts, case_pathways: Sequence[str]) -> Sequence[Guard]:
        """The guards that hold, as far as what is known of the case and of the decision tells."""
        body = decision.body
        asks = any(self.partnership.pathways[name].asks for name in body.get("pathways", ()))
        facts: Facts = {
            **known,
            "role": decision.role,
            "rag": body.get("rag"),
            "level": body.get("level"),
            "pathways": frozenset(body.get("pathways", ())),
            "case_pathways": frozenset(case_pathways),
            "asks": asks and body.get("rag") not in self.partnership.asks_nobody,
            "outcomes": frozenset(body.get("outcomes", ())),
        }
        return [
            guard
            for guard in self.partnership.guards
            if guard.of == of and all(one.fact in facts and one.holds(facts) for one in guard.conditions)
        ]

    def _confirmed(self, recommended: hub.RoutingRecommended, draw: Random) -> Body:
        rag = self._colour_of(recommended, draw)
        return self._body(rag, recommended.pathways, recommended.level, CONFIRMED)

    def _own_view(self, draw: Random, *, urgent: bool) -> Body:
        pathway = self._pathway(draw, urgent=urgent)
        rag = self._colour(draw, urgent=urgent, asks=bool(pathway.asks))
        return self._body(rag, (pathway.name,), pathway.level, RATIONALE)

    def _outcome(self, draw: Random, pathways: Sequence[str]) -> Body:
        body: Body = {"outcomes": [draw.choice(self.outcomes(pathways))], "rationale": OUTCOME_RATIONALE}
        if draw.random() < NOT_TOLD:
            return body | {"tell_referrer": False, "not_told_reason": NOT_TOLD_REASON}
        return body | {"tell_referrer": True}

    def outcomes(self, pathways: Sequence[str]) -> Sequence[str]:
        """Codes that may end a case on these pathways."""
        return [
            one.name
            for one in self.partnership.outcomes.values()
            if not one.belongs_to or set(one.belongs_to) & set(pathways)
        ] or list(self.partnership.outcomes)

    def _pathway(self, draw: Random, *, urgent: bool) -> Pathway:
        """The likelier the more it asks; what threatens a child now goes to the one that asks most."""
        pathways = list(self.partnership.pathways.values())
        if urgent:
            return max(pathways, key=lambda one: len(one.asks))
        return draw.choices(pathways, [ASKS if one.asks else ASKS_NOBODY for one in pathways])[0]

    def _colour(self, draw: Random, *, urgent: bool, asks: bool) -> Rag:
        ratings = self.partnership.ratings
        if not ratings:
            return Rag.NONE
        if urgent:
            return Rag.RED if Rag.RED in ratings else ratings[0]
        fitting = [one for one in ratings if not asks or one not in self.partnership.asks_nobody] or list(ratings)
        return draw.choices(fitting, [SHARES.get(one, 1) for one in fitting])[0]

    def _colour_of(self, recommended: hub.RoutingRecommended, draw: Random) -> Rag:
        if recommended.rag in self.partnership.ratings:
            return recommended.rag
        asks = any(self.partnership.pathways[name].asks for name in recommended.pathways)
        return self._colour(draw, urgent=False, asks=asks)

    def _body(self, rag: Rag, pathways: Sequence[str], level: str | None, rationale: str) -> Body:
        body: Body = {"rag": rag.value, "pathways": list(pathways), "rationale": rationale}
        return body | ({"level": level} if level and self.partnership.levels else {})
