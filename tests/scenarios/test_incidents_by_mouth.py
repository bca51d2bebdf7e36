"""Incidents that were published or found, as far as they concern baclofen by mouth: each has a test of its name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from eutonia.consult import consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Word
from eutonia.plan.outcome import Plan, Reason, Refusal
from eutonia.report.charts import course_chart
from eutonia.report.data import result_data
from eutonia.report.plan_chart import staircase_chart
from eutonia.report.plan_words import phase_lines
from eutonia.report.what_if_chart import what_if_chart
from eutonia.report.words import verdict
from eutonia.simulate.course import Course
from tests.plan_base import ON_30, asked, expected, planned
from tests.scenario_files import ask, base, patched
from tests.unit.facts_base import observed, taken

THREE_FIVES = {"dose": "5 mg", "times_per_day": 3}


# --- baclofen 5 mg three times a day started in a dialysis patient: encephalopathy in 3 days ------------------------


def on_dialysis(**question: Any) -> dict[str, Any]:
    return patched(base("kidney-dialysis"), {"question": question})


def test_baclofen_5_mg_three_times_a_day_started_in_a_dialysis_patient_is_stopped() -> None:
    result = ask(on_dialysis(ask="check", proposed=[THREE_FIVES]))
    assert verdict(result) is Word.STOP
    assert result.assessment.problems[0].topic == "kidney"


def test_no_titration_to_15_mg_is_planned_for_a_dialysis_patient() -> None:
    data = on_dialysis(ask="titration", target="15 mg/day")
    data["question"].pop("proposed", None)
    data["record"]["oral_therapy"] = []
    plan = ask(data).plan
    assert isinstance(plan, Refusal)
    assert plan.reason is Reason.AVOID


def test_kidney_function_is_a_required_answer_and_not_known_gives_cannot_tell() -> None:
    data = patched(base("start-us"), observed())
    data["question"] = {"ask": "titration", "target": "15 mg/day"}
    result = ask(data)
    assert verdict(result) is Word.CANNOT_TELL
    assert isinstance(result.plan, Refusal)
    assert {"egfr", "creatinine_clearance"} & set(result.plan.missing)


# --- phases of a plan hidden in a note -----------------------------------------------------


@pytest.mark.parametrize(
    "plan",
    [
        planned(ask="taper"),
        planned(taken(), name="start-us", ask="titration", target="60 mg/day"),
        planned(name=ON_30, ask="switch", switch={"partner": "tizanidine", "dose": "8 mg/day"}),
    ],
    ids=["taper", "titration", "switch"],
)
def test_phases_hidden_in_notes_cannot_happen_each_phase_is_one_complete_line(plan: Plan) -> None:
    lines = phase_lines(plan)
    assert len(lines) == len(plan.steps)
    for line, step in zip(lines, plan.steps, strict=True):
        assert line.startswith(f"Phase {step.number} of {len(plan.steps)}: baclofen by mouth, from ")
        assert "until further notice" in line or " to " in line
        for timed in step.doses:
            assert timed.dose.words() in line
    # No remark or rule carries a dose of its own phases: what is to be taken stands in the lines alone.
    told = " ".join([g.says for g in plan.guidance])
    assert not re.search(r"\d+ tablets? of", told)


def test_the_result_for_machines_holds_every_phase_with_both_dates_and_all_doses() -> None:
    plan = result_data(asked(ask="taper"))["plan"]
    assert len(plan["phases"]) == len(plan["steps"]) == 12
    for step in plan["steps"]:
        assert step["first"]
        assert sum(d["mg"] for d in step["doses"]) == pytest.approx(step["mg_per_day"])


# --- an axis that rescaled itself hid a rise from 10 to 15 mg --------------------------


def curves(svg: str) -> list[str]:
    return re.findall(r' d="([^"]+)"', svg)


@pytest.mark.parametrize("name", [ON_30, "start-us"])
def test_an_autoscaled_axis_does_not_hide_a_dose_change(name: str) -> None:
    """Raising 10 to 15 mg three times a day once left the picture as it was, byte for byte.

    Without a dose before, the two curves have one shape: then the numbers at the axis alone tell them apart.
    """
    charts = []
    for dose in ("10 mg", "15 mg"):
        data = patched(
            base(name), {"question": {"ask": "check", "proposed": [{"dose": dose, "times_per_day": 3}]}}
        )
        course = consult_data(data, load_knowledge(), people=0).course
        assert isinstance(course, Course)
        charts.append(course_chart(course))
    assert charts[0] != charts[1]
    ticks = [set(re.findall(r">(\d+)<", svg)) for svg in charts]
    assert curves(charts[0]) != curves(charts[1]) or ticks[0] != ticks[1]


def test_the_usual_course_and_what_could_happen_share_one_scale() -> None:
    one = expected({"what": "acute kidney injury", "from": "2026-11-24 08:00", "filtration": "15 mL/min"})
    svg = what_if_chart(one, key="k")
    usual, happened = curves(svg)[:2]

    def highest(path: str) -> float:
        return min(float(y) for y in re.findall(r"[\d.]+ ([\d.]+)", path))

    # On one scale the higher level stands higher by the same factor: 234 is the base, 34 the top.
    drawn = (234 - highest(happened)) / (234 - highest(usual))
    assert drawn == pytest.approx(one.typical.max() / one.usual.max(), rel=0.02)


def test_two_tapers_from_different_doses_are_drawn_differently() -> None:
    assert staircase_chart(planned(ask="taper")) != staircase_chart(planned(name=ON_30, ask="taper"))
