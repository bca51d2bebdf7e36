"""Pump plans for any numbers, where a danger was found once: audits over many visits, magnets, ladders of all texts."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from eutonia.knowledge.schema import Word
from eutonia.plan.pump.audit import audit_visits
from eutonia.plan.pump.programme import Programme, most_within, read_pattern, read_periodic
from eutonia.plan.pump.titrate import TitrationPlan, plan_titration_by_pump
from tests.pump_plan_base import FILLED_ON, KNOWLEDGE, guide, implant

MANY = settings(max_examples=200, deadline=None)

visits = st.tuples(st.integers(11, 40), st.integers(0, 10), st.integers(0, 11))


@MANY
@given(visits=st.lists(visits, min_size=1, max_size=5), percent=st.integers(1, 30))
def test_an_audit_warns_of_the_side_that_is_outside_the_error(
    visits: list[tuple[int, int, int]], percent: int
) -> None:
    error = Fraction(percent, 100)
    dated = [(FILLED_ON + timedelta(days=90 * k), *volumes) for k, volumes in enumerate(visits)]
    trend = audit_visits(KNOWLEDGE, implant(40, error=error), dated)
    shares = [Fraction(fill - found, fill - expected) for fill, expected, found in visits]
    whole = Fraction(sum(f - x for f, _, x in visits), sum(f - e for f, e, _ in visits))
    assert [v.share for v in trend.visits] == shares
    assert trend.share == whole and min(shares) <= whole <= max(shares)
    assert trend.drift == ((shares[-1] - shares[0]) * 100 if len(shares) > 1 else None)
    sides = {(share > 1) - (share < 1) for share in shares}
    assert trend.is_one_sided is (len(shares) > 2 and sides in ({1}, {-1}))
    assert any("same side" in text for text in trend.says) is trend.is_one_sided
    outside = [share for share in (shares[-1], whole) if abs(share - 1) > error]
    assert trend.word is (Word.CHECK if outside else Word.NO_PROBLEM)
    assert bool(trend.second_look) is bool(outside)
    if outside:
        assert ("less left the pump" in trend.second_look[0]) is (outside[0] < 1)
        assert ("more left the reservoir" in trend.second_look[0]) is (outside[0] > 1)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    if draw(st.booleans()):
        hours = [0, *sorted(draw(st.sets(st.integers(1, 23), max_size=5)))]
        return read_pattern(KNOWLEDGE, [(hour, draw(st.integers(1, 300))) for hour in hours])
    every = draw(st.integers(3, 30))
    return read_periodic(
        KNOWLEDGE,
        micrograms=draw(st.integers(5, 100)),
        duration_h=draw(st.integers(1, every - 1)),
        every_h=every,
        base_micrograms_per_day=draw(st.integers(0, 200)),
    )


@MANY
@given(programme=programmes(), hours=st.integers(1, 60))
def test_no_hour_of_the_day_gives_more_than_the_most_within(programme: Programme, hours: int) -> None:
    """Everything is in whole hours here, so counting hour by hour from every full hour meets the largest."""
    by_hour = [amount / length for length, amount in programme.cycle for _ in range(int(length))]
    period = len(by_hour)
    counted = max(
        sum((by_hour[(begin + k) % period] for k in range(hours)), Fraction(0)) for begin in range(period)
    )
    assert most_within(programme, Fraction(hours)) == counted
    assert counted >= programme.daily * hours / 24


@MANY
@given(
    text=st.sampled_from([("NL", "child"), ("DE", "child"), ("DE", "spinal"), ("US", "cerebral")]),
    current=st.integers(20, 1000),
    more=st.integers(1, 400),
    percent=st.integers(1, 30),
)
@example(text=("NL", "child"), current=960, more=40, percent=5)
def test_a_ladder_is_planned_or_refused_by_its_text_up_to_the_largest_dose(
    text: tuple[str, str], current: int, more: int, percent: int
) -> None:
    found = plan_titration_by_pump(
        guide(*text),
        implant(40),
        current_micrograms=current,
        goal_micrograms=current + more,
        percent=percent,
        every_h=24,
        concentration=2000,
        fill_ml=40,
        hours_since_start=48,
        hours_since_change=48,
    )
    fits = percent <= (30 if text[0] == "DE" else 15) and (text[0] != "NL" or current + more <= 1000)
    assert isinstance(found, TitrationPlan) is fits
    if isinstance(found, TitrationPlan):
        assert found.steps[-1].micrograms == current + more
        assert all(step.percent <= percent for step in found.steps)
        assert {n.name for n in found.numbers} >= {"titration.rise.least", "titration.rise.most"}
