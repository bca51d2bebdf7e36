"""The dose ruler: where the patient's dose stands between the first dose and the largest, on one scale."""

from __future__ import annotations

from eutonia.assess.facts import derive_facts
from eutonia.assess.limits import apply_limits, smallest
from eutonia.assess.sheet import FactSheet
from eutonia.consult import Result
from eutonia.record import Ask
from eutonia.report.axes import BAND, INK, LINE_1, LINE_3, Label, Placed, Scale, element, line, pack, picture
from eutonia.report.axes import round_ticks, text
from eutonia.report.words import country, fact_words, mg
from eutonia.report.typography import listing
from eutonia.show import show_number

_WIDTH, _LEFT, _RIGHT = 720.0, 12.0, 708.0
_TEXT = 12.0
_START = "oral.start.daily_dose"
# What a limit is called under the ruler.
_LIMITS = {
    "oral.daily_dose.max.child": "largest dose for this age",
    "oral.daily_dose.max.older_kidney": "largest at this age with these kidneys",
    "oral.daily_dose.max.dialysis": "on dialysis",
    "oral.kept_fraction.egfr": "kept by eGFR",
    "oral.kept_fraction.clearance": "kept by creatinine clearance",
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
    names = [("current_oral_daily_dose", "now"), ("oral_daily_dose", "asked about")]
    if question.ask is Ask.TITRATION:
        names = [("current_oral_daily_dose", "now"), ("target_daily_dose", "aimed at")]
    found: dict[float, str] = {}
    for name, words in names:
        value = sheet.number(name)
        if value is not None and value not in found:
            found[value] = words
    return [(words, value) for value, words in found.items()]


def _limits(result: Result, sheet: FactSheet) -> list[tuple[str, float]]:
    """First dose and largest doses that apply, each amount once with all its names."""
    found: dict[float, list[str]] = {}
    first = smallest(
        (x for x in apply_limits(result.knowledge, sheet, _START).limits if _is_daily(x.value)), "mg/day"
    )
    if first is not None:
        found[_mg(first.value)] = ["first dose"]
    for limit, value in result.ceiling.considered:
        maximum = "most cautious largest dose of other countries" if result.ceiling.is_fallback else (
            f"largest dose, {country(result.scenario.jurisdiction)}"
        )
        found.setdefault(float(value), []).append(_LIMITS.get(limit.name, maximum))
    return [(listing(list(dict.fromkeys(names))), value) for value, names in sorted(found.items())]
