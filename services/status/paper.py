"""Pages for people, to read on a screen and to print: sections of points, as plain text and as HTML.

Whatever anybody wrote is escaped and can forge no line of ours. Nothing is loaded from anywhere.
"""

import textwrap
import unicodedata
from dataclasses import dataclass
from html import escape

CARE = "This page tells what people said in confidence about a child. Keep it as you keep the case file."
_WIDTH = 96
_STYLE = (
    "body{font:11pt/1.45 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "h1{font-size:1.4em;margin-bottom:0}h2{font-size:1.1em;margin:1.4em 0 .3em;border-bottom:1px solid #999}"
    "ul{margin:.3em 0;padding-left:1.3em}li{margin:.25em 0;white-space:pre-line}p.care{font-style:italic}"
    "@media print{body{margin:0;max-width:none}h2{break-after:avoid}li{break-inside:avoid}}"
)
_TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True)
class Section:
    title: str
    items: tuple[str, ...]


def section(title: str, items: tuple[str, ...]) -> Section:
    """With points that are only what they say."""
    return Section(title, tuple(map(harmless, items)))


def harmless(item: str) -> str:
    """Whatever a reader takes for a new line is one, so that nobody's words look like a section of ours.

    Organisations' own systems may send control characters: none moves a terminal's cursor or turns a line about.
    """
    return "\n".join("".join(map(_seen, line)) for line in item.splitlines())


def as_text(one: Section) -> tuple[str, ...]:
    return (one.title.upper(), *map(_wrapped, one.items), "")


def as_html(one: Section, heading: str = "h2") -> str:
    points = "".join(f"<li>{escape(item)}</li>" for item in one.items)
    return f"<{heading}>{escape(one.title)}</{heading}>\n<ul>{points}</ul>"


def document(title: str, made: str, body: str, style: str = "") -> str:
    """A whole page. `body` is HTML; title and `made` (what it is of, and when) are text."""
    said = escape(title)
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{said}</title>'
        f"<style>{_STYLE}{style}</style></head>\n<body><h1>{said}</h1>\n<p>{escape(made)}</p>\n"
        f'<p class="care">{CARE}</p>\n{body}\n</body></html>\n'
    )


def _seen(character: str) -> str:
    hidden = unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in _TURNING
    return "\N{REPLACEMENT CHARACTER}" if hidden and character != "\t" else character


def _wrapped(item: str) -> str:
    """As a point of a list; lines of a narrative stay lines."""
    first, *more = item.split("\n")
    fill = textwrap.TextWrapper(_WIDTH, break_long_words=False, break_on_hyphens=False)
    fill.initial_indent, fill.subsequent_indent = "- ", "  "
    lines = [fill.fill(first)]
    fill.initial_indent = "  "
    return "\n".join((*lines, *(fill.fill(one) for one in more if one.strip())))
