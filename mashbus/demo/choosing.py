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
from mashbus.domain.vocabulary import Rag
from mashbus.synthetic.chance import chance

Body = dict[str, Any]

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


@dataclass(frozen=True)
class Chooser:
    partnership: Partnership

    def role(self, kind: str, refused: int = 0) -> str:
        """Who decides: first of all somebody who may decide everything; after a refusal somebody else."""
        decides = self.partnership.decides
        everything = frozenset.intersection(*(decides[one] for one in ("rating", "outcome", "enough")))
        roles = sorted(decides[kind], key=lambda role: (role not in everything, role))
        return roles[refused % len(roles)]

    def rating(
        self, case_id: str, *, urgent: bool, recommended: hub.RoutingRecommended | None = None, refused: int = 0
    ) -> Body:
        """The body of a rating: what is recommended, mostly, or a person's own view. `urgent`: immediate harm."""
        draw = chance("rating", case_id, refused)
        if recommended and recommended.pathways and not refused and draw.random() >= OTHERWISE:
            return self._body(self._colour_of(recommended, draw), recommended.pathways, recommended.level, CONFIRMED)
        pathway = self._pathway(draw, urgent=urgent)
        rag = self._colour(draw, urgent=urgent, asks=bool(pathway.asks))
        return self._body(rag, (pathway.name,), pathway.level, RATIONALE)

    def outcome(self, case_id: str, pathways: Sequence[str], refused: int = 0) -> Body:
        """The body of an outcome: one of those that belong to the case's pathways."""
        draw = chance("outcome", case_id, refused)
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
