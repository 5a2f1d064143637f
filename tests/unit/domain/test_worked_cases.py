"""Deadlines worked by hand from calendars, for each procedure, under the number of its requirement.

Nobody computed these: each was counted off a calendar on paper. All instants are local, with the weekday and the offset then in
force, and the test checks those two first. A dash: no time runs. Changing a row means that somebody counted again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from mashbus.domain.clocks import (
    Amount,
    Anchor,
    Calendar,
    CalendarEnds,
    Clock,
    Hours,
    Kind,
    Readings,
    UnknownColour,
    WorkingTime,
    computed,
    due,
    rerated,
    resumed,
    time_left,
)
from mashbus.domain.deadline import Deadline
from mashbus.domain.partnership import Partnership
from mashbus.domain.vocabulary import Rag
from mashbus.profiles import load

PARTNERSHIPS = Path(__file__).parents[3] / "partnerships"
FIXTURES = ("luton", "surrey")
SUBJECT = UUID(int=7)
HOUR = timedelta(hours=1)

JERSEY = """
J-09 | agency-response red | Tue 2026-03-10T10:00+00:00 | Tue 2026-03-10T14:00+00:00 | a plain morning
J-09 | agency-response red | Fri 2026-05-08T16:00+01:00 | Fri 2026-05-08T20:00+01:00 | four hours do not stop at closing
J-09 | agency-response red | Sat 2026-03-28T23:30+00:00 | Sun 2026-03-29T04:30+01:00 | one to two o'clock does not exist
J-09 | agency-response red | Sun 2026-10-25T00:30+01:00 | Sun 2026-10-25T03:30+00:00 | one to two o'clock comes twice
J-09 | mash-decision red | Fri 2026-12-25T22:15:00.000001+00:00 | Sat 2026-12-26T02:15:00.000001+00:00 | Christmas night
J-09 | mash-decision red | Tue 2024-12-31T21:00+00:00 | Wed 2025-01-01T01:00+00:00 | into the new year
J-09 | mash-decision amber | Tue 2026-03-10T10:00+00:00 | - | only red has a decision time
J-09 | mash-decision green | Tue 2026-03-10T10:00+00:00 | - | only red has a decision time
J-11 | agency-response amber | Thu 2026-01-15T16:45+00:00 | Fri 2026-01-16T16:30+00:00 | reading 2: Friday closes before 16:45
J-11 | agency-response amber | Thu 2026-01-15T16:30+00:00 | Fri 2026-01-16T16:30+00:00 | the same time is Friday's closing
J-11 | agency-response amber | Fri 2026-01-16T16:29:59.999999+00:00 | Mon 2026-01-19T16:29:59.999999+00:00 | a tick before
J-11 | agency-response amber | Fri 2026-01-16T16:30+00:00 | Tue 2026-01-20T08:30+00:00 | at closing it is closed: from Monday's opening
J-11 | agency-response amber | Sat 2026-01-17T12:00+00:00 | Tue 2026-01-20T08:30+00:00 | reading 3: Saturday is Monday's opening
J-11 | agency-response amber | Mon 2026-01-19T08:29:59.999999+00:00 | Tue 2026-01-20T08:30+00:00 | a tick before opening
J-11 | agency-response amber | Mon 2026-01-19T08:30+00:00 | Tue 2026-01-20T08:30+00:00 | exactly at opening
J-11 | agency-response amber | Wed 2024-05-08T10:00+01:00 | Fri 2024-05-10T10:00+01:00 | Thursday is Liberation Day
J-11 | agency-response amber | Wed 2024-05-08T16:45+01:00 | Fri 2024-05-10T16:30+01:00 | Liberation Day, then Friday's early closing
J-11 | agency-response amber | Fri 2025-05-09T11:00+01:00 | Tue 2025-05-13T08:30+01:00 | asked on Liberation Day, a Friday
J-11 | agency-response amber | Mon 2028-05-08T09:00+01:00 | Wed 2028-05-10T09:00+01:00 | Tuesday is Liberation Day
J-11 | agency-response amber | Fri 2026-05-08T10:00+01:00 | Mon 2026-05-11T10:00+01:00 | Liberation Day on a Saturday moves nothing
J-11 | agency-response amber | Thu 2026-04-02T15:00+01:00 | Tue 2026-04-07T15:00+01:00 | Good Friday to Easter Monday
J-11 | agency-response amber | Thu 2026-12-24T09:30+00:00 | Tue 2026-12-29T09:30+00:00 | Boxing Day's substitute is Monday
J-11 | agency-response amber | Fri 2024-07-12T10:00+01:00 | Tue 2024-07-16T10:00+01:00 | the King's visit: Jersey's own holiday
J-11 | agency-response amber | Fri 2026-03-27T10:00+00:00 | Mon 2026-03-30T10:00+01:00 | the same local time in summer time
J-11 | agency-response amber | Wed 2025-12-31T16:59+00:00 | Fri 2026-01-02T16:30+00:00 | New Year's Day, then Friday's early closing
J-12 | agency-response green | Tue 2026-03-10T10:00+00:00 | - | no request is sent
"""

HACKNEY = """
H-06 | csc-screening | Thu 2026-12-24T16:59:59.999999+00:00 | Fri 2026-12-25T16:59:59.999999+00:00 | elapsed, whoever is there
H-06 | csc-screening | Mon 2028-02-28T18:00+00:00 | Tue 2028-02-29T18:00+00:00 | a leap day
H-06 | csc-screening | Sun 2024-03-31T00:59:59.999999+00:00 | Mon 2024-04-01T01:59:59.999999+01:00 | a tick before the change
H-06 | early-help-screening | Fri 2024-12-27T09:00+00:00 | Mon 2024-12-30T09:00+00:00 | over a weekend
H-06 | early-help-screening | Thu 2027-12-30T12:00+00:00 | Sun 2028-01-02T12:00+00:00 | over the year's end
H-07 | information-to-hub | Mon 2026-02-02T09:00+00:00 | Mon 2026-02-16T09:00+00:00 | exactly at opening: two plain weeks
H-07 | information-to-hub | Tue 2025-12-16T14:20+00:00 | Fri 2026-01-02T14:20+00:00 | 25, 26 December and 1 January are none
H-07 | information-to-hub | Fri 2026-03-20T16:00+00:00 | Tue 2026-04-07T16:00+01:00 | summer time, Good Friday and Easter Monday
H-07 | information-to-hub | Sat 2026-05-23T10:00+01:00 | Tue 2026-06-09T09:00+01:00 | from Tuesday: Monday is the spring bank holiday
H-07 | information-to-hub | Fri 2026-01-09T17:00+00:00 | Mon 2026-01-26T09:00+00:00 | at closing: from Monday's opening
H-07 | information-to-hub | Fri 2026-01-09T16:59:59.999999+00:00 | Fri 2026-01-23T16:59:59.999999+00:00 | a tick before
H-07 | information-to-hub | Mon 2027-12-20T11:00+00:00 | Thu 2028-01-06T11:00+00:00 | three substitute days: 27, 28 December, 3 January
H-07 | information-to-hub | Wed 2026-10-21T10:00+01:00 | Wed 2026-11-04T10:00+00:00 | the same local time in winter time
H-08 | agency-response red | Fri 2026-01-16T16:59+00:00 | Fri 2026-01-16T20:59+00:00 | through closing
H-08 | agency-response red | Sat 2027-10-30T23:00+01:00 | Sun 2027-10-31T02:00+00:00 | the autumn change
H-08 | agency-response amber | Sat 2026-03-28T12:00+00:00 | Sun 2026-03-29T13:00+01:00 | 24 hours, not the same local time
H-08 | agency-response amber | Mon 2025-08-25T03:04:05.678901+01:00 | Tue 2025-08-26T03:04:05.678901+01:00 | a bank holiday
H-08 | agency-response green | Fri 2026-10-23T17:00+01:00 | Mon 2026-10-26T16:00+00:00 | 72 hours over the autumn change
"""

MEDWAY = """
M-03 | acknowledgement | Thu 2025-01-09T11:11:11+00:00 | Fri 2025-01-10T11:11:11+00:00 | a plain day
M-03 | acknowledgement | Thu 2025-01-09T09:00+00:00 | Fri 2025-01-10T09:00+00:00 | exactly at opening
M-03 | acknowledgement | Thu 2025-01-09T08:59:59.999999+00:00 | Fri 2025-01-10T09:00+00:00 | a tick before opening
M-03 | acknowledgement | Thu 2025-01-09T17:00+00:00 | Mon 2025-01-13T09:00+00:00 | at closing: from Friday's opening
M-03 | acknowledgement | Thu 2025-01-09T16:59:59.999999+00:00 | Fri 2025-01-10T16:59:59.999999+00:00 | a tick before closing
M-03 | acknowledgement | Sun 2025-04-20T10:00+01:00 | Wed 2025-04-23T09:00+01:00 | Easter Sunday is Tuesday's opening
M-03 | acknowledgement | Tue 2024-12-24T16:30+00:00 | Fri 2024-12-27T16:30+00:00 | Christmas and Boxing Day
M-03 | acknowledgement | Mon 2024-01-01T00:00+00:00 | Wed 2024-01-03T09:00+00:00 | the first instant that every clock knows
M-04 | first-decision | Sat 2025-03-29T23:00+00:00 | Mon 2025-03-31T00:00+01:00 | 24 hours over the spring change
M-04 | first-decision | Sat 2025-10-25T23:30+01:00 | Sun 2025-10-26T22:30+00:00 | 24 hours over the autumn change
M-05 | written-outcome | Mon 2025-08-18T15:45+01:00 | Tue 2025-08-26T15:45+01:00 | the summer bank holiday
M-05 | written-outcome | Fri 2028-12-22T12:00+00:00 | Wed 2029-01-03T12:00+00:00 | 25, 26 December and 1 January
M-05 | written-outcome | Sat 2024-03-30T10:00+00:00 | Tue 2024-04-09T09:00+01:00 | from Tuesday after Easter, in summer time
M-12 | escalation-stage | Fri 2024-04-26T13:00+01:00 | Fri 2024-05-03T13:00+01:00 | a plain week
M-12 | escalation-stage | Tue 2024-04-30T10:00+01:00 | Wed 2024-05-08T10:00+01:00 | the early May bank holiday
M-12 | escalation-stage | Mon 2029-12-31T16:00+00:00 | Tue 2030-01-08T16:00+00:00 | the last day that every clock knows
M-06 | agency-response | Thu 2025-01-09T11:00+00:00 | - | the text sets no time
"""

CAMBRIDGESHIRE = """
C-09 | strategy-discussion | Fri 2026-01-30T16:00+00:00 | Sat 2026-01-31T16:00+00:00 | through a night
C-09 | strategy-discussion | Sat 2026-03-28T20:00+00:00 | Sun 2026-03-29T21:00+01:00 | the spring change
C-09 | strategy-discussion | Sun 2026-10-25T01:30+01:00 | Mon 2026-10-26T00:30+00:00 | the first half past one
C-09 | strategy-discussion | Sun 2026-10-25T01:30+00:00 | Mon 2026-10-26T01:30+00:00 | the second half past one
C-10 | initial-visit | Thu 2026-01-08T17:00+00:00 | Thu 2026-01-15T17:00+00:00 | a plain week
C-10 | initial-visit | Thu 2026-04-30T17:00+01:00 | Fri 2026-05-08T16:20+01:00 | a bank holiday, then Friday's early closing
C-10 | initial-visit | Fri 2026-01-09T16:20+00:00 | Mon 2026-01-19T08:45+00:00 | at closing: from Monday's opening
C-10 | initial-visit | Fri 2026-01-09T16:19:59.999999+00:00 | Fri 2026-01-16T16:19:59.999999+00:00 | a tick before
C-10 | initial-visit | Thu 2026-01-08T17:20+00:00 | Fri 2026-01-16T08:45+00:00 | at closing: from Friday's opening
C-10 | initial-visit | Mon 2026-02-02T08:45+00:00 | Mon 2026-02-09T08:45+00:00 | exactly at opening
C-10 | initial-visit | Mon 2026-02-02T08:44:59.999999+00:00 | Mon 2026-02-09T08:45+00:00 | a tick before opening
C-10 | initial-visit | Wed 2025-12-24T17:10+00:00 | Mon 2026-01-05T17:10+00:00 | Christmas and New Year
C-10 | initial-visit | Tue 2025-12-23T17:10+00:00 | Fri 2026-01-02T16:20+00:00 | the same, ending on a Friday
C-10 | initial-visit | Mon 2024-10-21T17:20+01:00 | Tue 2024-10-29T08:45+00:00 | at closing, over the autumn change
C-11 | management-oversight | Fri 2026-10-16T09:00+01:00 | Mon 2026-10-26T08:00+00:00 | ten times 24 hours over the autumn change
C-11 | management-oversight | Fri 2026-03-20T12:00+00:00 | Mon 2026-03-30T13:00+01:00 | ten times 24 hours over the spring change
C-11 | management-oversight | Sat 2027-12-25T00:00+00:00 | Tue 2028-01-04T00:00+00:00 | holidays count as days
C-12 | agency-response red | Fri 2026-01-30T16:00+00:00 | - | no hours are set for agency answers
C-12 | agency-response amber | Fri 2026-01-30T16:00+00:00 | - | no hours are set for agency answers
C-12 | agency-response green | Fri 2026-01-30T16:00+00:00 | - | no hours are set for agency answers
C-12 | agency-response blue | Fri 2026-01-30T16:00+00:00 | - | no hours are set for agency answers
"""

GLOUCESTERSHIRE = """
G-04 | first-decision | Fri 2026-08-28T16:59+01:00 | Tue 2026-09-01T16:59+01:00 | the summer bank holiday
G-04 | first-decision | Mon 2026-08-31T12:00+01:00 | Wed 2026-09-02T09:00+01:00 | received on that holiday
G-04 | first-decision | Fri 2026-10-23T09:00+01:00 | Mon 2026-10-26T09:00+00:00 | exactly at opening, into winter time
G-05 | rag-response red | Sun 2026-10-25T00:15+01:00 | Sun 2026-10-25T03:15+00:00 | the autumn change
G-05 | rag-response red | Fri 2027-12-31T23:59:59.999999+00:00 | Sat 2028-01-01T03:59:59.999999+00:00 | new year's night
G-05 | rag-response amber | Fri 2026-03-27T12:00+00:00 | Mon 2026-03-30T13:00+01:00 | 72 hours over the spring change
G-05 | rag-response amber | Thu 2026-12-24T09:00+00:00 | Sun 2026-12-27T09:00+00:00 | 72 hours know no Christmas
G-05 | rag-response green | Mon 2026-03-30T09:00+01:00 | Wed 2026-04-08T09:00+01:00 | Good Friday and Easter Monday
G-05 | rag-response green | Thu 2027-12-23T16:00+00:00 | Tue 2028-01-04T16:00+00:00 | three substitute days
G-05 | rag-response green | Sat 2029-05-05T03:00+01:00 | Tue 2029-05-15T09:00+01:00 | from Tuesday after the early May bank holiday
G-05 | rag-response blue | Fri 2026-01-09T17:00+00:00 | Tue 2026-01-13T09:00+00:00 | at closing: from Monday's opening
G-05 | rag-response blue | Thu 2029-03-29T10:00+01:00 | Tue 2029-04-03T10:00+01:00 | Easter
G-05 | agency-response red | Fri 2026-01-09T12:00+00:00 | - | the agencies carry the hub's instant
G-08 | agency-response amber | Fri 2026-01-09T12:00+00:00 | - | the agencies carry the hub's instant
G-08 | agency-response green | Fri 2026-01-09T12:00+00:00 | - | the agencies carry the hub's instant
G-08 | agency-response blue | Fri 2026-01-09T12:00+00:00 | - | the agencies carry the hub's instant
G-13 | encompass-notification | Tue 2026-01-06T02:00+00:00 | Tue 2026-01-06T08:45+00:00 | at night: the same morning
G-13 | encompass-notification | Tue 2026-01-06T08:44:59.999999+00:00 | Tue 2026-01-06T08:45+00:00 | a tick before school
G-13 | encompass-notification | Tue 2026-01-06T08:45+00:00 | Wed 2026-01-07T08:45+00:00 | reading 10: strictly later
G-13 | encompass-notification | Fri 2026-01-09T20:00+00:00 | Mon 2026-01-12T08:45+00:00 | a weekend
G-13 | encompass-notification | Fri 2026-05-01T23:00+01:00 | Tue 2026-05-05T08:45+01:00 | a bank holiday inside the term
G-13 | encompass-notification | Fri 2025-10-24T12:00+01:00 | Mon 2025-11-03T08:45+00:00 | half term, into winter time
G-13 | encompass-notification | Fri 2026-05-22T21:00+01:00 | Mon 2026-06-01T08:45+01:00 | half term
G-13 | encompass-notification | Tue 2026-07-21T20:00+01:00 | Wed 2026-09-02T08:45+01:00 | the summer holidays
G-13 | encompass-notification | Sat 2026-12-19T10:00+00:00 | Mon 2027-01-04T08:45+00:00 | the Christmas holidays
G-13 | encompass-notification | Thu 2027-03-25T10:00+00:00 | Mon 2027-04-12T08:45+01:00 | the Easter holidays, into summer time
G-13 | encompass-notification | Fri 2028-03-31T18:00+01:00 | Tue 2028-04-18T08:45+01:00 | term starts after Easter Monday
G-13 | encompass-notification | Tue 2025-09-02T00:00+01:00 | Tue 2025-09-02T08:45+01:00 | the first instant of the first known term
G-13 | encompass-notification | Fri 2028-07-21T08:44:59.999999+01:00 | Fri 2028-07-21T08:45+01:00 | the last known school day
G-16 | needs-assessment-contribution | Mon 2026-10-12T10:00+01:00 | Sun 2026-11-01T09:00+00:00 | 20 times 24 hours
G-16 | needs-assessment-contribution | Sun 2026-12-20T08:00+00:00 | Sat 2027-01-09T08:00+00:00 | holidays count as days
G-16 | needs-assessment-contribution | Thu 2028-02-10T00:00+00:00 | Wed 2028-03-01T00:00+00:00 | a leap day among them
"""

# 42 open hours a week: four days of eight and a half, Fridays of eight.
LUTON = """
reading-9 | rag-response red | Fri 2026-01-16T15:00+00:00 | Fri 2026-01-16T19:00+00:00 | works on through closing
reading-9 | rag-response red | Fri 2026-01-16T16:29:59.999999+00:00 | Fri 2026-01-16T20:29:59.999999+00:00 | a tick before closing
reading-9 | rag-response red | Fri 2026-01-16T16:30+00:00 | Mon 2026-01-19T12:30+00:00 | at closing: from Monday's opening
reading-9 | rag-response red | Sat 2026-01-17T09:00+00:00 | Mon 2026-01-19T12:30+00:00 | from Monday's opening
reading-9 | rag-response red | Thu 2026-04-02T17:05+01:00 | Tue 2026-04-07T12:30+01:00 | from the Tuesday after Easter
reading-9 | rag-response red | Mon 2026-01-19T08:30+00:00 | Mon 2026-01-19T12:30+00:00 | exactly at opening
reading-5 | rag-response amber | Mon 2026-01-12T08:30+00:00 | Wed 2026-01-14T15:30+00:00 | 8.5, 8.5 and 7 hours
reading-5 | rag-response amber | Thu 2026-01-15T12:00+00:00 | Tue 2026-01-20T11:00+00:00 | 5, 8, 8.5 and 2.5 hours
reading-5 | rag-response amber | Thu 2026-01-15T09:30+00:00 | Mon 2026-01-19T17:00+00:00 | 7.5, 8 and 8.5: at closing, not at opening
reading-5 | rag-response amber | Thu 2026-01-15T09:30:00.000001+00:00 | Tue 2026-01-20T08:30:00.000001+00:00 | a tick later: the day after
reading-5 | rag-response amber | Wed 2026-12-23T16:00+00:00 | Wed 2026-12-30T14:30+00:00 | 1, 8.5, Christmas, 8.5 and 6 hours
reading-5 | rag-response green | Mon 2026-01-12T08:30+00:00 | Thu 2026-01-22T13:00+00:00 | a week of 42, then 25.5 and 4.5
reading-5 | rag-response green | Mon 2026-10-19T08:30+01:00 | Thu 2026-10-29T13:00+00:00 | the same over the autumn change
reading-5 | rag-response green | Sat 2026-05-23T10:00+01:00 | Fri 2026-06-05T13:00+01:00 | from Tuesday: 33.5, 34 and 4.5
"""

SURREY = """
reading-5 | agency-response red | Mon 2026-01-12T09:00+00:00 | Mon 2026-01-12T13:00+00:00 | exactly at opening
reading-5 | agency-response red | Fri 2026-01-16T13:00+00:00 | Fri 2026-01-16T17:00+00:00 | at closing, not at Monday's opening
reading-5 | agency-response red | Fri 2026-01-16T13:00:00.000001+00:00 | Mon 2026-01-19T09:00:00.000001+00:00 | a tick later: Monday
reading-5 | agency-response red | Fri 2026-01-16T15:00+00:00 | Mon 2026-01-19T11:00+00:00 | two hours and two
reading-5 | agency-response red | Tue 2026-01-13T16:59:59.999999+00:00 | Wed 2026-01-14T12:59:59.999999+00:00 | one tick on Tuesday
reading-3 | agency-response red | Sat 2026-01-17T12:00+00:00 | Mon 2026-01-19T13:00+00:00 | from Monday's opening
reading-5 | agency-response red | Thu 2026-12-24T15:30+00:00 | Tue 2026-12-29T11:30+00:00 | 1.5 hours, Christmas, 2.5 hours
reading-5 | agency-response amber | Wed 2026-04-01T12:00+01:00 | Wed 2026-04-08T12:00+01:00 | 5, 8, Easter, 8 and 3 hours
reading-5 | agency-response amber | Fri 2026-03-27T09:00+00:00 | Tue 2026-03-31T17:00+01:00 | three days over the spring change
reading-4 | agency-response amber | Tue 2026-01-13T17:00+00:00 | Fri 2026-01-16T17:00+00:00 | at closing: three days from Wednesday's opening
reading-1 | agency-response green | Sat 2026-10-24T10:00+01:00 | Tue 2026-10-27T09:00+00:00 | 72 hours over the autumn change
never-shared | agency-response blue | Mon 2026-01-12T09:00+00:00 | - | blue is never shared
"""

TABLES = {
    "jersey": JERSEY,
    "hackney": HACKNEY,
    "medway": MEDWAY,
    "cambridgeshire": CAMBRIDGESHIRE,
    "gloucestershire": GLOUCESTERSHIRE,
    "luton": LUTON,
    "surrey": SURREY,
}

# Each colour and from when it held; then the instant that holds in the end, and its warning.
RERATED = """
hackney agency-response | green Mon 2026-01-12T09:00+00:00, red Mon 2026-01-12T10:00+00:00 | Mon 2026-01-12T14:00+00:00 | Mon 2026-01-12T13:00+00:00 | more urgent: four hours from the change
hackney agency-response | amber Mon 2026-01-12T09:00+00:00, red Tue 2026-01-13T06:00+00:00 | Tue 2026-01-13T09:00+00:00 | Tue 2026-01-13T06:00+00:00 | the current instant is earlier, the warning never before the change
hackney agency-response | red Mon 2026-01-12T09:00+00:00, green Mon 2026-01-12T10:00+00:00 | Thu 2026-01-15T09:00+00:00 | Wed 2026-01-14T15:00+00:00 | less urgent: the whole amount from the first anchor
hackney agency-response | red Mon 2026-01-12T09:00+00:00, amber Wed 2026-01-14T12:00+00:00 | Wed 2026-01-14T12:00+00:00 | - | less urgent, and never before the change
hackney agency-response | green Mon 2026-01-12T09:00+00:00, red Mon 2026-01-12T10:00+00:00, green Mon 2026-01-12T11:00+00:00 | Thu 2026-01-15T09:00+00:00 | Wed 2026-01-14T15:00+00:00 | the first anchor is not forgotten
hackney agency-response | red Mon 2026-01-12T09:00+00:00, amber Mon 2026-01-12T15:00+00:00 | Tue 2026-01-13T09:00+00:00 | Tue 2026-01-13T03:00+00:00 | lapsed at one o'clock, and may lapse again
hackney agency-response | amber Mon 2026-01-12T09:00+00:00, red Tue 2026-01-13T12:00+00:00 | Tue 2026-01-13T09:00+00:00 | - | lapsed already: the earlier instant stays
hackney agency-response | amber Mon 2026-01-12T09:00+00:00, amber Mon 2026-01-12T12:00+00:00 | Tue 2026-01-13T09:00+00:00 | Tue 2026-01-13T03:00+00:00 | the same colour changes nothing
hackney agency-response | red Sat 2026-03-28T23:00+00:00, green Sun 2026-03-29T04:00+01:00 | Wed 2026-04-01T00:00+01:00 | Tue 2026-03-31T06:00+01:00 | over the spring change
luton rag-response | green Fri 2026-01-16T10:00+00:00, red Sat 2026-01-17T12:00+00:00 | Mon 2026-01-19T12:30+00:00 | Mon 2026-01-19T11:30+00:00 | the change is moved to Monday's opening
luton rag-response | red Sat 2026-01-17T09:00+00:00, amber Mon 2026-01-19T10:00+00:00 | Wed 2026-01-21T15:30+00:00 | Wed 2026-01-21T09:30+00:00 | the first anchor is moved as well
luton rag-response | green Mon 2026-01-12T08:30+00:00, amber Mon 2026-01-19T15:30+00:00 | Thu 2026-01-22T13:00+00:00 | Tue 2026-01-20T12:00+00:00 | 24 open hours from the change would be Thursday afternoon
surrey agency-response | amber Fri 2026-01-16T12:00+00:00, red Fri 2026-01-16T15:00+00:00 | Mon 2026-01-19T11:00+00:00 | Mon 2026-01-19T10:00+00:00 | four working hours from the change
surrey agency-response | amber Fri 2026-01-16T12:00+00:00, blue Fri 2026-01-16T15:00+00:00 | - | - | a colour without a clock
surrey agency-response | amber Fri 2026-01-16T12:00+00:00, blue Fri 2026-01-16T15:00+00:00, red Tue 2026-01-20T10:00+00:00 | Tue 2026-01-20T14:00+00:00 | Tue 2026-01-20T13:00+00:00 | from a colour without a clock
surrey agency-response | green Mon 2026-01-12T09:00+00:00, amber Mon 2026-01-12T10:00+00:00 | Thu 2026-01-15T09:00+00:00 | Wed 2026-01-14T15:00+00:00 | 24 working hours would be later than 72 hours
gloucestershire rag-response | blue Mon 2026-01-12T10:00+00:00, green Mon 2026-01-12T12:00+00:00 | Mon 2026-01-19T12:00+00:00 | Fri 2026-01-16T10:00+00:00 | leaving blue: from the change
gloucestershire rag-response | red Mon 2026-01-12T10:00+00:00, blue Mon 2026-01-12T11:00+00:00 | Tue 2026-01-13T11:00+00:00 | Mon 2026-01-12T17:00+00:00 | entering blue: from the change
gloucestershire rag-response | red Mon 2026-01-12T10:00+00:00, blue Mon 2026-01-12T11:00+00:00, red Mon 2026-01-12T12:00+00:00 | Mon 2026-01-12T16:00+00:00 | Mon 2026-01-12T15:00+00:00 | leaving blue: from the change
gloucestershire rag-response | red Mon 2026-01-12T10:00+00:00, blue Mon 2026-01-12T11:00+00:00, red Mon 2026-01-12T12:00+00:00, green Mon 2026-01-12T13:00+00:00 | Mon 2026-01-19T10:00+00:00 | Thu 2026-01-15T16:00+00:00 | the first anchor outlives blue
gloucestershire rag-response | amber Fri 2026-01-16T10:00+00:00, red Sat 2026-01-17T12:00+00:00 | Sat 2026-01-17T16:00+00:00 | Sat 2026-01-17T15:00+00:00 | elapsed hours are not moved
gloucestershire rag-response | amber Fri 2026-01-16T10:00+00:00, green Sun 2026-01-18T12:00+00:00 | Fri 2026-01-23T10:00+00:00 | Wed 2026-01-21T16:00+00:00 | five working days from the first anchor
gloucestershire rag-response | red Mon 2026-01-12T10:00+00:00, blue Sat 2026-01-17T11:00+00:00 | Tue 2026-01-20T09:00+00:00 | Mon 2026-01-19T15:00+00:00 | a change on a Saturday is Monday's opening
jersey agency-response | amber Fri 2026-01-16T10:00+00:00, green Fri 2026-01-16T11:00+00:00, amber Sat 2026-01-17T09:00+00:00 | Tue 2026-01-20T08:30+00:00 | Mon 2026-01-19T14:52:30+00:00 | asked anew on a Saturday
jersey agency-response | red Thu 2026-01-15T10:00+00:00, amber Thu 2026-01-15T11:00+00:00 | Fri 2026-01-16T10:00+00:00 | Thu 2026-01-15T16:22:30+00:00 | a working day from the first anchor
jersey agency-response | red Fri 2026-01-16T10:00+00:00, amber Tue 2026-01-20T10:00+00:00 | Tue 2026-01-20T10:00+00:00 | - | a working day had gone by before the change
jersey mash-decision | red Thu 2026-01-15T10:00+00:00, amber Thu 2026-01-15T11:00+00:00, red Thu 2026-01-15T12:00+00:00 | Thu 2026-01-15T16:00+00:00 | Thu 2026-01-15T15:00+00:00 | from no clock: four hours from the change
"""

# A hub of nobody's: Monday to Thursday 09:00-17:00, Fridays to 16:30, and days of every kind that a profile may name.
HUB = Calendar(
    zone=ZoneInfo("Europe/London"),
    week={day: Hours(time(9), time(16, 30) if day == 4 else time(17)) for day in range(5)},
    holidays={
        date(2026, 8, 31): "summer bank holiday",
        date(2026, 12, 25): "Christmas",
        date(2026, 12, 28): "substitute",
    },
    exceptions={
        date(2026, 6, 10): Hours(time(10, 30), time(17)),  # late opening, a Wednesday
        date(2026, 6, 17): Hours(time(9), time(15)),  # early closing, a Wednesday
        date(2026, 8, 31): Hours(time(10), time(14)),  # a holiday that is worked
        date(2026, 11, 14): Hours(time(9), time(13)),  # a Saturday that is worked
        date(2026, 12, 24): Hours(time(9), time(12)),  # half a day, a Thursday
    },
    known_from=date(2025, 12, 1),
    known_until=date(2027, 1, 31),
)

# Amount and any reading that differs; from; due; at risk (reading 12).
SPECIAL = """
working_days 1 | Wed 2026-12-23T15:00+00:00 | Thu 2026-12-24T12:00+00:00 | Thu 2026-12-24T10:45+00:00 | half a day closes first
working_days 1 | Thu 2026-12-24T11:00+00:00 | Tue 2026-12-29T11:00+00:00 | Tue 2026-12-29T10:15+00:00 | from within half a day
working_days 1 | Thu 2026-12-24T12:00+00:00 | Wed 2026-12-30T09:00+00:00 | Tue 2026-12-29T15:00+00:00 | the half day's closing is closing
working_hours 4 | Thu 2026-12-24T10:00+00:00 | Tue 2026-12-29T11:00+00:00 | Tue 2026-12-29T10:00+00:00 | two hours of half a day
working_hours 3 | Thu 2026-12-24T09:00+00:00 | Thu 2026-12-24T12:00+00:00 | Thu 2026-12-24T11:15+00:00 | all of half a day
works_on 4 | Thu 2026-12-24T11:59+00:00 | Thu 2026-12-24T15:59+00:00 | Thu 2026-12-24T14:59+00:00 | on through a half day's closing
working_days 1 | Tue 2026-06-09T09:15+01:00 | Wed 2026-06-10T10:30+01:00 | Tue 2026-06-09T15:03:45+01:00 | reading 2: late opening
working_days 1 | Wed 2026-06-10T09:15+01:00 | Thu 2026-06-11T10:30+01:00 | Wed 2026-06-10T16:30+01:00 | before a late opening
working_hours 1 | Wed 2026-06-10T09:15+01:00 | Wed 2026-06-10T11:30+01:00 | Wed 2026-06-10T11:15+01:00 | before a late opening
working_days 1 | Tue 2026-06-16T16:00+01:00 | Wed 2026-06-17T15:00+01:00 | Wed 2026-06-17T13:15+01:00 | reading 2: early closing
working_days 1 | Wed 2026-06-17T15:00+01:00 | Fri 2026-06-19T09:00+01:00 | Thu 2026-06-18T15:00+01:00 | at early closing
working_days 1 | Fri 2026-08-28T12:00+01:00 | Mon 2026-08-31T12:00+01:00 | Mon 2026-08-31T10:22:30+01:00 | a worked holiday counts
working_days 1 | Fri 2026-08-28T15:00+01:00 | Mon 2026-08-31T14:00+01:00 | Mon 2026-08-31T12:37:30+01:00 | and closes early
working_days 1 | Mon 2026-08-31T08:00+01:00 | Tue 2026-09-01T10:00+01:00 | Mon 2026-08-31T13:45+01:00 | and opens late
working_days 2 | Thu 2026-11-12T12:00+00:00 | Sat 2026-11-14T12:00+00:00 | Fri 2026-11-13T15:37:30+00:00 | a worked Saturday counts
working_days 1 | Fri 2026-11-13T16:00+00:00 | Sat 2026-11-14T13:00+00:00 | Sat 2026-11-14T11:52:30+00:00 | and closes early
working_hours 8 | Fri 2026-11-13T12:00+00:00 | Sat 2026-11-14T12:30+00:00 | Sat 2026-11-14T10:30+00:00 | four and a half hours and three and a half
hours 4 hours_and_days=working | Fri 2026-01-16T15:00+00:00 | Mon 2026-01-19T11:30+00:00 | Mon 2026-01-19T10:30+00:00 | reading 1: hours that stop at closing
days 2 hours_and_days=working | Fri 2026-01-16T10:00+00:00 | Tue 2026-01-20T10:00+00:00 | Mon 2026-01-19T14:07:30+00:00 | reading 1: days that are working days
working_days 1 working_day_ends=closing | Mon 2026-01-12T10:00+00:00 | Tue 2026-01-13T17:00+00:00 | Tue 2026-01-13T13:15+00:00 | reading 2: by the end of the next day
working_days 1 working_day_ends=closing | Thu 2026-01-15T10:00+00:00 | Fri 2026-01-16T16:30+00:00 | Fri 2026-01-16T12:52:30+00:00 | reading 2: Friday's end
working_days 1 outside_hours=as_is | Sat 2026-01-17T12:00+00:00 | Mon 2026-01-19T12:00+00:00 | Mon 2026-01-19T11:15+00:00 | reading 3: Saturday noon to Monday noon
working_days 1 outside_hours=as_is | Mon 2026-01-12T07:00+00:00 | Tue 2026-01-13T09:00+00:00 | Mon 2026-01-12T15:00+00:00 | reading 3: not before opening
working_days 1 outside_hours=as_is | Mon 2026-01-12T18:00+00:00 | Tue 2026-01-13T17:00+00:00 | Tue 2026-01-13T15:00+00:00 | reading 3: not after closing
working_hours 4 outside_hours=as_is | Sat 2026-01-17T12:00+00:00 | Mon 2026-01-19T13:00+00:00 | Mon 2026-01-19T12:00+00:00 | reading 3: no open hour on Saturday anyhow
working_hours 4 working_hours_end=next_opening | Fri 2026-01-16T12:30+00:00 | Mon 2026-01-19T09:00+00:00 | Fri 2026-01-16T15:30+00:00 | reading 5: closing becomes Monday's opening
working_hours 4 working_hours_end=next_opening | Mon 2026-01-12T09:00+00:00 | Mon 2026-01-12T13:00+00:00 | Mon 2026-01-12T12:00+00:00 | reading 5: not at closing
works_on 4 works_on_from=anchor | Sat 2026-01-17T12:00+00:00 | Sat 2026-01-17T16:00+00:00 | Sat 2026-01-17T15:00+00:00 | reading 9: from the anchor itself
working_days 1 at_risk_of=elapsed | Fri 2026-01-16T10:00+00:00 | Mon 2026-01-19T10:00+00:00 | Sun 2026-01-18T16:00+00:00 | reading 12: 54 of 72 hours
working_days 1 at_risk_of=elapsed | Sat 2026-01-17T12:00+00:00 | Tue 2026-01-20T09:00+00:00 | Tue 2026-01-20T03:00+00:00 | reading 12: from the opening it was moved to
working_days 1 | Thu 2026-01-15T16:45:00.5+00:00 | Fri 2026-01-16T16:30+00:00 | Fri 2026-01-16T14:33:45.5+00:00 | reading 12: 20,924.625 seconds are 20,925
hours 24 | Mon 2026-01-12T09:00:00.000001+00:00 | Tue 2026-01-13T09:00:00.000001+00:00 | Tue 2026-01-13T03:00:00.000001+00:00 | reading 6: a tick is kept
"""


@dataclass(frozen=True)
class Worked:
    partnership: str
    requirement: str
    clock: str
    rag: Rag | None
    anchor: datetime
    due: datetime | None


def rows(table: str) -> Iterator[tuple[str, ...]]:
    for line in table.strip().splitlines():
        yield tuple(cell.strip() for cell in line.split("|"))


def local(text: str, zone: str = "Europe/London") -> datetime:
    """`Thu 2026-01-15T16:45+00:00`. Refused where the weekday or the offset isn't that of the place: a slip of the hand."""
    weekday, written = text.split()
    at = datetime.fromisoformat(written)
    there = at.astimezone(ZoneInfo(zone))
    assert (weekday, at.utcoffset()) == (f"{there:%a}", there.utcoffset()), (
        f"{text} is {there:%a %Y-%m-%dT%H:%M:%S.%f%z}"
    )
    return at


def local_or_none(text: str) -> datetime | None:
    return None if text == "-" else local(text)


def worked(partnership: str, requirement: str, clock_and_rag: str, anchor: str, instant: str, _why: str) -> Worked:
    clock, _, rag = clock_and_rag.partition(" ")
    return Worked(partnership, requirement, clock, Rag(rag) if rag else None, local(anchor), local_or_none(instant))


WORKED = [worked(name, *row) for name, table in TABLES.items() for row in rows(table)]


@pytest.fixture(scope="module")
def partnerships() -> dict[str, Partnership]:
    return {name: load(name, PARTNERSHIPS / "fixtures" if name in FIXTURES else PARTNERSHIPS) for name in TABLES}


def armed(clock: Clock, rag: Rag | None, anchor: datetime) -> Deadline | None:
    return computed(clock, rag, anchor, subject=SUBJECT, owner="somebody", profile="1+x")


@pytest.mark.parametrize(
    "case", WORKED, ids=lambda case: f"{case.requirement}-{case.partnership}-{case.anchor.isoformat()}"
)
def test_a_deadline_worked_by_hand(case: Worked, partnerships: dict[str, Partnership]) -> None:
    clock = partnerships[case.partnership].clocks[case.clock]
    deadline = armed(clock, case.rag, case.anchor)
    assert (deadline and deadline.due) == due(clock, case.rag, case.anchor) == case.due
    if deadline:
        assert (deadline.steps[0].starts, deadline.steps[-1].ends) == (case.anchor, case.due)


@pytest.mark.parametrize("partnership", TABLES)
def test_every_clock_and_colour_of_a_partnership_is_worked(
    partnership: str, partnerships: dict[str, Partnership]
) -> None:
    there_are = {(name, rag) for name, clock in partnerships[partnership].clocks.items() for rag in clock.amounts}
    assert there_are == {(case.clock, case.rag) for case in WORKED if case.partnership == partnership}


@pytest.mark.parametrize(("written", "changes", "instant", "warned", "why"), list(rows(RERATED)))
def test_reading_7_a_change_of_colour_worked_by_hand(
    written: str, changes: str, instant: str, warned: str, why: str, partnerships: dict[str, Partnership]
) -> None:
    partnership, name = written.split()
    clock = partnerships[partnership].clocks[name]
    (rag, first), *rest = [(Rag(one.split()[0]), local(one.split(maxsplit=1)[1])) for one in changes.split(", ")]
    running = armed(clock, rag, first)
    for revision, (new, at) in enumerate(rest, start=2):
        running = rerated(
            clock, new, running, at,
            first_anchor=first, subject=SUBJECT, owner="somebody", profile="1+x", revision=revision,
        )  # fmt: skip
    assert (running and running.due, running and running.at_risk) == (local_or_none(instant), local_or_none(warned)), (
        why
    )


def amount_of(kind: str, number: str) -> Amount:
    unit = timedelta(days=1) if kind == "days" else HOUR
    return Amount(Kind(kind), days=int(number)) if kind == "working_days" else Amount(Kind(kind), int(number) * unit)


def clock_of(amount: Amount, **readings: str) -> Clock:
    where = WorkingTime(calendar=HUB, school=None, readings=replace(Readings(), **readings))  # type: ignore[arg-type]
    return Clock(
        name="worked", anchor=Anchor.RECEIPT, owner="hub", met_by=("CaseRouted",), started_by="CaseOpened",
        amounts={None: amount}, requirement="ours", time=where,
    )  # fmt: skip


@pytest.mark.parametrize(("written", "anchor", "instant", "warned", "why"), list(rows(SPECIAL)))
def test_special_days_and_other_readings_worked_by_hand(
    written: str, anchor: str, instant: str, warned: str, why: str
) -> None:
    kind, number, *settings = written.split()
    clock = clock_of(amount_of(kind, number), **dict(one.split("=") for one in settings))
    deadline = armed(clock, None, local(anchor))
    assert deadline
    assert (deadline.due, deadline.at_risk) == (local(instant), local(warned)), why


SUSPENDED = """
working_days 1 | Thu 2026-01-15T16:45+00:00 | Fri 2026-01-16T10:30+00:00 | Mon 2026-01-19T15:00+00:00 | Tue 2026-01-20T13:00+00:00 | six open hours: two on Monday, four on Tuesday
working_days 1 | Thu 2026-01-15T16:45+00:00 | Fri 2026-01-16T10:30+00:00 | Sat 2026-01-17T15:00+00:00 | Mon 2026-01-19T15:00+00:00 | six open hours from Monday's opening
working_hours 4 | Fri 2026-01-16T12:30+00:00 | Fri 2026-01-16T13:30+00:00 | Mon 2026-01-19T14:00+00:00 | Mon 2026-01-19T17:00+00:00 | three open hours, to closing
working_hours 24 | Mon 2026-01-12T09:00+00:00 | Mon 2026-01-12T20:00+00:00 | Tue 2026-01-20T09:00+00:00 | Wed 2026-01-21T17:00+00:00 | two days left, suspended at night
hours 24 | Sat 2026-03-28T12:00+00:00 | Sat 2026-03-28T18:00+00:00 | Sat 2026-03-28T23:00+00:00 | Sun 2026-03-29T18:00+01:00 | eighteen hours over the spring change
days 10 | Mon 2026-01-12T09:00+00:00 | Wed 2026-01-14T09:00+00:00 | Mon 2026-01-19T09:00+00:00 | Tue 2026-01-27T09:00+00:00 | eight days of 24 hours
"""


@pytest.mark.parametrize(("written", "anchor", "suspended_at", "resumed_at", "instant", "why"), list(rows(SUSPENDED)))
def test_what_was_left_at_suspension_runs_again_from_resumption(
    written: str, anchor: str, suspended_at: str, resumed_at: str, instant: str, why: str
) -> None:
    clock = clock_of(amount_of(*written.split()))
    running = armed(clock, None, local(anchor))
    assert running
    left = time_left(clock, running, local(suspended_at))
    again = resumed(clock, running, left, local(resumed_at), revision=2)
    assert again.due == local(instant), why
    assert again.deadline_id != running.deadline_id


def test_G_13_before_the_first_term_and_after_the_last_start_nothing_is_armed(
    partnerships: dict[str, Partnership],
) -> None:
    clock = partnerships["gloucestershire"].clocks["encompass-notification"]
    for refused in ("Mon 2025-09-01T23:59:59.999999+01:00", "Fri 2028-07-21T08:45+01:00", "Mon 2024-01-01T00:00+00:00"):
        with pytest.raises(CalendarEnds):
            due(clock, None, local(refused))


def test_reading_14_past_the_known_calendar_nothing_is_armed_silently() -> None:
    clock = clock_of(Amount(Kind.WORKING_DAYS, days=1))
    assert due(clock, None, local("Thu 2027-01-28T10:00+00:00")) == local("Fri 2027-01-29T10:00+00:00")
    for refused in ("Fri 2027-01-29T10:00+00:00", "Fri 2027-01-29T16:30+00:00", "Tue 2027-02-02T10:00+00:00"):
        with pytest.raises(CalendarEnds):
            due(clock, None, local(refused))


@pytest.mark.parametrize(("partnership", "clock", "rag"), [
    ("hackney", "agency-response", Rag.BLUE), ("hackney", "agency-response", None), ("luton", "rag-response", Rag.BLUE),
    ("jersey", "agency-response", Rag.UNKNOWN), ("medway", "first-decision", Rag.RED),
])  # fmt: skip
def test_a_colour_that_a_clock_does_not_have_is_refused(
    partnership: str, clock: str, rag: Rag | None, partnerships: dict[str, Partnership]
) -> None:
    with pytest.raises(UnknownColour):
        due(partnerships[partnership].clocks[clock], rag, local("Mon 2026-01-12T09:00+00:00"))
