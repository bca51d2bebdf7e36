"""What the tests of plans share: a base record with a question, and what comes out."""

from __future__ import annotations

from typing import Any

from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan, Refusal
from eutonia.plan.what_if import Expected
from tests.scenario_files import base, patched
from tests.unit.facts_base import Change, both

ON_60 = "kidney-taper"  # 60 mg a day for three years, healthy kidneys
ON_30 = "adult-us"  # 30 mg a day since February


def data_of(*changes: Change, name: str = ON_60, **question: Any) -> dict[str, Any]:
    data: dict[str, Any] = patched(base(name), both(*changes, {"question": question}))
    data["question"].pop("proposed", None)
    return data


def asked(*changes: Change, name: str = ON_60, people: int = 0, **question: Any) -> Result:
    return consult_data(data_of(*changes, name=name, **question), load_knowledge(), people=people)


def planned(*changes: Change, name: str = ON_60, people: int = 0, **question: Any) -> Plan:
    plan = asked(*changes, name=name, people=people, **question).plan
    assert isinstance(plan, Plan), plan
    return plan


def refused(*changes: Change, name: str = ON_60, **question: Any) -> Refusal:
    plan = asked(*changes, name=name, **question).plan
    assert isinstance(plan, Refusal), plan
    return plan


def expected(mishap: dict[str, Any], *changes: Change, name: str = ON_60, people: int = 0) -> Expected:
    result = asked(*changes, name=name, people=people, ask="what if", what_if=[mishap])
    assert result.plan is None, result.plan
    (one,) = result.what_if
    return one


def levels(plan: Plan) -> list[float]:
    return [float(step.daily_mg) for step in plan.steps]
