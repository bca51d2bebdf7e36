"""A valid scenario to start from, and what reading it says."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from eutonia.errors import InputRefused, Problem
from eutonia.intake import Note, read_scenario
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml
from eutonia.record import Scenario

BASE = Path(__file__).parents[1] / "scenarios" / "bases" / "adult-us.yaml"
Data = dict[str, Any]


def base() -> Data:
    """Adult woman with multiple sclerosis on 30 mg a day, as plain data."""
    data: Data = parse_yaml(BASE.read_text(encoding="utf-8"))
    return data


def with_change(change: Callable[[Data], object]) -> Data:
    data = copy.deepcopy(base())
    change(data)
    return data


def read(data: object) -> tuple[Scenario, tuple[Note, ...]]:
    return read_scenario(data, load_knowledge())


def problems_of(data: object) -> tuple[Problem, ...]:
    """Everything for which the data are refused; empty when they are read."""
    try:
        read(data)
    except InputRefused as refused:
        return refused.problems
    return ()


def only_problem(data: object) -> Problem:
    problems = problems_of(data)
    assert len(problems) == 1, problems
    return problems[0]


def with_dose(dose: object) -> Data:
    return with_change(lambda d: d["record"]["oral_therapy"][0].update(dose=dose))


def with_observation(what: object, value: object, on: object = "2026-11-01", **more: object) -> Data:
    entry = {"what": what, "value": value, "on": on, **more}
    return with_change(lambda d: d["record"].update(observations=[entry]))


def with_pump(daily_dose: object, **more: object) -> Data:
    entry = {"daily_dose": daily_dose, "from": "2026-03-01", **more}
    return with_change(lambda d: d["record"].update(pump_therapy=[entry]))


def with_oral(*phases: Data) -> Data:
    return with_change(lambda d: d["record"].update(oral_therapy=list(phases)))


def with_patient(**fields: object) -> Data:
    return with_change(lambda d: d["record"]["patient"].update(fields))


def with_medicine(**fields: object) -> Data:
    return with_change(lambda d: d["record"].update(medicines=[fields]))


def with_problem(**fields: object) -> Data:
    return with_change(lambda d: d["record"].update(problems=[fields]))
