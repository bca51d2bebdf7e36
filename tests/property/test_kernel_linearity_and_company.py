"""For any doses in anybody, compiled: doses add and scale, time shifts, nothing is negative, company is no matter."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, FloatArray, draw_individuals, select_subjects
from eutonia.model.intrathecal import draw_patients, select_patients
from eutonia.model.kernel_numpy import Histogram, read_fast
from eutonia.model.kernel_plan import plan_read
from eutonia.model.oral import Layout, build_rate_matrix
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

MODELS = load_knowledge().models
ADULT = Covariates(40, 70, 80)
WHO = draw_individuals(MODELS["oral.reference2026"], ADULT, 37, 21)
TIMES = np.arange(0, 97) * 0.5
AT = Layout(WHO.n_transit)
COMMON = settings(deadline=None, max_examples=25)

Doses = list[tuple[float, float, bool]]
doses = st.lists(
    st.tuples(st.integers(0, 96).map(lambda k: k / 4), st.floats(0.5, 80), st.booleans()),
    min_size=1,
    max_size=5,
)


def curve(given_doses: Doses, who: int | None = None, shift: float = 0.0) -> FloatArray:
    """Concentrations of all, or of one alone, after tablets (True) and injections into a vein."""
    order = sorted(given_doses)
    add = np.zeros((len(order), AT.size))
    for row, (_, amount, by_mouth) in enumerate(order):
        add[row, 0 if by_mouth else AT.central] = amount
    people = WHO if who is None else select_subjects(WHO, who, who + 1)
    read = np.zeros((AT.size, people.n))
    read[AT.central] = 1000 / people.vc
    plan = plan_read(TIMES + shift, [t + shift for t, _, _ in order], add, np.ones(AT.size))
    return read_fast(build_rate_matrix(people), read, plan, np.zeros((AT.size, people.n)))[0].copy()


@given(doses, doses)
@COMMON
def test_two_regimens_together_give_the_sum_of_their_curves(one: Doses, other: Doses) -> None:
    np.testing.assert_allclose(curve(one + other), curve(one) + curve(other), rtol=1e-11, atol=1e-12)


@given(doses, st.floats(0.1, 10))
@COMMON
def test_a_curve_is_proportional_to_the_dose(given_doses: Doses, factor: float) -> None:
    scaled = [(t, amount * factor, by_mouth) for t, amount, by_mouth in given_doses]
    np.testing.assert_allclose(curve(scaled), factor * curve(given_doses), rtol=1e-11, atol=1e-12)


@given(doses, st.integers(1, 200).map(lambda k: k / 4))
@COMMON
def test_the_same_doses_later_give_the_same_curve_later(given_doses: Doses, shift: float) -> None:
    np.testing.assert_allclose(curve(given_doses, shift=shift), curve(given_doses), rtol=1e-11, atol=1e-12)


@given(doses, st.integers(0, WHO.n - 1))
@COMMON
def test_nobody_has_a_negative_level_and_each_is_bitwise_the_same_alone(given_doses: Doses, who: int) -> None:
    together = curve(given_doses)
    assert (together >= 0).all()
    assert np.array_equal(together[:, who], curve(given_doses, who)[:, 0])


@given(st.floats(10, 500), st.floats(5, 200), st.integers(0, 40))
@settings(deadline=None, max_examples=8)
def test_in_the_spinal_fluid_too_company_is_no_matter_and_amounts_stay_positive(
    per_day: float, bolus: float, who: int
) -> None:
    patients = draw_patients(MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"], ADULT, 41, 8)
    therapy = SpinalTherapy(tip=TipRate.constant(per_day, 2.0, 30.0), injections=(Injection(1.0, bolus),))
    together = simulate_spinal_fast(patients, therapy, TIMES)
    alone = simulate_spinal_fast(select_patients(patients, who, who + 1), therapy, TIMES)
    for name in ("plasma", "lumbar", "upper", "cord", "effect", "tolerance", "adaptation"):
        values = getattr(together, name)
        assert (values >= 0).all(), name
        assert np.array_equal(values[:, who], getattr(alone, name)[:, 0]), name
    assert (together.effect <= 1).all()


@given(st.lists(st.floats(0, 1e5), min_size=2, max_size=60), st.integers(1, 59))
@COMMON
def test_histograms_of_parts_add_up_to_that_of_the_whole(values: list[float], cut: int) -> None:
    row = np.array([values])
    cut = min(cut, len(values) - 1)
    whole, one, other = (Histogram.empty(1) for _ in range(3))
    whole.add(row, len(values), is_fast=True)
    one.add(row, cut, is_fast=True)
    other.add(np.ascontiguousarray(row[:, cut:]), len(values) - cut, is_fast=False)
    assert np.array_equal(whole.counts, one.merge(other).counts)
    for percent in (10.0, 50.0, 90.0):
        exact = np.percentile(row[0], percent, method="inverted_cdf")
        got = whole.percentile(percent)[0]
        # the stated resolution: a 64th of the value; the first bin reaches from 0 to the first edge above 1/128
        assert abs(got - exact) <= max(exact / 64, 65 / 64 / 128)
