"""Partnership profiles: `partnerships/<name>.toml` read, checked, and handed on as plain values."""

from mashbus.profiles.loading import ProfileRefused, UnknownPartnership, find, found, known, load

__all__ = ["ProfileRefused", "UnknownPartnership", "find", "found", "known", "load"]
