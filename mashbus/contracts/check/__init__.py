"""Whether the contract on disk holds together: every fault at once, as text that names the file.

`mashbus schemas check` prints them and the contract tests insist that there are none; both ask here.
"""

from collections.abc import Iterable
from pathlib import Path

from mashbus.contracts.catalogue import Catalogue
from mashbus.contracts.check import agreement, compatibility, completeness, examples, topics, wording
from mashbus.contracts.check.seal import seal_faults


def faults(schemas_dir: Path) -> tuple[str, ...]:
    """Every fault of schemas/, in the order of the files; none is a sound contract."""
    try:
        catalogue = Catalogue.load(schemas_dir)
    except (OSError, ValueError) as fault:
        return (f"{schemas_dir} cannot be read: {fault}",)
    unparsed = tuple(wording.unparsed(catalogue))
    if unparsed:
        return unparsed
    found: Iterable[Iterable[str]] = (
        completeness.faults(catalogue, schemas_dir),
        wording.faults(catalogue),
        agreement.faults(catalogue),
        compatibility.faults(catalogue),
        examples.faults(catalogue, schemas_dir),
        topics.faults(catalogue),
        seal_faults(schemas_dir / "avro"),
    )
    return tuple(fault for group in found for fault in group)
