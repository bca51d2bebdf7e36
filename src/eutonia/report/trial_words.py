"""The outcomes of a trial in words and as plain data: terminal, picture and JSON all take them from here."""

from __future__ import annotations

import json
import math
from typing import Any

from eutonia import __version__
from eutonia.knowledge.populations import Population
from eutonia.model.individual import Covariates
from eutonia.report.typography import listing
from eutonia.show import show_count, show_number
from eutonia.simulate.events import HOURS_PER_DAY
from eutonia.simulate.trial import FRACTIONS, Measure, Outcome, Trial
from eutonia.simulate.trial_outcomes import Estimate, OutcomeResult
from eutonia.simulate.trial_run import ModelRun, TrialResult

__all__ = [
    "axis_unit",
    "between_models",
    "conditions",
    "duration",
    "figure",
    "happens",
    "interval",
    "level_unit",
    "meaning",
    "model_words",
    "percentiles",
    "trial_data",
    "trial_json",
    "unit_words",
    "who_words",
]

_DAYS_FROM_H = 72.0  # longer times are told in days
_UNITS = {
    "plasma": "nanograms per mL",
    "lumbar fluid": "micrograms per mL",
    "Ashworth score": "points",
    "spasm score": "points",
    "H reflex": "times the untreated",
    "sedation": "on a scale from 0 to 1",
}
_AREAS = {"plasma": "nanogram hours per mL", "lumbar fluid": "microgram hours per mL"}
_PLACES = {
    "plasma": "concentration in the blood",
    "lumbar fluid": "concentration in the lumbar fluid",
    "Ashworth score": "Ashworth score",
    "spasm score": "spasm score",
    "H reflex": "H to M ratio",
    "sedation": "depth of sedation from the spinal fluid",
}
_NEVER = "beyond the window"


def unit_words(outcome: Outcome) -> str:
    """The unit of a person's value."""
    if outcome.kind == "time_to_loss_of_effect":
        return "hours"
    return _AREAS[outcome.of] if outcome.kind == "auc" else _UNITS[outcome.of]


def level_unit(measure: Measure) -> str:
    """The unit of a level."""
    return _UNITS[measure]


def axis_unit(outcome: Outcome) -> str:
    """What an axis under an outcome counts in."""
    if outcome.kind in FRACTIONS:
        return "per cent of people"
    if outcome.kind == "time_to_loss_of_effect" and outcome.to_h - outcome.from_h >= _DAYS_FROM_H:
        return "days"
    return unit_words(outcome)


def duration(hours: float) -> str:
    """Hours, or days from three days on."""
    if not math.isfinite(hours):
        return _NEVER
    number, noun = (hours / HOURS_PER_DAY, "day") if hours >= _DAYS_FROM_H else (hours, "hour")
    shown = show_number(number)
    return f"{shown} {noun}" if shown == "1" else f"{shown} {noun}s"


def meaning(outcome: Outcome) -> str:
    """What an outcome is, in a clause."""
    window = f"between {_window(outcome)} from the start"
    what, level = _PLACES[outcome.of], show_number(outcome.level or 0)
    if outcome.height_cm:
        what += f" {show_number(outcome.height_cm)} cm above the catheter tip"
    points = f"{level} point" if level == "1" else f"{level} points"
    words = {
        "fraction_over_concentration": f"people whose {what} is above {level} {_UNITS[outcome.of]} "
        f"{outcome.holds} {window}",
        "fraction_with_ashworth_fall": f"people whose Ashworth score is at least {points} below their untreated one "
        f"at some time {window}",
        "time_to_loss_of_effect": f"time from {_ends(outcome)[0]} after the start until the Ashworth score is {points} "
        f"above what it was then, followed until {_ends(outcome)[1]} after the start",
        "peak": f"highest {what} {window}",
        "trough": f"lowest {what} {window}",
        "average": f"average {what} {window}",
        "auc": f"area under the {what} {window}",
    }
    return words[outcome.kind]


def _window(outcome: Outcome) -> str:
    """Both ends of the window, in the unit that fits the later one."""
    start, end = _ends(outcome)
    return f"{start.partition(' ')[0]} and {end}"


def _ends(outcome: Outcome) -> tuple[str, str]:
    scale, noun = (HOURS_PER_DAY, "days") if outcome.to_h > _DAYS_FROM_H else (1.0, "hours")
    return f"{show_number(outcome.from_h / scale)} {noun}", f"{show_number(outcome.to_h / scale)} {noun}"


def figure(result: OutcomeResult) -> str:
    """The fraction or the median, with its unit."""
    if result.spread is None:
        assert result.fraction is not None
        if not result.has_people:
            return "yes" if result.fraction.value == 1 else "no"
        return f"{_percent(result.fraction.value)} per cent"
    value = _value(result.outcome, result.spread.median.value)
    return f"median {value}" if result.has_people else value


def percentiles(result: OutcomeResult) -> str:
    """How people differ; nothing for a fraction or for one typical person."""
    if result.spread is None or not result.has_people:
        return ""
    low, high = result.spread.p10, result.spread.p90
    if result.outcome.kind == "time_to_loss_of_effect":
        return duration(low) if low == high else f"{duration(low)} to {duration(high)}"
    return f"{show_number(low)} to {show_number(high)}"


def interval(result: OutcomeResult) -> str:
    """The Monte Carlo interval of the figure."""
    if not result.has_people:
        return "one typical person"
    found = result.fraction if result.spread is None else result.spread.median
    assert found is not None
    if found.low is None or found.high is None:
        return "too few people"
    if result.spread is None:
        return f"{_percent(found.low)} to {_percent(found.high)}"
    if result.outcome.kind == "time_to_loss_of_effect":
        return f"{duration(found.low)} to {duration(found.high)}"
    return f"{show_number(found.low)} to {show_number(found.high)}"


def happens(result: OutcomeResult) -> str:
    """For a time: to how many people it happens at all, with the Monte Carlo interval."""
    if (
        result.outcome.kind != "time_to_loss_of_effect"
        or result.fraction is None
        or result.fraction.low is None
    ):
        return ""
    low, high = _percent(result.fraction.low), _percent(result.fraction.high or 0)
    return f"It happens to {_percent(result.fraction.value)} per cent of people ({low} to {high})."


def _percent(share: float) -> str:
    return show_number(100 * share)


def _value(outcome: Outcome, value: float) -> str:
    if outcome.kind == "time_to_loss_of_effect":
        return duration(value)
    return f"{show_number(value)} {unit_words(outcome)}"


def model_words(name: str) -> str:
    """“oral.marsot2014” as “Marsot 2014”; ours as “reference model”."""
    bare = name.removeprefix("oral.")
    return "reference model" if bare.startswith("reference") else f"{bare[:-4].capitalize()} {bare[-4:]}"


def who_words(trial: Trial) -> str:
    """Who takes part."""
    count = show_count(trial.people, "virtual person").replace("persons", "people")
    if isinstance(trial.who, Population):
        return f"{count}: {trial.who.title[:1].lower()}{trial.who.title[1:]}"
    assert isinstance(trial.who, Covariates)
    who = trial.who
    age, weight, gfr = (show_number(v) for v in (who.age_years, who.weight_kg, who.gfr_ml_per_min))
    return f"{count}: {age} years, {weight} kg, filtration of the kidneys {gfr} mL per minute"


def conditions(result: TrialResult) -> str:
    """How the trial was run, in a sentence."""
    models = listing([run.model for run in result.runs])
    spinal = f" and {result.spinal_model}" if result.spinal_model else ""
    return f"{duration(result.trial.hours)}, seed {result.trial.seed}, on {models}{spinal}"


def between_models(result: TrialResult) -> tuple[tuple[str, str], ...]:
    """For each outcome its lowest and highest figure over the models, where there are several."""
    if len(result.runs) < 2:
        return ()
    found = []
    for index, outcome in enumerate(result.trial.outcomes):
        ordered = sorted(
            (run for run in result.runs if run.outcomes[index].has_people or run.outcomes[index].spread),
            key=lambda run: _central(run.outcomes[index]).value,
        )
        if len(ordered) > 1:
            low, high = ordered[0], ordered[-1]
            text = f"{figure(low.outcomes[index])} ({model_words(low.model)}) to "
            text += f"{figure(high.outcomes[index])} ({model_words(high.model)})"
            found.append((outcome.name, text))
    return tuple(found)


def _central(result: OutcomeResult) -> Estimate:
    found = result.fraction if result.spread is None else result.spread.median
    assert found is not None
    return found


def trial_json(result: TrialResult) -> str:
    """The result as JSON text."""
    return json.dumps(trial_data(result), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def trial_data(result: TrialResult) -> dict[str, Any]:
    """The result as plain data. A time that does not come within its window is null."""
    trial = result.trial
    return {
        "format": "eutonia-trial-result/1",
        "made_with": {"eutonia": __version__, "knowledge": result.knowledge_hash, "seed": trial.seed},
        "title": trial.title,
        "people": trial.people,
        "who": trial.who.name if isinstance(trial.who, Population) else who_words(trial),
        "hours": trial.hours,
        "spinal_model": result.spinal_model,
        "is_compiled": result.is_compiled,
        "models": [_run_data(run) for run in result.runs],
        "between_models": [{"name": name, "says": says} for name, says in between_models(result)],
        "left_out": [{"model": out.model, "why": " ".join(out.because)} for out in result.left_out],
        "pump": [{"at_h": o.at_h, "kind": o.kind, "says": o.says} for o in result.occurrences],
        "not_checked": list(result.not_checked),
    }


def _run_data(run: ModelRun) -> dict[str, Any]:
    return {
        "model": run.model,
        "title": run.title,
        "paradoxical_responders": run.paradoxical,
        "outcomes": [_outcome_data(found) for found in run.outcomes],
        "notes": {
            "remarks": list(run.notes.remarks),
            "outside": list(run.notes.outside),
            "cannot_see": [{"of": owner, "says": says} for owner, says in run.notes.cannot_see],
            "assumed": [
                {"of": a.owner, "name": a.name, "value": a.value, "unit": a.unit} for a in run.notes.assumed
            ],
        },
    }


def _outcome_data(found: OutcomeResult) -> dict[str, Any]:
    outcome, spread = found.outcome, found.spread
    return {
        "name": outcome.name,
        "kind": outcome.kind,
        "says": meaning(outcome),
        "of": outcome.of
        if outcome.kind not in ("fraction_with_ashworth_fall", "time_to_loss_of_effect")
        else None,
        "level": outcome.level,
        "height_cm": outcome.height_cm or None,
        "from_h": outcome.from_h,
        "to_h": outcome.to_h,
        "people": found.n,
        "has_people": found.has_people,
        "fraction": None if found.fraction is None else _estimate_data(found.fraction),
        "unit": None if spread is None else unit_words(outcome),
        "median": None if spread is None else _estimate_data(spread.median),
        "p10": None if spread is None or not found.has_people else _finite(spread.p10),
        "p90": None if spread is None or not found.has_people else _finite(spread.p90),
    }


def _estimate_data(found: Estimate) -> dict[str, float | None]:
    """low and high: the 95 percent Monte Carlo interval."""
    return {"value": _finite(found.value), "low": _finite(found.low), "high": _finite(found.high)}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
