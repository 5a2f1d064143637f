"""Deadlines: a breach event for every lapse and only for lapses, never early (promise P4)."""
