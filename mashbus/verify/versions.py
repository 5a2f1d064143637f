"""Which profile stood when something was decided.

Records that start clocks name the version that computed them, and so does DisclosureMade. A version stood at least from
its first use to its last; between two, either may have stood, and what either allows is no fault. Where one of them is
not kept, nobody can judge by it.
"""

from mashbus.domain.partnership import Partnership
from mashbus.verify.evidence import Evidence

Profiles = tuple[Partnership, ...]


def profiles_at(evidence: Evidence, partnership: str, ms: int) -> Profiles:
    """Those that may have stood at a broker's millisecond; none where that can't be said."""
    present = evidence.profiles.get(partnership)
    if present is None:
        return ()
    used = {version: span for (whose, version), span in evidence.index.versions.items() if whose == partnership}
    stood = {version for version, (first, last) in used.items() if first <= ms <= last}
    if not stood:
        before = max(((last, version) for version, (_, last) in used.items() if last < ms), default=None)
        after = min(((first, version) for version, (first, _) in used.items() if first > ms), default=None)
        stood = {one[1] for one in (before, after) if one} | (set() if after else {present.version})
    known = {**present.past, present.version: present}
    return tuple(known[one] for one in sorted(stood)) if stood <= known.keys() else ()


def profile_of(evidence: Evidence, partnership: str, version: str) -> Partnership | None:
    """The profile of that very version, where it is kept."""
    present = evidence.profiles.get(partnership)
    if present is None or present.version == version:
        return present
    return present.past.get(version)
