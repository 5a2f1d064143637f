"""A census file as its Header and Child elements, one after the other: memory holds one piece of the file at a time.

The file is a stranger's: entities are not resolved, a DTD is refused, nothing is fetched, and a child has a limit.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO

from lxml import etree

from mashbus.census.faults import CensusRefused, FileFault

PIECE = 64 * 1024
LARGEST = 1024 * 1024
"""Bytes between the ends of two children: real ones have a few thousand."""

Element = Any
"""lxml's: `tag`, `text`, `sourceline`, its children by iteration."""


def elements(source: BinaryIO) -> Iterator[Element]:
    """Each Header and each Child of Children in turn; it is emptied when the next is asked for.

    Raises CensusRefused where the file cannot be read on: what was yielded before it is sound.
    """
    parser = etree.XMLPullParser(
        events=("end",),
        tag=("{*}Header", "{*}Child"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    children = behind = read = 0
    broken: CensusRefused | None = None
    while broken is None:
        piece = source.read(PIECE)
        read += len(piece)
        behind += len(piece)
        fault = _fed(parser, piece)
        for element in _ended(parser):
            behind = 0
            yield element
            children += local(element) == "Child"
            _let_go(element)
        if fault is not None:
            broken = _broken(fault, children, cut=not piece, empty=not read)
        elif not piece:
            return
        elif behind > LARGEST:
            broken = CensusRefused(FileFault.ENDLESS, children=children)
    raise broken


def local(element: Element) -> str:
    """The name without its namespace: that differs from year to year."""
    return _local(element.tag)


@lru_cache(maxsize=1024)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _fed(parser: Any, piece: bytes) -> etree.XMLSyntaxError | None:
    """No piece: the end."""
    try:
        parser.feed(piece) if piece else parser.close()
    except etree.XMLSyntaxError as fault:
        return fault
    return None


def _ended(parser: Any) -> Iterator[Element]:
    for _, element in parser.read_events():
        if element.getroottree().docinfo.internalDTD is not None:
            raise CensusRefused(FileFault.HAS_DTD)
        if _inside(element, "Message" if local(element) == "Header" else "Children"):
            yield element


def _inside(element: Element, name: str) -> bool:
    parent = element.getparent()
    return parent is not None and local(parent) == name


def _let_go(element: Element) -> None:
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _broken(fault: etree.XMLSyntaxError, children: int, *, cut: bool, empty: bool) -> CensusRefused:
    """Without the parser's own words: they quote the document."""
    line = fault.position[0] or None
    if empty:
        return CensusRefused(FileFault.EMPTY)
    if fault.code == etree.ErrorTypes.ERR_DOCUMENT_EMPTY:
        return CensusRefused(FileFault.NOT_XML)
    return CensusRefused(FileFault.CUT_SHORT if cut else FileFault.DAMAGED, children=children, line=line)
