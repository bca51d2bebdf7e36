"""The population kernels against the reference path of the package: ``simulate`` and ``simulate_intrathecal``.

Tolerances: linear curves 1e-9 relative, both are exact and round differently. Effects and slow states 2e-6: the
two integrate by different methods, each of which holds tolerance and adaptation to 1e-6 (each is held against
DOP853 elsewhere).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals
from eutonia.model.intrathecal import draw_patients
from eutonia.model.kernel_numpy import read_fast
from eutonia.model.kernel_plan import plan_read
from eutonia.model.oral import Layout, build_rate_matrix
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.run import NG_PER_ML, simulate
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from eutonia.simulate.virtual_spinal import simulate_spinal_fast

MODELS = load_knowledge().models
ADULT = Covariates(50, 70, 90)


def test_tablets_for_a_month_give_the_curves_of_the_reference_path() -> None:
    who = draw_individuals(MODELS["oral.reference2026"], ADULT, 50, 11)
    events = repeat_daily(DoseEvents([8, 14.5, 21], [10, 5, 15]), 30)
    times = np.linspace(0, 720, 1441)
    want = simulate(who, events, times).concentration
    at = Layout(who.n_transit)
    add = np.zeros((len(events), at.size))
    add[:, 0] = events.amount_mg
    read = np.zeros((at.size, who.n))
    read[at.central] = NG_PER_ML / who.vc
    plan = plan_read(times, events.time_h, add, np.ones(at.size))
    got, _ = read_fast(build_rate_matrix(who), read, plan, np.zeros((at.size, who.n)))
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=0)


def test_pump_bolus_and_tablets_together_give_the_course_of_the_reference_path() -> None:
    who = draw_patients(
        MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"], ADULT, 20, 4, with_paradox=True
    )
    therapy = SpinalTherapy(
        tip=TipRate([0.0, 240.0, 400.0], [100 / 24, 0.0, 150 / 24]),
        injections=(Injection(30.0, 50.0),),
        doses=repeat_daily(DoseEvents([8, 20], [10, 10]), 25),
    )
    times = np.linspace(0, 600, 601)
    want = simulate_intrathecal(who, therapy, times)
    got = simulate_spinal_fast(who, therapy, times)
    for name in ("plasma", "lumbar", "upper", "cord", "reflex_site", "brain"):
        one, other = getattr(got, name), getattr(want, name)
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-13 * other.max(), err_msg=name)
    for name in ("effect", "tolerance", "adaptation", "excitability", "reflex", "sedation"):
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), rtol=0, atol=2e-6, err_msg=name)
    # a score spans four points where excitability spans one
    np.testing.assert_allclose(got.ashworth, want.ashworth, rtol=0, atol=8e-6)


def test_the_fast_course_settles_as_its_steps_shrink() -> None:
    """Halving the step divides the error by at least 6 (order 3 would give 8), down to 1e-8."""
    who = draw_patients(MODELS["oral.reference2026"], MODELS["intrathecal.reference2026"], ADULT, 8, 4)
    therapy = SpinalTherapy(tip=TipRate.constant(120, 0.0, 60.0), injections=(Injection(30.0, 50.0),))
    times = np.linspace(0, 120, 121)
    fine = simulate_spinal_fast(who, therapy, times, longest_h=1 / 32)
    errors = [
        np.abs(simulate_spinal_fast(who, therapy, times, longest_h=h).excitability - fine.excitability).max()
        for h in (1.0, 0.5, 0.25)
    ]
    assert all(a / b > 6 for a, b in pairwise(errors)), errors
    assert errors[1] < 1e-6
