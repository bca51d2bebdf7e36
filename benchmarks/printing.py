"""Hand-outs: the calendar of the worked taper in its forms; the first of a process also loads fonts and languages."""

from __future__ import annotations

from pathlib import Path

from benchmarks.patient import _milliseconds
from eutonia.consult import consult_data
from eutonia.faces.files import read_file
from eutonia.knowledge.loader import load_knowledge
from eutonia.printed import What, handout_of, make_print

TAPER = Path(__file__).parents[1] / "scenarios" / "taper.yaml"


def rows() -> list[tuple[str, str, str, str]]:
    """Each measurement: what, best, median, target."""
    result = consult_data(read_file(TAPER), load_knowledge(), people=0)
    handout = handout_of(result)
    first, _ = _milliseconds(lambda: make_print(handout, What.CALENDAR, "de", ".pdf"), 1)
    table = [("calendar of the worked taper as PDF, the first of a process", first, "", "under 500 ms")]
    for name, what, suffix, target in (
        ("calendar of the worked taper as PDF", What.CALENDAR, ".pdf", "under 500 ms"),
        ("calendar of the worked taper as a page", What.CALENDAR, ".html", "–"),
        ("leaflet as PDF", What.LEAFLET, ".pdf", "–"),
        ("calendar file", What.ICS, ".ics", "–"),
    ):
        make_print(handout, what, "de", suffix)  # warm
        best, median = _milliseconds(lambda w=what, s=suffix: make_print(handout, w, "de", s), 10)
        table.append((name, best, median, target))
    return table
