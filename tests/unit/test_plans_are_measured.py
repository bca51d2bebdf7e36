"""Every kind of plan by mouth is among those whose time is measured, and none of them is a refusal."""

from __future__ import annotations

import pytest
from benchmarks.plans import PLANS, scenario

from eutonia.consult import consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan
from eutonia.record import Ask, Mishap, Partner, TaperWay

QUESTIONS = [question for _, question in PLANS.values()]


@pytest.mark.parametrize("name", PLANS)
def test_what_is_measured_is_a_plan(name: str) -> None:
    result = consult_data(scenario(name), load_knowledge(), people=0)
    assert isinstance(result.plan, Plan) or result.what_if, result.plan


def test_every_way_down_every_partner_with_steps_and_every_mishap_is_measured() -> None:
    ways = {q["taper"]["way"] for q in QUESTIONS if "taper" in q} | {TaperWay.USUAL.value}
    assert ways == {way.value for way in TaperWay}
    partners = {q["switch"]["partner"] for q in QUESTIONS if "switch" in q}
    assert partners == {p.value for p in Partner} - {Partner.DIAZEPAM.value, Partner.GABAPENTIN.value}
    mishaps = {one["what"] for q in QUESTIONS for one in q.get("what_if", [])}
    assert mishaps == {m.value for m in Mishap}
    asks = {q["ask"] for q in QUESTIONS}
    assert asks == {Ask.TITRATION.value, Ask.TAPER.value, Ask.SWITCH.value, Ask.WHAT_IF.value}
