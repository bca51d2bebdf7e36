"""The stairs of a plan: under a way down each step has its simulated “too little”, on one scale."""

from __future__ import annotations

import re

import pytest

from eutonia.report.plan_chart import staircase_chart
from tests.plan_base import ON_30, planned
from tests.unit.facts_base import taken

_BAR = re.compile(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="#D55E00"')


def bars(svg: str) -> list[tuple[float, float]]:
    """Left edge and height of each bar of the lane."""
    return [(float(x), float(height)) for x, _, _, height in _BAR.findall(svg)]


def test_each_step_of_a_way_down_has_its_simulated_too_little_under_it() -> None:
    plan = planned(ask="taper", people=20)
    assert plan.fall is not None and plan.fall.too_little is not None
    svg = staircase_chart(plan)
    drawn, rises = bars(svg), plan.fall.too_little.steps
    assert len(drawn) == len(plan.steps)
    assert [x for x, _ in drawn] == sorted({x for x, _ in drawn})
    # 60 pixels are one point of the score, whatever the data are.
    assert [height for _, height in drawn] == pytest.approx([60 * max(r, 0) for r in rises], abs=0.06)
    assert "90th percentile of 20 virtual people" in svg
    assert "counts as a change: 0.48" in svg


def test_the_lane_is_left_out_where_tone_is_not_simulated() -> None:
    up = planned(taken(), name="start-us", ask="titration", target="40 mg/day")
    assert not bars(staircase_chart(up))
    pump = {"record": {"pump_therapy": [{"daily_dose": "150 microgram/day", "from": "2026-10-01"}]}}
    assert not bars(staircase_chart(planned(pump, name=ON_30, ask="taper")))


def test_the_crowd_of_each_step_is_stiffer_than_its_typical_person() -> None:
    found = planned(ask="taper", people=20).fall
    assert found is not None and found.too_little is not None
    assert len(found.too_little.steps_high) == len(found.too_little.steps)
    assert all(
        high >= rise for rise, high in zip(found.too_little.steps, found.too_little.steps_high, strict=True)
    )


def test_goes_on_never_stands_among_the_days_of_the_axis() -> None:
    for plan in (
        planned(ask="taper"),
        planned(taken(), name="start-us", ask="titration", target="40 mg/day"),
    ):
        (height,) = re.findall(r'y="([\d.]+)"[^>]*>goes on<', staircase_chart(plan))
        assert float(height) < 240
