"""The arithmetic of pumps stands twice, in fractions for plans and in floating point for models; both must agree.

Tolerance: 1e-9 of the value, floating point alone. See docs/decisions/0019.
"""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.model.device import (
    audit_volume,
    bridge_bolus,
    flow_ml_per_day,
    flushed_micrograms,
    hours_until_tip,
    old_solution_at_new_programme,
)
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.change import bridge
from eutonia.plan.pump.exact import DAY_H
from eutonia.plan.pump.missed import plan_missed_refill
from eutonia.plan.pump.prime import PrimingPlan, flushed, plan_priming
from eutonia.plan.pump.programme import read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill, refill_days
from eutonia.simulate.device import PumpRun, run_pump
from eutonia.simulate.pump_events import Continuous, Fill, FixedVolume
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, implant

MANY = settings(max_examples=150, deadline=None)
SOME = settings(max_examples=40, deadline=None)

doses = st.fractions(Fraction(20), Fraction(2000), max_denominator=50)
strengths = st.sampled_from((500, 1000, 2000, 3000))
paths = st.fractions(Fraction(1, 5), Fraction(1), max_denominator=1000)
errors = st.fractions(Fraction(-1, 5), Fraction(1, 5), max_denominator=100)


def same(exact: Fraction) -> object:
    return pytest.approx(float(exact), rel=1e-9, abs=1e-12)


def at(run: PumpRun, kind: str) -> float:
    return next(o.at_h for o in run.occurrences if o.kind == kind)


@MANY
@given(path=paths, old=strengths, new=strengths, before=doses, after=doses)
def test_bridge_omission_flow_and_flush_are_the_same_in_both(
    path: Fraction, old: int, new: int, before: Fraction, after: Fraction
) -> None:
    exact = bridge(path, Fraction(old), Fraction(new), before, after)
    model = bridge_bolus(float(path), old, float(before))
    assert (model.micrograms, model.hours, model.flow) == (
        same(exact.micrograms),
        same(exact.hours),
        same(exact.flow),
    )
    left_out = old_solution_at_new_programme(float(path), old, new, float(after))
    assert left_out == (same(exact.omitted_daily), same(exact.omitted_h))
    assert flow_ml_per_day(float(before), old) == same(before / old)
    assert flushed_micrograms(float(path), old) == same(flushed(path, Fraction(old)))


@MANY
@given(
    path=paths,
    strength=strengths,
    dose=doses,
)
def test_the_way_to_the_tip_takes_the_same_time_in_both(
    path: Fraction, strength: int, dose: Fraction
) -> None:
    exact = DAY_H * path / (dose / strength)
    assert hours_until_tip(float(path), float(dose) / strength) == same(exact)
    found = plan_priming(
        KNOWLEDGE,
        implant(40, path=path),
        read_simple(KNOWLEDGE, dose),
        concentration=strength,
        fill_ml=40,
        part="whole path",
        duration_h=1,
    )
    assert isinstance(found, PrimingPlan) and found.unprimed_h == exact
    run = run_pump(
        implant(40, path=path).system(),
        [Fill(0.0, 40.0, strength), Continuous(0.0, float(dose))],
        float(exact) + 10,
        0.0,
    )
    assert at(run, "new solution at the tip") == same(exact)


@SOME
@given(
    fill=st.fractions(Fraction(6), Fraction(40), max_denominator=10),
    alarm=st.integers(1, 4),
    strength=strengths,
    dose=doses,
    error=errors,
)
def test_hours_to_the_alarm_and_to_empty_are_the_same_in_both_at_any_true_flow(
    fill: Fraction, alarm: int, strength: int, dose: Fraction, error: Fraction
) -> None:
    """The alarm sounds by the programmed flow; the reservoir is empty by the true one."""
    flow, factor = dose / strength, 1 + error
    programmed = refill_days(fill, Fraction(alarm), flow, abs(error))
    empty = refill_days(fill, Fraction(0), flow, abs(error))
    truly = {0: empty.days, 1: empty.early, -1: empty.late}[(error > 0) - (error < 0)]
    assert truly is not None
    run = run_pump(
        implant(40, alarm=alarm).system(),
        [Fill(0.0, float(fill), strength), Continuous(0.0, float(dose))],
        float(DAY_H * max(truly, empty.days)) + 24,
        strength,
        float(factor),
    )
    assert at(run, "empty") == same(DAY_H * truly)
    assert at(run, "alarm volume reached") == same(DAY_H * programmed.days / factor)
    if programmed.days < truly:
        assert at(run, "low reservoir alarm") == same(DAY_H * programmed.days)
    half = truly / 2
    assert run.reservoir([float(DAY_H * half)])[0] == same(fill - flow * factor * half)
    # what an audit reckons from the volume found then is the error that was put in
    seen = audit_volume(float(fill), float(fill - flow * half), float(fill - flow * factor * half))
    share = audit_visits(
        KNOWLEDGE,
        implant(40),
        [(FILLED_ON, fill, fill - flow * half, fill - flow * factor * half)],
    ).share
    assert share == factor
    assert seen.error_percent == pytest.approx(float(100 * error), abs=1e-8)


@SOME
@given(days=st.integers(0, 100), dose=st.integers(50, 600), strength=strengths)
def test_the_volume_left_after_so_many_days_is_the_same_in_both(days: int, dose: int, strength: int) -> None:
    refill = plan_refill(
        KNOWLEDGE,
        implant(40),
        read_simple(KNOWLEDGE, dose),
        filled_on=FILLED_ON,
        filled_ml=40,
        concentration=strength,
        solution="baclofen alone",
    )
    assert isinstance(refill, RefillPlan) and refill.simulated is not None
    assert refill.simulated.run is not None
    late = plan_missed_refill(KNOWLEDGE, refill, today=FILLED_ON + timedelta(days=days), has_signs=False)
    assert refill.simulated.run.reservoir([24.0 * days])[0] == pytest.approx(float(late.left_ml), abs=1e-9)


@SOME
@given(path=paths, old=strengths, new=strengths, before=doses, after=doses)
def test_the_strength_at_the_tip_changes_at_the_same_hour_in_both(
    path: Fraction, old: int, new: int, before: Fraction, after: Fraction
) -> None:
    if old == new:
        return
    exact = bridge(path, Fraction(old), Fraction(new), before, after)
    system = implant(40, path=path).system()
    events = [Fill(0.0, 40.0, new), Continuous(0.0, float(after))]
    crossing = FixedVolume(0.0, float(exact.ml), float(exact.hours))
    for run, changes_at in (
        (run_pump(system, [*events, crossing], float(exact.hours) + 24, old), exact.hours),
        (run_pump(system, events, float(exact.omitted_h) + 24, old), exact.omitted_h),
    ):
        assert at(run, "new solution at the tip") == same(changes_at)
        middle = (run.time_h[:-1] + run.time_h[1:]) / 2
        for hour, strength in zip(middle, run.at_tip, strict=True):
            if hour != same(changes_at):  # a sliver of rounding around the change belongs to neither side
                assert strength == (old if hour < float(changes_at) else new)
