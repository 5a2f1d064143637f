"""What a service keeps of one partition, as a cache of the log: cases, positions, timers, waiting records."""

from mashbus.bus.casebook.book import Casebook, Entry, Fold, Gap, no_timers
from mashbus.bus.casebook.file import CasebookDamaged, CasebookUnusable, delete_casebook
from mashbus.bus.casebook.timers import Due, Timer, Timers
from mashbus.bus.casebook.waiting import Held

__all__ = [
    "Casebook",
    "CasebookDamaged",
    "CasebookUnusable",
    "Due",
    "Entry",
    "Fold",
    "Gap",
    "Held",
    "Timer",
    "Timers",
    "delete_casebook",
    "no_timers",
]
