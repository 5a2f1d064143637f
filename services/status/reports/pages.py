"""What every printed report has: one page of HTML that loads nothing, and whose every word is escaped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_STYLE = (
    "body{font:11pt/1.45 Georgia,serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#111}"
    "h1{font-size:1.4em;margin-bottom:0}h2{font-size:1.1em;margin:1.6em 0 .4em;border-bottom:1px solid #999}"
    "table{border-collapse:collapse;font-size:.85em;margin:.4em 0}th,td{border:1px solid #bbb;padding:.15em .5em}"
    "th{text-align:left;vertical-align:bottom}td.n{text-align:right;white-space:nowrap}svg{max-width:100%;height:auto}"
    "p.care{font-style:italic}td.tick{width:1.6em;font-size:1.2em;text-align:center}td.note{min-width:14rem}"
    "table.wide{font-size:.68em;page:wide}table.wide td.n{white-space:normal}"
    "@page{margin:15mm}@page wide{size:A4 landscape}"
    "@media print{body{margin:0;max-width:none;padding:0}h2{break-after:avoid}"
    "tr,svg{break-inside:avoid}thead{display:table-header-group}}"
)


@dataclass(frozen=True)
class Cell:
    text: str
    kind: str = ""
    """`n`: a number; `tick`: a box to tick; `note`: room to write."""


def page(title: str, about: Iterable[str], care: str, body: Iterable[str]) -> str:
    """`body`: from the functions below, escaped already."""
    lines = "".join(f"<p>{escape(one)}</p>\n" for one in about)
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body><h1>{escape(title)}</h1>\n{lines}"
        f'<p class="care">{escape(care)}</p>\n{"".join(body)}</body></html>\n'
    )


def heading(text: str) -> str:
    return f"<h2>{escape(text)}</h2>\n"


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>\n"


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, wide: bool = False) -> str:
    """`wide`: small, and on paper across."""
    names = "".join(f'<th scope="col">{escape(one)}</th>' for one in head)
    lines = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in rows)
    kind = ' class="wide"' if wide else ""
    return f"<table{kind}><thead><tr>{names}</tr></thead>\n<tbody>{lines}</tbody></table>\n"


def _cell(one: Cell) -> str:
    return f'<td class="{one.kind}">{escape(one.text)}</td>' if one.kind else f"<td>{escape(one.text)}</td>"
