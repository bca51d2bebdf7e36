"""For any therapy in anybody: nothing is lost, levels add, and a person is the same in any company."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.model.csf import MICROGRAM_PER_MG
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import Patient, draw_patients, select_patients
from eutonia.model.oral import Layout
from eutonia.simulate.events import DoseEvents, join_events
from eutonia.simulate.intrathecal import SpinalTrajectory, simulate_intrathecal
from eutonia.simulate.spinal_events import Drainage, Injection, SpinalTherapy, TipRate
from tests.spinal_base import ADULT, crowd, models

COMMON = settings(deadline=None, max_examples=30)
TIMES = np.arange(0, 121) * 0.8
LEVELS = ("plasma", "lumbar", "upper", "cord", "reflex_site", "brain", "plasma_exposure", "lumbar_exposure")
seeds = st.integers(0, 2**32)


@st.composite
def people(draw: st.DrawFn) -> Patient:
    who = Covariates(draw(st.floats(4, 90)), draw(st.floats(15, 120)), draw(st.floats(5, 150)))
    return draw_patients(*models(), who, 3, draw(seeds))


@st.composite
def tips(draw: st.DrawFn) -> TipRate:
    hours = sorted(draw(st.lists(st.floats(0, 80), min_size=1, max_size=5)))
    return TipRate(hours, draw(st.lists(st.floats(0, 60), min_size=len(hours), max_size=len(hours))))


@st.composite
def courses(draw: st.DrawFn) -> SpinalTherapy:
    """Infusion, injections and tablets; drainages only where a test asks for them."""
    hours = sorted(draw(st.lists(st.floats(0, 80), max_size=3)))
    tablets = sorted(draw(st.lists(st.floats(0, 80), max_size=4)))
    return SpinalTherapy(
        tip=draw(st.none() | tips()),
        injections=tuple(Injection(h, draw(st.floats(5, 200))) for h in hours),
        doses=DoseEvents(tablets, [draw(st.floats(2, 40)) for _ in tablets]),
    )


def given_at_tip(tip: TipRate | None, end: float) -> float:
    if tip is None:
        return 0.0
    lengths = np.clip(np.append(tip.time_h[1:], end), None, end) - np.clip(tip.time_h, None, end)
    return float((lengths * tip.micrograms_per_h).sum())


def add(one: SpinalTherapy, other: SpinalTherapy) -> SpinalTherapy:
    """Both therapies at once."""
    parts = [t.tip for t in (one, other) if t.tip is not None]
    hours = np.unique(np.concatenate([[0.0], *(p.time_h for p in parts)]))
    rates = sum(
        (np.append(0.0, p.micrograms_per_h)[np.searchsorted(p.time_h, hours, side="right")] for p in parts),
        np.zeros(len(hours)),
    )
    assert one.doses is not None and other.doses is not None
    return SpinalTherapy(
        tip=TipRate(hours, rates),
        injections=tuple(sorted([*one.injections, *other.injections], key=lambda i: i.at_h)),
        doses=join_events(one.doses, other.doses),
    )


@COMMON
@given(who=people(), course=courses(), drained=st.floats(1, 60))
def test_every_microgram_is_in_the_body_eliminated_drained_or_never_absorbed(
    who: Patient, course: SpinalTherapy, drained: float
) -> None:
    with_drainage = SpinalTherapy(course.tip, course.injections, (Drainage(41.7, drained),), course.doses)
    run = simulate_intrathecal(who, with_drainage, TIMES)
    at, end = Layout(who.systemic.n_transit), run.end.linear
    assert course.doses is not None
    swallowed = course.doses.amount_mg.sum()
    left_the_gut = swallowed - end[: at.central].sum(axis=0)
    never_absorbed = (1 - who.systemic.f) * left_the_gut
    eliminated = who.systemic.cl * end[at.exposure]
    in_body_mg = end[: at.amounts].sum(axis=0)
    spinal = end[at.size] + end[at.size + 1]
    total = (in_body_mg + eliminated + never_absorbed) * MICROGRAM_PER_MG + spinal + run.drained
    into = sum(i.micrograms for i in course.injections) + given_at_tip(course.tip, TIMES[-1])
    np.testing.assert_allclose(total, into + swallowed * MICROGRAM_PER_MG, rtol=1e-9, atol=1e-9)


@COMMON
@given(who=people(), one=courses(), other=courses())
def test_levels_of_two_courses_together_are_the_sums_of_each_alone(
    who: Patient, one: SpinalTherapy, other: SpinalTherapy
) -> None:
    both, first, second = (simulate_intrathecal(who, t, TIMES) for t in (add(one, other), one, other))
    for name in LEVELS:
        together = getattr(first, name) + getattr(second, name)
        np.testing.assert_allclose(getattr(both, name), together, rtol=1e-8, atol=1e-11)


@COMMON
@given(who=people(), course=courses(), factor=st.floats(0.1, 20))
def test_levels_are_proportional_to_the_dose(who: Patient, course: SpinalTherapy, factor: float) -> None:
    assert course.doses is not None
    tip = course.tip
    more = SpinalTherapy(
        tip=None if tip is None else TipRate(tip.time_h, factor * tip.micrograms_per_h),
        injections=tuple(Injection(i.at_h, factor * i.micrograms) for i in course.injections),
        doses=DoseEvents(course.doses.time_h, factor * course.doses.amount_mg),
    )
    ours, base = simulate_intrathecal(who, more, TIMES), simulate_intrathecal(who, course, TIMES)
    for name in LEVELS:
        np.testing.assert_allclose(getattr(ours, name), factor * getattr(base, name), rtol=1e-9, atol=1e-12)


@COMMON
@given(who=people(), course=courses(), later=st.floats(0.1, 60))
def test_a_course_started_later_does_the_same_later(
    who: Patient, course: SpinalTherapy, later: float
) -> None:
    assert course.doses is not None
    tip = course.tip
    moved = SpinalTherapy(
        tip=None if tip is None else TipRate(tip.time_h + later, tip.micrograms_per_h),
        injections=tuple(Injection(i.at_h + later, i.micrograms) for i in course.injections),
        doses=course.doses.shift(later),
    )
    times = TIMES[1:] + 0.0137
    now, then = simulate_intrathecal(who, course, times), simulate_intrathecal(who, moved, times + later)
    for name in LEVELS[1:]:
        np.testing.assert_allclose(getattr(then, name), getattr(now, name), rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(then.tolerance, now.tolerance, atol=4e-6)
    np.testing.assert_allclose(then.adaptation, now.adaptation, atol=4e-6)


@COMMON
@given(who=people(), course=courses())
def test_nothing_is_negative_and_every_effect_lies_within_its_scale(
    who: Patient, course: SpinalTherapy
) -> None:
    run = simulate_intrathecal(who, course, TIMES)
    for name in (*LEVELS, "tolerance", "adaptation", "effect", "sedation", "excitability"):
        assert (getattr(run, name) >= 0).all(), name
    assert (run.end.linear >= 0).all()
    assert (run.effect <= 1).all() and (run.sedation <= 1).all() and (run.reflex <= 1).all()
    assert ((run.ashworth >= 1) & (run.ashworth <= 5)).all()
    assert ((run.spasms >= 0) & (run.spasms <= 4)).all()
    assert (run.tolerance <= who.effect.tolerance_max).all()
    assert (run.adaptation <= who.effect.adaptation_max).all()
    assert (run.slow_error <= 1e-6).all()


@COMMON
@given(who=people(), course=courses(), cut=st.integers(1, 100))
def test_stopping_the_computation_and_going_on_is_the_same_as_going_through(
    who: Patient, course: SpinalTherapy, cut: int
) -> None:
    """The course before the cut, then the rest of it from the state reached."""
    at = float(TIMES[cut])
    assert course.doses is not None
    first = simulate_intrathecal(who, course, TIMES[: cut + 1])
    tip = None
    if course.tip is not None:
        before = course.tip.time_h <= at
        rate = course.tip.micrograms_per_h[before][-1:]
        tip = TipRate(
            [*([0.0] if rate.size else []), *(course.tip.time_h[~before] - at)],
            [*rate, *course.tip.micrograms_per_h[~before]],
        )
    late = course.doses.time_h > at
    rest_of = SpinalTherapy(
        tip=tip,
        injections=tuple(Injection(i.at_h - at, i.micrograms) for i in course.injections if i.at_h > at),
        doses=DoseEvents(course.doses.time_h[late] - at, course.doses.amount_mg[late]),
    )
    second = simulate_intrathecal(who, rest_of, TIMES[cut:] - at, first.end)
    through = simulate_intrathecal(who, course, TIMES)
    for name in LEVELS:
        np.testing.assert_allclose(
            getattr(second, name), getattr(through, name)[cut:], rtol=1e-7, atol=1e-7, err_msg=name
        )
    np.testing.assert_allclose(second.tolerance, through.tolerance[cut:], atol=4e-6)
    np.testing.assert_allclose(second.adaptation, through.adaptation[cut:], atol=4e-6)


@COMMON
@given(seed=seeds, n=st.integers(1, 20), first=st.integers(0, 500))
def test_a_virtual_person_is_the_same_however_many_others_there_are(seed: int, n: int, first: int) -> None:
    many = draw_patients(*models(), ADULT, first + n, seed, with_paradox=True)
    few = draw_patients(*models(), ADULT, n, seed, first, with_paradox=True)
    np.testing.assert_array_equal(few.csf.lumbar_volume, many.csf.lumbar_volume[first:])
    np.testing.assert_array_equal(few.effect.sedation_ec50, many.effect.sedation_ec50[first:])
    np.testing.assert_array_equal(few.effect.is_paradoxical, many.effect.is_paradoxical[first:])
    np.testing.assert_array_equal(few.systemic.cl, many.systemic.cl[first:])


def test_one_person_alone_goes_through_the_same_as_within_six_hundred() -> None:
    everybody = crowd(600)
    therapy = SpinalTherapy(tip=TipRate([0, 30, 60], [8, 0, 20]), injections=(Injection(3, 50),))
    together = simulate_intrathecal(everybody, therapy, TIMES)
    for i in (0, 255, 256, 599):
        alone = simulate_intrathecal(select_patients(everybody, i, i + 1), therapy, TIMES)
        for name in (*LEVELS, "tolerance", "adaptation"):
            np.testing.assert_allclose(
                getattr(alone, name)[:, 0], getattr(together, name)[:, i], rtol=1e-9, atol=1e-12
            )


READ: dict[str, Callable[[SpinalTrajectory], np.ndarray]] = {
    "tolerance": lambda run: run.tolerance,
    "adaptation": lambda run: run.adaptation,
}


@pytest.mark.parametrize("name", READ)
def test_a_point_does_not_depend_on_which_other_points_are_asked_for(name: str) -> None:
    therapy = SpinalTherapy(tip=TipRate([0, 31.3], [15, 2]), injections=(Injection(7.7, 60),))
    who = crowd(5)
    all_points = READ[name](simulate_intrathecal(who, therapy, TIMES))
    few = READ[name](simulate_intrathecal(who, therapy, TIMES[[5, 50, 120]]))
    np.testing.assert_allclose(few, all_points[[5, 50, 120]], rtol=1e-12, atol=1e-15)
