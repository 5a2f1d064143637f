"""A partnership's own words for what the log counts: what its profile calls a pathway, a clock, an outcome."""

from dataclasses import dataclass

from mashbus.demo.tally import BY_A_PERSON, NO_RULE
from mashbus.domain.partnership import Partnership

SAID = {BY_A_PERSON: "A person rated it.", NO_RULE: "No rule holds: the person decides alone."}


@dataclass(frozen=True)
class Words:
    """Each takes a name of the log; one that the profile does not know is said as it is."""

    partnership: Partnership

    def organisation(self, name: str) -> str:
        found = self.partnership.organisation(name)
        return found.name if found else name

    def pathway(self, name: str) -> str:
        found = self.partnership.pathways.get(name)
        return found.title if found else name

    def level(self, name: str) -> str:
        title = self.partnership.levels.get(name)
        return f"{name}: {title}" if title else name

    def outcome(self, name: str) -> str:
        found = self.partnership.outcomes.get(name)
        return found.says if found else name

    def clock(self, name: str) -> str:
        """With the requirement that sets it."""
        found = self.partnership.clocks.get(name)
        return f"{name.replace('-', ' ')} ({found.requirement})" if found else name

    def rule(self, name: str) -> str:
        """Why a rule, or the kind of contact it is, sends cases where it does; a person's own decision is that."""
        if name in SAID:
            return SAID[name]
        reasons = (one.reason for one in self.partnership.rules if one.name == name)
        return next(reasons, self.contact_type(name))

    def passing_on(self, name: str, *, instead: bool) -> str:
        """Why, and what the hub then did."""
        found = next((one for one in self.partnership.passes_on if one.name == name), None)
        then = "nobody was asked" if instead else "the case went on besides"
        return f"{found.reason} ({found.requirement}): {then}" if found else f"{name}: {then}"

    def alert(self, name: str) -> str:
        """Why, and who was told."""
        found = next((one for one in self.partnership.alerts if one.name == name), None)
        teams = [self.partnership.teams[one].title for one in found.teams] if found else []
        return f"{found.reason} ({found.requirement}: {', '.join(teams)})" if found else name

    def contact_type(self, name: str) -> str:
        found = self.partnership.contact_types.get(name)
        return f"{found.title} ({found.requirement})" if found else name

    def milestone(self, name: str) -> str:
        found = self.partnership.milestones.get(name)
        return found.title if found else name.replace("-", " ")

    def topic(self, name: str) -> str:
        return self.partnership.calls.topics.get(name, name) if self.partnership.calls else name

    def not_recorded(self, name: str) -> str:
        found = next((one for one in self.partnership.not_recorded if one.name == name), None)
        return f"{name.replace('-', ' ')} ({found.requirement})" if found else name
