"""A whole profile: every fault of it at once, or the plain values that the domain works with."""

from collections.abc import Iterator, Mapping
from datetime import date

from mashbus.domain.clocks import Readings, WorkingTime
from mashbus.domain.completeness import REQUIRABLE
from mashbus.domain.partnership import Partnership, Pathway
from mashbus.domain.procedure import Setting
from mashbus.domain.vocabulary import Rag
from mashbus.profiles.agreeing_clocks import clock_faults, time_faults
from mashbus.profiles.agreeing_memory import encompass_faults, known_faults, meeting_faults
from mashbus.profiles.agreeing_parties import contact_faults, message_faults, milestone_faults, pathway_faults
from mashbus.profiles.agreeing_rules import rule_faults
from mashbus.profiles.areas import Districts
from mashbus.profiles.calendars import HoursText
from mashbus.profiles.named import unknown
from mashbus.profiles.roles import role_faults
from mashbus.profiles.tables import Fault
from mashbus.profiles.written import Written

_AGREEING = (
    time_faults, clock_faults, pathway_faults, rule_faults, contact_faults, milestone_faults, role_faults,
    message_faults, known_faults, meeting_faults, encompass_faults,
)  # fmt: skip


class ProfileText(Written):
    def faults(self) -> Iterator[Fault]:
        yield from unknown(("required",), self.required, REQUIRABLE, "a referral has no")
        for judge in _AGREEING:
            yield from judge(self)

    def partnership(
        self, version: str, districts: Districts | None = None, settings: Mapping[str, Setting] | None = None
    ) -> Partnership:
        """Plain values for the domain. `districts`: the table of postcodes, where the profile has an [area].

        `settings`: schools and nurseries by number, where it has [encompass].
        """
        time = self._time(self.hours)
        return Partnership(
            name=self.name,
            title=self.title,
            version=version,
            zone=self.zone,
            time=time,
            reception=self._time(self.reception) if self.reception else None,
            calendar_known_until=self.calendar.known_until or date.max,
            silent_after=self.monitor.silent_after,
            canary_every=self.monitor.canary_every,
            ratings=tuple(map(Rag, self.ratings)),
            levels=self.levels,
            routes=self.triage.routes,
            asks_nobody=frozenset(map(Rag, self.triage.asks_nobody)),
            pathways={name: Pathway(name=name, **one.model_dump()) for name, one in self.pathways.items()},
            clocks={name: one.clock(name, time) for name, one in self.clocks.items()},
            rules=tuple(one.rule() for one in self.rules),
            indicators=tuple(one.indicator() for one in self.indicators),
            contact_types={name: one.contact_type(name) for name, one in self.contact_types.items()},
            alerts=tuple(one.alert() for one in self.alerts),
            guards=tuple(one.guard() for one in self.guards),
            insists=tuple(one.insistence() for one in self.insists),
            not_recorded=tuple(one.not_recorded() for one in self.not_recorded),
            milestones={name: one.milestone(name) for name, one in self.milestones.items()},
            calls=self.calls.calls(self._time(self.calls.hours) if self.calls.hours else None) if self.calls else None,
            area=self.area.area(districts) if self.area and districts else None,
            known=self.known.known(),
            passes_on=tuple(one.passing_on() for one in self.passes_on),
            meetings={name: one.meeting(name) for name, one in self.meetings.items()},
            encompass=self.encompass.encompass(settings or {}) if self.encompass else None,
            suppress_below=self.reports.suppress_below,
            teams={name: one.team(name) for name, one in self.teams.items()},
            roles=self.roles,
            required=self.required,
            organisations=tuple(one.organisation() for one in self.organisations),
            outcomes={name: one.outcome(name) for name, one in self.outcomes.items()},
            decides={str(kind): roles for kind, roles in self.decides.items()},
            messages={kind: one.message() for kind, one in self.messages.items()},
        )

    def _time(self, hours: HoursText) -> WorkingTime:
        return WorkingTime(
            calendar=self.calendar.calendar(self.zone, hours.week),
            school=self.school.school() if self.school else None,
            readings=Readings(**self.readings.model_dump()),
        )
