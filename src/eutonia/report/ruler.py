"""The dose ruler: where the patient's dose stands between the first dose and the largest, on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from eutonia.assess.facts import derive_facts
from eutonia.assess.limits import apply_limits
from eutonia.assess.sheet import FactSheet
from eutonia.consult import Result
from eutonia.record import Ask
from eutonia.report.axes import (
    BAND,
    INK,
    LINE_1,
    LINE_3,
    Label,
    Placed,
    Scale,
    element,
    line,
    pack,
    picture,
    round_ticks,
    text,
)
from eutonia.report.typography import listing
from eutonia.report.words import country, fact_words, mg
from eutonia.show import show_number
from eutonia.units import Quantity

_WIDTH, _LEFT, _RIGHT = 720.0, 12.0, 708.0
_TEXT = 12.0
_START = "oral.start.daily_dose"
# What a limit is called under the ruler.
_LIMITS = {
    "oral.daily_dose.max.child": "largest dose for this age",
    "oral.dose_per_weight.max.child": "largest dose for this weight",
    "oral.daily_dose.max.alcohol": "largest for alcohol use disorder",
    "oral.daily_dose.max.older_kidney": "largest at this age with these kidneys",
    "oral.daily_dose.max.dialysis": "on dialysis",
    "oral.kept_fraction.egfr": "with these kidneys",
    "oral.kept_fraction.clearance": "with these kidneys",
}


def dose_ruler(result: Result, *, key: str = "ruler") -> str:
    """One scale of mg a day: the patient's doses above it, the limits that apply below, and a band up to the
    largest dose for this patient. Gives one SVG; an empty text where there is no dose to show."""
    sheet, _ = derive_facts(result.scenario, result.knowledge)
    doses = _doses(result, sheet)
    if not doses:
        return ""
    marks = _limits(result, sheet)
    ceiling = None if result.ceiling.mg_per_day is None else float(result.ceiling.mg_per_day)
    says = ceiling_words(result)
    ticks = round_ticks(max(1.0, ceiling or 0.0, *(v for _, v in (*doses, *marks))), 8)
    x = Scale(0, ticks[-1], _LEFT, _RIGHT)
    above = pack([_label(x, *d) for d in doses], 0, _WIDTH, _TEXT)
    below = pack([_label(x, *m) for m in marks], 0, _WIDTH, _TEXT)
    axis = 30.0 + 18 * (max(p.row for p in above) + 1)
    bottom = axis + 42 + 16 * max((p.row for p in below), default=-1)
    body = [_leaders(below, axis), _band(x, ceiling, axis), _axis(x, ticks, axis)]
    body += [_dose(item, axis) for item in above]
    body += [text(item.left, axis + 42 + 16 * item.row, item.text) for item in below]
    body.append(text(_LEFT, bottom + 22, says))
    desc = "; ".join(f"{words} {mg(v)} a day" for words, v in (*doses, *marks))
    title = "The daily dose beside the limits that apply"
    return picture(key, (_WIDTH, bottom + 30), title, f"{desc}. {says}", "".join(body))


def ceiling_words(result: Result) -> str:
    """The largest dose for this patient in a sentence, or what keeps it open."""
    ceiling = result.ceiling
    if ceiling.mg_per_day is None:
        needs = listing([fact_words(name) for name in ceiling.missing])
        return f"Largest dose for this patient: not known, because this is not recorded: {needs}."
    if ceiling.mg_per_day == 0:
        return "Largest dose for this patient: no dose by mouth is planned."
    return f"Grey band: up to the largest dose for this patient, {mg(ceiling.mg_per_day)} a day."


def _doses(result: Result, sheet: FactSheet) -> list[tuple[str, float]]:
    """The patient's own doses: taken now, judged, aimed at; each amount once."""
    question = result.scenario.question
    names = [("current_oral_daily_dose", "now"), ("oral_daily_dose", "proposed")]
    if question.ask is Ask.TITRATION:
        names = [("current_oral_daily_dose", "now"), ("target_daily_dose", "aimed at")]
    found: dict[float, str] = {}
    for name, words in names:
        value = sheet.number(name)
        if value is not None and value not in found:
            found[value] = words
    return [(words, value) for value, words in found.items() if value > 0 or len(found) == 1]


def _limits(result: Result, sheet: FactSheet) -> list[tuple[str, float]]:
    """First dose and largest doses that apply, each amount once with all its names."""
    found: dict[float, list[str]] = {}
    starts = apply_limits(result.knowledge, sheet, _START).limits
    # A first dose is for those who take none yet and may have one; a child's per kg has no place on this scale.
    is_first = not sheet.number("current_oral_daily_dose") and result.ceiling.mg_per_day != 0
    daily = [x.value.number("mg/day") for x in starts if isinstance(x.value, Quantity) and _is_daily(x.value)]
    if daily and is_first:
        found[min(daily)] = ["first dose"]
    where = "of other countries" if result.ceiling.is_fallback else f"in {_place(result)}"
    largest = max((value for _, value in result.ceiling.considered), default=0)
    for limit, value in result.ceiling.considered:
        if isinstance(limit.value, Fraction) and value == largest:
            continue  # healthy kidneys take nothing away
        found.setdefault(float(value), []).append(_LIMITS.get(limit.name, f"largest dose {where}"))
    return [(listing(list(dict.fromkeys(names))), value) for value, names in sorted(found.items())]


def _is_daily(value: Quantity) -> bool:
    return value.unit.dimension == "mass rate"


def _place(result: Result) -> str:
    name = country(result.scenario.jurisdiction)
    return f"the {name}" if name.startswith(("United", "European")) else name


def _label(x: Scale, words: str, value: float) -> Label:
    return Label(x(value), f"{words} {mg(value)} a day")


def _axis(x: Scale, ticks: Sequence[float], axis: float) -> str:
    parts = [line(_LEFT, axis, _RIGHT, axis, INK, 1.5)]
    for value in ticks:
        anchor = "start" if value == 0 else "end" if value == ticks[-1] else "middle"
        parts.append(line(x(value), axis, x(value), axis + 5, INK))
        parts.append(text(x(value), axis + 19, show_number(value), anchor=anchor, size=11))
    return "".join(parts)


def _band(x: Scale, ceiling: float | None, axis: float) -> str:
    if not ceiling:
        return ""
    width = x(ceiling) - _LEFT
    area = element("rect", x=_LEFT, y=axis - 8, width=width, height=8, fill=BAND, fill_opacity="0.8")
    return area + line(x(ceiling), axis - 12, x(ceiling), axis + 8, INK, 2.5)


def _dose(item: Placed, axis: float) -> str:
    """A triangle that points at the scale, with its label over it."""
    height = axis - 24 - 18 * item.row
    return (
        line(item.x, height + 4, item.x, axis - 12, LINE_3, 0.75)
        + element("path", d=f"M{item.x:.1f} {axis - 1:.1f}l-7 -12h14Z", fill=LINE_1)
        + text(item.left, height, item.text, weight="bold")
    )


def _leaders(marks: Sequence[Placed], axis: float) -> str:
    """From each mark on the scale down to its label, past the numbers of the scale."""
    parts = []
    for item in marks:
        height = axis + 42 + 16 * item.row
        parts.append(line(item.x, axis + 22, item.x, height - 10, LINE_3, 0.75))
        parts.append(line(item.x, axis, item.x, axis + 8, LINE_3, 3))
    return "".join(parts)
