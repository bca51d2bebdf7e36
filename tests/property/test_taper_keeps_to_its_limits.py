"""For any patient: a way down that never rises, keeps to limits and days, and adds up; or a refusal with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from eutonia.assess.facts import derive_facts
from eutonia.consult import consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan, PlanKind, Reason, Refusal
from tests.property.test_titration_keeps_to_its_limits import STOCK, bounds, exact, scenarios

WAYS: list[dict[str, Any]] = [
    {},
    {},
    {"way": "slow"},
    {"way": "slow", "every": "14 days"},
    {"way": "fixed amount", "cut": "5 mg/day"},
    {"way": "fixed amount", "cut": "2.5 mg/day", "every": "5 days"},
    {"way": "percent of current", "percent": "10 percent"},
    {"way": "percent of current", "percent": "25 percent"},
    {"way": "percent of start", "percent": "10 percent"},
    {"way": "label minimum"},
    {"way": "at once", "life_threatening": True},
]


@st.composite
def tapers(draw: st.DrawFn) -> dict[str, Any]:
    data = draw(scenarios())
    way = draw(st.sampled_from(WAYS))
    question: dict[str, Any] = {"ask": "taper", "stock": draw(st.sampled_from(STOCK))}
    if way:
        question["taper"] = way
    if way.get("way") != "at once" and draw(st.integers(0, 3)) == 0:
        question["target"] = draw(st.sampled_from(["5 mg/day", "10 mg/day", "20 mg/day"]))
    if way.get("way") != "at once" and draw(st.booleans()):
        question["start_on"] = "2026-12-05"
    if draw(st.booleans()):
        question["prefer"] = "fewest strengths"
    data["question"] = {k: v for k, v in question.items() if v != []}
    dose = draw(st.sampled_from(["2 mg", "5 mg", "10 mg", "15 mg", "20 mg", "25 mg"]))
    data["record"]["oral_therapy"] = [
        {"dose": dose, "times_per_day": draw(st.sampled_from([2, 3, 4])), "from": "2026-01-05"}
    ]
    return data


def check(plan: Plan, data: dict[str, Any]) -> None:
    steps, question = plan.steps, data["question"]
    entry = data["record"]["oral_therapy"][0]
    current = exact(entry["dose"]) * entry["times_per_day"]
    doses = [current, *(step.daily_mg for step in steps)]

    # It never rises, each step is lower, and it ends where it was asked to end.
    assert all(b < a for a, b in pairwise(doses))
    assert doses[-1] == exact(question.get("target", "0 mg/day"))

    # No single dose is above the limit, or above the one that is taken already.
    knowledge = load_knowledge()
    from eutonia.intake import read_scenario

    scenario, _ = read_scenario(data, knowledge)
    sheet, _ = derive_facts(scenario, knowledge)
    single = max(min(bounds(sheet, "oral.single_dose.max", "mg")), exact(entry["dose"]))
    assert all(timed.dose.mg <= single for step in steps for timed in step.doses)

    # Every cut keeps to the pace that was asked for, or to ours.
    taper = question.get("taper", {})
    way = taper.get("way", "usual")
    for number, (a, b) in enumerate(pairwise(doses)):
        if way in ("usual", "slow"):
            assert a - b <= (5 if way == "slow" else 10)
            assert a <= 15 or a - b <= a / 4
            assert a > 15 or a - b <= 5
            # Nobody on a small dose loses most of it at once, unless nothing smaller can be made of what is left.
            assert a > 15 or a - b <= current / 2 or b == 0
            if (sheet.number("age") or 0) < 18:
                # the last cut takes with it what rounding would leave over, less than a twentieth
                assert a - b <= current / 4 or (b == 0 and a - b < current * Fraction(3, 10))
        elif way == "fixed amount":
            assert a - b <= exact(taper["cut"])
        elif way == "percent of start":
            # the last cut takes with it what rounding would leave over, less than a twentieth
            share = exact(taper["percent"]) / 100
            assert a - b <= current * share or (b == 0 and a - b < current * (share + Fraction(1, 20)))
        elif way == "percent of current":
            assert a - b <= (5 if a <= 15 else a * exact(taper["percent"]) / 100)
        elif way == "label minimum":
            assert number < 12

    # The dates follow each other without a gap and never cross; each step is held as long as it says.
    for step, after in pairwise(steps):
        assert step.last is not None
        assert step.first <= step.last
        assert after.first == step.last + timedelta(days=1)
        if way in ("usual", "slow"):
            assert step.days == int(taper.get("every", "7 days").split()[0])
    assert steps[-1].last is None
    assert steps[0].first == date.fromisoformat(question.get("start_on", "2026-11-22"))
    for dated in plan.checks:
        assert steps[0].first <= dated.first <= dated.last

    # Every day adds up, exactly; the supply is what the dated steps use.
    used: dict[str, Fraction] = {}
    for step in steps:
        assert sum(timed.dose.mg for timed in step.doses) == step.daily_mg
        for timed in step.doses:
            assert sum(piece.mg for piece in timed.dose.pieces) == timed.dose.mg
            for piece in timed.dose.pieces:
                assert (piece.units / piece.item.step).denominator == 1
                name = piece.item.name
                used[name] = used.get(name, Fraction(0)) + piece.units * (step.days or 0)
    assert {s.name: s.units for s in plan.supply} == {name: units for name, units in used.items() if units}

    # The figures are those of the steps.
    assert plan.fall is not None
    cuts = list(pairwise(doses))
    assert plan.fall.biggest_percent == max(100 * (a - b) / a for a, b in cuts)
    assert plan.fall.days == (steps[-1].first - steps[0].first).days
    if plan.kind is PlanKind.STOP_AT_ONCE:
        assert plan.conflict or "TAP-01" not in {f.rule for f in plan.assessment.findings}


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
@given(tapers())
def test_a_taper_never_rises_and_keeps_to_its_limits_or_is_refused_with_a_reason(
    data: dict[str, Any],
) -> None:
    plan = consult_data(data, load_knowledge(), people=0).plan
    if isinstance(plan, Plan):
        event(f"a plan: {data['question'].get('taper', {}).get('way', 'usual')}")
        check(plan, data)
        return
    assert isinstance(plan, Refusal)
    event(f"refused: {plan.reason.value}")
    assert plan.says.endswith((".", "?"))
    if plan.reason is Reason.CANNOT_BE_MADE:
        assert plan.next_step
        entry = data["record"]["oral_therapy"][0]
        # 30 mg is no neighbour of an infant's 4 mg: what is offered on the way down is never above what is taken
        assert all(near <= exact(entry["dose"]) * entry["times_per_day"] for near in plan.nearest_mg)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tapers(), st.sampled_from(["4 mg/day", "12 mg/day", "24 mg/day"]))
def test_both_staircases_of_a_switch_keep_their_order_and_their_days(data: dict[str, Any], dose: str) -> None:
    data["question"] = {"ask": "switch", "switch": {"partner": "tizanidine", "dose": dose}}
    plan = consult_data(data, load_knowledge(), people=0).plan
    if isinstance(plan, Refusal):
        event(f"refused: {plan.reason.value}")
        assert plan.says
        return
    assert isinstance(plan, Plan)
    assert plan.partner is not None
    event("a plan")
    up = [step.daily_mg for step in plan.partner.steps]
    assert up == sorted(set(up))
    assert up[-1] == exact(dose)
    assert all(b - a <= 2 for a, b in pairwise([Fraction(0), *up]))
    down = [step.daily_mg for step in plan.steps]
    assert down == sorted(set(down), reverse=True)
    assert plan.steps[0].first > plan.partner.steps[-1].first
    for step, after in pairwise(plan.partner.steps):
        assert step.last is not None
        assert after.first == step.last + timedelta(days=1)
