"""Charts as plain SVG within a page: no script, nothing that is loaded, and readable on a grey printer."""

from collections.abc import Sequence
from typing import Any

import pygal
from pygal.style import Style

_STYLE = Style(
    background="white",
    plot_background="white",
    font_family="sans-serif",
    colors=("#1d4f7c",),
    label_font_size=12,
    major_label_font_size=12,
    value_font_size=12,
    opacity="1",
    opacity_hover="1",
    transition="0s",
)
_WIDTH, _BAR, _AROUND = 720, 24, 70
"""Points: of the chart, of a bar, of the axis and margins."""
_ROOM = 1.1
"""The axis against its longest bar: room for the number behind it."""


def bars(name: str, title: str, numbers: Sequence[tuple[str, int]]) -> str:
    """Labels and numbers as horizontal bars, the first one on top. `name`: unique in its page."""
    chart = pygal.HorizontalBar(
        style=_STYLE,
        js=(),
        width=_WIDTH,
        height=_AROUND + _BAR * len(numbers),
        explicit_size=True,
        disable_xml_declaration=True,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        include_x_axis=True,
        truncate_label=60,
        show_x_guides=False,
        range=(0, max(number for _, number in numbers) * _ROOM),
    )
    chart.uuid = name
    chart.add_xml_filter(lambda root: _plain(root, title))
    chart.x_labels = [label for label, _ in reversed(numbers)]
    chart.add("", [number for _, number in reversed(numbers)])
    return str(chart.render(is_unicode=True))


def _plain(root: Any, title: str) -> Any:
    """Without what only a screen can do: scripts, and titles under a pointer. Numbers stand behind their bars."""
    root.set("role", "img")
    root.set("aria-label", title)
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in ("script", "title", "desc"):
                parent.remove(child)
            elif child.get("class") == "value":
                child.set("text-anchor", "start")
                child.set("dx", "8")
    return root
