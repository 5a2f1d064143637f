"""How well children are matched, and at what cost: part of `make bench-directory`."""
