"""A plan for a pump as plain data for JSON: its sentences, its numbers, the order, and what the simulation shows."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from eutonia.assess.findings import Assessment
from eutonia.knowledge.library import Conflict
from eutonia.knowledge.pump_numbers import PUMP_UNITS, PumpNumber
from eutonia.knowledge.schema import Limit
from eutonia.plan.pump.answer import PumpAnswer
from eutonia.plan.pump.change import ChangePlan
from eutonia.plan.pump.exact import DAY_H
from eutonia.plan.pump.order import amount_data, order_data
from eutonia.plan.pump.outcome import PumpPlan, PumpRefusal
from eutonia.plan.pump.programme import read_back
from eutonia.plan.pump.simulated import Simulated
from eutonia.report.pump_words import compared, missing_words, pump_sentence, pump_title, pump_word
from eutonia.simulate.device import PumpRun
from eutonia.simulate.intrathecal import SpinalTrajectory

__all__ = ["pump_data"]

_DIGITS = 6
_DAY = int(DAY_H)
#: Longer simulations are given by day alone.
_MOST_HOURS = 16 * _DAY


def pump_data(
    answer: PumpAnswer | None,
    *,
    limit: Callable[[Limit], dict[str, Any]],
    conflict: Callable[[Conflict], dict[str, Any]],
    assessment: Callable[[Assessment], dict[str, Any]],
) -> dict[str, Any] | None:
    """The answer, or None where none was asked for. limit, conflict, assessment: how these are written in the result.

    Exact amounts are decimal text with their unit, or two whole numbers; what is simulated is rounded.
    """
    if answer is None:
        return None
    plan = answer.plan
    return {
        "kind": answer.kind.value,
        "title": pump_title(answer),
        "word": pump_word(answer).value,
        "sentence": pump_sentence(answer),
        "concentration": amount_data(answer.concentration, "microgram/mL"),
        "read_back": {
            "before": None if answer.before is None else _lines(read_back(answer.before)),
            "after": None if answer.after is None else _lines(read_back(answer.after)),
        },
        "numbers": [_number(n) for n in {n.id: n for n in plan.numbers}.values()],
        **(
            _refusal(plan, limit)
            if isinstance(plan, PumpRefusal)
            else _plan(answer, plan, conflict=conflict, assessment=assessment)
        ),
    }


def _refusal(plan: PumpRefusal, limit: Callable[[Limit], dict[str, Any]]) -> dict[str, Any]:
    return {
        "refused": plan.reason.value,
        "says": plan.says,
        "next_step": plan.next_step,
        "missing": [{"name": name, "says": missing_words(name)} for name in plan.missing],
        "limits": [limit(one) for one in plan.limits],
    }


def _plan(
    answer: PumpAnswer,
    plan: PumpPlan,
    *,
    conflict: Callable[[Conflict], dict[str, Any]],
    assessment: Callable[[Assessment], dict[str, Any]],
) -> dict[str, Any]:
    change, then = compared(answer), answer.then
    return {
        "refused": None,
        "says": list(plan.says),
        "before_and_after": None
        if change is None
        else {
            "before": amount_data(change.before_daily, "microgram/day"),
            "after": amount_data(change.after_daily, "microgram/day"),
            "ratio": amount_data(change.ratio, "1"),
            "says": change.says,
        },
        "second_look": _lines(text for text in plan.second_look if text),
        "questions": _lines(plan.questions),
        "settle": _lines(plan.settle),
        "not_checked": _lines(plan.not_checked),
        "checklist": _lines(plan.checklist) if isinstance(plan, ChangePlan) else [],
        "conflicts": [conflict(one) for one in plan.conflicts],
        "order": order_data(plan.ordered),
        "simulated": None if plan.simulated is None else _simulated(plan.simulated),
        "then": None if then is None else {"word": then.word.value, **assessment(then)},
    }


def _lines(lines: Iterable[str]) -> list[dict[str, str]]:
    return [{"says": line} for line in lines]


def _number(number: PumpNumber) -> dict[str, Any]:
    return {
        "id": number.id,
        "name": number.name,
        **(amount_data(number.exact, PUMP_UNITS[number.name] or "1") or {}),
        "says": number.says,
        "texts": list(number.labels),
        "sources": [
            {"source": c.source, "at": c.at, "check": c.check.value, "on": c.on.isoformat()}
            for c in number.evidence
        ],
    }


def _simulated(found: Simulated) -> dict[str, Any]:
    """planned, without and fast as in ``Simulated``, each of a full hour or 24 hours; None where not run."""
    runs = {"planned": found.run, "without": found.without, "fast": found.fast}
    return {
        "tip_by_hour": {"unit": "microgram/h", **{name: _by_hour(run) for name, run in runs.items()}},
        "tip_by_day": {"unit": "microgram/day", **{name: _by_day(run) for name, run in runs.items()}},
        "reservoir_by_day": {"unit": "mL", **{name: _left(run) for name, run in runs.items()}},
        "tone_by_day": {
            "score": "highest Ashworth score of the typical person in each 24 hours, 1 to 5",
            "planned": _tone(found.tone),
            "without": _tone(found.tone_without),
        },
        "happens": [
            {"at_h": _round(o.at_h), "what": o.kind}
            for o in (found.run.occurrences if found.run is not None else ())
        ],
        "not_simulated": _lines(found.not_simulated),
    }


def _by_hour(run: PumpRun | None) -> list[float] | None:
    if run is None or run.time_h[-1] > _MOST_HOURS:
        return None
    return [_round(float(v)) for v in run.hourly()]


def _by_day(run: PumpRun | None) -> list[float] | None:
    if run is None:
        return None
    totals = run.delivered([_DAY * n for n in range(_days(run) + 1)])
    return [_round(float(b - a)) for a, b in pairwise(totals)]


def _left(run: PumpRun | None) -> list[float] | None:
    if run is None:
        return None
    return [_round(float(v)) for v in run.reservoir([_DAY * n for n in range(_days(run) + 1)])]


def _days(run: PumpRun) -> int:
    return math.floor(float(run.time_h[-1]) / _DAY)


def _tone(tone: SpinalTrajectory | None) -> list[float] | None:
    if tone is None:
        return None
    score, hours = tone.ashworth[:, 0], tone.times_h
    ends = range(math.floor(float(hours[-1]) / _DAY))
    return [_round(float(score[(hours >= _DAY * day) & (hours <= _DAY * (day + 1))].max())) for day in ends]


def _round(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
