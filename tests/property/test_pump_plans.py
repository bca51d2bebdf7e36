"""Pump plans for any numbers: dates never cross, no step exceeds its limit, totals are sums, identities hold."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.change import ChangePlan, bridge, plan_change
from eutonia.plan.pump.compare import compare_programmes
from eutonia.plan.pump.dose_range import DoseRange, dose_range
from eutonia.plan.pump.programme import DayPattern, read_pattern, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.plan.pump.replacement import months_before
from eutonia.plan.pump.titrate import TitrationPlan, plan_titration_by_pump
from eutonia.plan.pump.wean import PumpWean, plan_pump_wean
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant

FEW = settings(max_examples=40, deadline=None)
MANY = settings(max_examples=200, deadline=None)

doses = st.integers(10, 2000)
strengths = st.sampled_from((500, 1000, 2000, 3000))
decimals = st.fractions(Fraction(1, 100), Fraction(3), max_denominator=1000)
volumes = st.fractions(Fraction(5), Fraction(40), max_denominator=10)


@FEW
@given(
    dose=doses,
    strength=strengths,
    fill=volumes,
    alarm=st.integers(0, 4),
    error=st.integers(0, 20),
    lead=st.integers(0, 14),
)
def test_dates_never_cross(
    dose: int, strength: int, fill: Fraction, alarm: int, error: int, lead: int
) -> None:
    assume(fill > alarm)
    found = plan_refill(
        KNOWLEDGE,
        implant(40, alarm=alarm, error=Fraction(error, 100) if error else None),
        read_simple(KNOWLEDGE, dose),
        filled_on=FILLED_ON,
        filled_ml=fill,
        concentration=strength,
        solution="baclofen alone",
        lead_days=lead,
    )
    assume(isinstance(found, RefillPlan))
    assert isinstance(found, RefillPlan)
    assert FILLED_ON <= found.refill_by <= found.nominal_by <= found.alarm_on <= found.empty_on
    assert found.refill_by <= found.alarm.early_on(FILLED_ON) - timedelta(days=lead)
    assert found.refill_by <= found.stable_until
    # the identity, worked backwards: what flows until the alarm and what is left are the fill
    assert found.alarm.days * found.flow + alarm == fill
    assert found.empty.days * found.flow == fill
    assert found.flow * strength == dose
    for days in (found.alarm, found.empty):
        if days.early is not None and days.late is not None:
            assert days.early < days.days < days.late
            assert 1 / days.early + 1 / days.late == 2 / days.days


@MANY
@given(path=decimals, old=strengths, new=strengths, before=doses, after=doses)
def test_a_bridge_carries_the_whole_path_at_the_old_dose(
    path: Fraction, old: int, new: int, before: int, after: int
) -> None:
    found = bridge(path, Fraction(old), Fraction(new), Fraction(before), Fraction(after))
    assert found.flow * found.hours / 24 == path == found.ml
    assert found.micrograms * 24 / found.hours == before
    assert found.omitted_daily * found.omitted_h / 24 == found.micrograms  # the same drug, in another time
    assert found.omitted_ratio == Fraction(after * old, before * new)


@settings(max_examples=25, deadline=None)
@given(
    path=st.fractions(Fraction(1, 10), Fraction(1, 2), max_denominator=100),
    old=strengths,
    new=strengths,
    before=st.integers(50, 1500),
    after=st.integers(50, 1500),
)
def test_with_the_bridge_the_simulated_tip_never_leaves_the_two_doses(
    path: Fraction, old: int, new: int, before: int, after: int
) -> None:
    assume(old != new)
    found = plan_change(
        KNOWLEDGE,
        implant(40, path=path),
        before=read_simple(KNOWLEDGE, before),
        after=read_simple(KNOWLEDGE, after),
        old_concentration=old,
        new_concentration=new,
        fill_ml=40,
    )
    assert isinstance(found, ChangePlan) and found.simulated is not None and found.bridge is not None
    hourly, without = found.simulated.tip_by_hour()
    low, high = min(before, after) / 24, max(before, after) / 24
    assert low * (1 - 1e-9) <= min(hourly) and max(hourly) <= high * (1 + 1e-9)
    whole_h = int(min(found.bridge.omitted_h, len(without)))
    assert np.allclose(without[:whole_h], float(found.bridge.omitted_daily) / 24)


@MANY
@given(
    label=st.sampled_from(("US", "DE", "NL")),
    population=st.sampled_from(("spinal", "cerebral", "child")),
    current=doses,
    occasion=st.sampled_from(("titration", "refill", "side effects")),
)
def test_no_range_exceeds_its_limits(label: str, population: str, current: int, occasion: str) -> None:
    found = dose_range(guide(label, population), current, occasion)
    if not isinstance(found, DoseRange):
        return
    percents = {"titration": (5, 30), "refill": (0, 40), "side effects": (-20, -10)}[occasion]
    low, high = (found.lowest / current - 1) * 100, (found.highest / current - 1) * 100
    assert percents[0] <= low <= high <= percents[1]
    if population != "spinal" and label != "DE" and occasion == "titration":
        assert high <= 15
    if label == "NL" and occasion != "side effects":
        assert found.highest <= 1000


@FEW
@given(
    population=st.sampled_from(("spinal", "cerebral", "child")),
    current=st.integers(20, 400),
    factor=st.integers(101, 300),
    percent=st.integers(1, 30),
)
def test_no_step_of_a_ladder_exceeds_its_limit(
    population: str, current: int, factor: int, percent: int
) -> None:
    goal = Fraction(current * factor, 100)
    most = 30 if population == "spinal" else 15
    found = plan_titration_by_pump(
        guide("US", population),
        implant(40),
        current_micrograms=current,
        goal_micrograms=goal,
        percent=percent,
        every_h=24,
        concentration=2000,
        fill_ml=40,
        hours_since_start=48,
        hours_since_change=48,
    )
    assert isinstance(found, TitrationPlan) == (percent <= most)
    if isinstance(found, TitrationPlan):
        levels = [Fraction(current), *(s.micrograms for s in found.steps)]
        assert levels[-1] == goal
        for below, above, step in zip(levels, levels[1:], found.steps, strict=False):
            assert below < above <= below * (1 + Fraction(percent, 100))
            assert step.percent <= percent
        hours = [s.at_h for s in found.steps]
        assert all(b - a == 24 for a, b in itertools.pairwise(hours))
        assert found.simulated is not None and found.simulated.run is not None
        total = float(sum((s.micrograms for s in found.steps), Fraction(0)))
        assert found.simulated.run.delivered([24.0 * len(hours)])[0] == pytest.approx(total, rel=1e-9)


@FEW
@given(current=st.integers(200, 1500), share=st.integers(10, 90), percent=st.integers(5, 20))
def test_a_way_down_never_rises_and_ends_at_its_floor(current: int, share: int, percent: int) -> None:
    floor = Fraction(current * share, 100)
    found = plan_pump_wean(
        KNOWLEDGE,
        implant(40),
        current_micrograms=current,
        floor_micrograms=floor,
        percent=percent,
        every_h=48,
        pace="planned stop",
        concentration=2000,
        fill_ml=40,
    )
    assert isinstance(found, PumpWean)
    levels = [Fraction(current), *(s.micrograms for s in found.steps)]
    assert all(a > b >= a * (1 - Fraction(percent, 100)) for a, b in itertools.pairwise(levels))
    assert levels[-1] == floor


@st.composite
def patterns(draw: st.DrawFn) -> DayPattern:
    hours = sorted(draw(st.sets(st.integers(1, 47), max_size=8)))
    starts = [Fraction(0), *(Fraction(h, 2) for h in hours)]
    return read_pattern(KNOWLEDGE, [(h, draw(st.integers(1, 100))) for h in starts])


@FEW
@given(before=patterns(), after=patterns(), midnight=st.integers(0, 23))
def test_totals_are_the_sums_of_their_steps_on_paper_and_at_the_tip(
    before: DayPattern, after: DayPattern, midnight: int
) -> None:
    assert after.daily == sum(s.micrograms for s in after.steps)
    assert after.daily == sum(s.micrograms_per_h * (s.to_h - s.from_h) for s in after.steps)
    assert sum(s.to_h - s.from_h for s in after.steps) == 24
    found = plan_change(
        KNOWLEDGE,
        implant(40),
        before=before,
        after=after,
        old_concentration=500,
        new_concentration=500,
        fill_ml=40,
        midnight_h=midnight,
    )
    assert isinstance(found, ChangePlan) and found.simulated is not None
    by_day, _ = found.simulated.tip_by_day()
    assert np.allclose(by_day, float(after.daily), rtol=1e-9)
    change = compare_programmes(KNOWLEDGE, before, after)
    assert change.ratio == after.daily / before.daily
    back = compare_programmes(KNOWLEDGE, after, before)
    assert bool(change.second_look) is bool(back.second_look)  # up and down are judged alike


@MANY
@given(fill=st.integers(10, 40), expected=st.integers(0, 9), found=st.integers(0, 10))
def test_what_was_found_and_what_was_delivered_are_the_fill(fill: int, expected: int, found: int) -> None:
    trend = audit_visits(KNOWLEDGE, implant(40), [(FILLED_ON, fill, expected, found)])
    visit = trend.visits[0]
    assert visit.gone_ml + found == fill
    assert visit.share * visit.reckoned_ml == visit.gone_ml
    assert (visit.error_percent > 0) is (found < expected)


@MANY
@given(day=st.dates(), months=st.integers(0, 24))
def test_months_ahead_never_lie_after_the_day_nor_skip_a_month(day: date, months: int) -> None:
    assume(day.year > 3)
    found = months_before(day, months)
    assert found <= day
    assert (day.year - found.year) * 12 + day.month - found.month == months
    assert found.day <= day.day
