"""Oracle: the worked examples J1 to J18 and J27 of the facts page on intrathecal baclofen, and the identities of H1.

Exact arithmetic there; 1e-9 relative here, for floating-point sums over breakpoints. The path of 0.375 mL and the 14.5
percent of J9 are arithmetic only: no source supports them.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from eutonia.model.csf import effective_clearance, steady_state
from eutonia.model.device import (
    PumpSystem,
    audit_volume,
    bridge_bolus,
    flow_ml_per_day,
    flushed_micrograms,
    hours_until_tip,
    old_solution_at_new_programme,
)
from eutonia.simulate.device import PumpRun, run_pump
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.pump_events import Continuous, Fill, FixedVolume
from eutonia.simulate.spinal_events import Injection, SpinalTherapy
from tests.pump_base import DAY, EXAMPLE
from tests.spinal_base import adult, infuse, reference_adult

EXACT = 1e-9


def when(run: PumpRun, kind: str) -> float:
    return next(o.at_h for o in run.occurrences if o.kind == kind) / DAY


REFILLS = [
    # fill, alarm, dose a day, concentration, days to the alarm, days to empty
    ("J1", 20, 2, 300, 2000, Fraction(18 * 2000, 300), Fraction(20 * 2000, 300)),
    ("J2", 40, 2, 300, 2000, Fraction(38 * 2000, 300), Fraction(40 * 2000, 300)),
    ("J3", 40, 2, 600, 2000, Fraction(38 * 2000, 600), Fraction(40 * 2000, 600)),
    ("J4", 20, 2, 100, 500, Fraction(90), Fraction(100)),
    ("J5", 20, 4, 600, 2000, Fraction(160, 3), Fraction(200, 3)),
    ("J6", 40, 2, 350, 1000, Fraction(38000, 350), Fraction(40000, 350)),
    ("J7", 20, 2, 850, 2000, Fraction(36000, 850), Fraction(40000, 850)),
    ("J8", 40, 2, 90, 500, Fraction(1900, 9), Fraction(2000, 9)),
    ("J10", 20, 3, 300, 2000, Fraction(17 * 2000, 300), Fraction(20 * 2000, 300)),
]


@pytest.mark.parametrize("case", REFILLS, ids=[case[0] for case in REFILLS])
def test_the_alarm_and_the_empty_reservoir_come_on_the_day_worked_out(
    case: tuple[str, *tuple[float, ...]],
) -> None:
    _, fill, alarm, dose, concentration, to_alarm, to_empty = case
    system = PumpSystem(fill, 0.199, 0.176, alarm_ml=alarm)
    run = run_pump(system, [Fill(0, fill, concentration), Continuous(0, dose)], 300 * DAY, concentration)
    assert when(run, "low reservoir alarm") == pytest.approx(float(to_alarm), rel=EXACT)
    assert when(run, "empty") == pytest.approx(float(to_empty), rel=EXACT)


@pytest.mark.parametrize(("factor", "days"), [(1.145, 120 / 1.145), (0.855, 120 / 0.855), (1.01, 120 / 1.01)])
def test_j9_a_flow_error_moves_the_true_volume_but_not_the_pumps_reckoning(
    factor: float, days: float
) -> None:
    run = run_pump(EXAMPLE, [Fill(0, 20, 2000), Continuous(0, 300)], 145 * DAY, 2000, factor)
    assert when(run, "alarm volume reached") == pytest.approx(days, rel=EXACT)
    if factor < 1.1:  # at +14.5 percent too the pump says 120 days, while 133.3 / 1.145 = 116.4 days empty it
        assert when(run, "low reservoir alarm") == pytest.approx(120, rel=EXACT)
    else:
        assert when(run, "empty") == pytest.approx(20 / 0.15 / factor, rel=EXACT)


CHANGES = [
    # old and new concentration, old and new dose, path; bolus, flow, hours; without it: micrograms a day, hours
    ("J11", 500, 2000, 400, 400, 0.375, 187.5, 0.800, 11.25, 100.0, 45.0),
    ("J12", 2000, 500, 400, 400, 0.375, 750.0, 0.200, 45.0, 1600.0, 11.25),
    ("J13", 500, 2000, 250, 275, 0.375, 187.5, 0.500, 18.0, 68.75, 720 / 11),
    ("J14", 2000, 3000, 900, 900, 0.342, 684.0, 0.450, 18.24, 600.0, 27.36),
]


@pytest.mark.parametrize("case", CHANGES, ids=[case[0] for case in CHANGES])
def test_the_bridge_bolus_is_the_one_worked_out(case: tuple[str, *tuple[float, ...]]) -> None:
    _, old, new, dose, then, path, amount, flow, hours, without, during = case
    bridge = bridge_bolus(path, old, dose)
    assert (bridge.micrograms, bridge.flow, bridge.hours) == pytest.approx((amount, flow, hours), rel=EXACT)
    assert old_solution_at_new_programme(path, old, new, then) == pytest.approx((without, during), rel=EXACT)


@pytest.mark.parametrize("case", CHANGES, ids=[case[0] for case in CHANGES])
def test_with_the_bridge_the_old_dose_runs_on_until_the_new_solution_is_there(
    case: tuple[str, *tuple[float, ...]],
) -> None:
    _, old, new, dose, then, path, _, _, hours, _, _ = case
    system = PumpSystem(20, path, 0.0)
    events = [
        Fill(0, 18, old),
        Continuous(0, dose),
        Fill(100, 18, new),
        Continuous(100, then),
        FixedVolume(100, path, hours),
    ]
    run = run_pump(system, events, 200, old)
    total = run.delivered([100, 100 + hours, 150, 151])
    assert total[1] - total[0] == pytest.approx(dose * hours / DAY, rel=EXACT)
    assert total[3] - total[2] == pytest.approx(then / DAY, rel=EXACT)


@pytest.mark.parametrize("case", CHANGES, ids=[case[0] for case in CHANGES])
def test_without_the_bridge_the_old_solution_runs_at_the_new_flow_as_worked_out(
    case: tuple[str, *tuple[float, ...]],
) -> None:
    _, old, new, dose, then, path, _, _, _, without, during = case
    system = PumpSystem(20, path, 0.0)
    events = [Fill(0, 18, old), Continuous(0, dose), Fill(100, 18, new), Continuous(100, then)]
    run = run_pump(system, events, 200, old)
    assert DAY * np.diff(run.delivered([101, 102]))[0] == pytest.approx(without, rel=EXACT)
    arrival = next(o.at_h for o in run.occurrences if o.kind == "new solution at the tip" and o.at_h >= 100)
    assert arrival - 100 == pytest.approx(during, rel=EXACT)
    assert DAY * np.diff(run.delivered([180, 181]))[0] == pytest.approx(then, rel=EXACT)


def test_j15_an_unprimed_pump_delivers_nothing_for_45_hours() -> None:
    assert flow_ml_per_day(100, 500) == pytest.approx(0.2)
    assert hours_until_tip(0.375, 0.2) == pytest.approx(45)
    run = run_pump(EXAMPLE, [Fill(0, 20, 500), Continuous(0, 100)], 60, path_concentration=0)
    assert run.delivered([44.9999])[0] == 0
    assert run.delivered([46])[0] == pytest.approx(100 / DAY, rel=EXACT)


def test_j15_priming_the_whole_path_takes_187_5_micrograms_and_delivers_none() -> None:
    events = [Fill(0, 20, 500), Continuous(0, 100), FixedVolume(0, 0.375, 0.5)]
    run = run_pump(EXAMPLE, events, 1.5, path_concentration=0)
    assert run.delivered([0.5])[0] == pytest.approx(0, abs=1e-9)
    assert run.in_path == pytest.approx(187.5, rel=EXACT)
    assert run.delivered([1.5])[0] == pytest.approx(100 / DAY, rel=1e-6)


def test_j15_priming_the_catheter_alone_takes_88_micrograms() -> None:
    catheter = PumpSystem(20, 0.0, 80 * 0.0022)
    run = run_pump(catheter, [Fill(0, 20, 500), FixedVolume(0, 80 * 0.0022, 0.25)], 1, path_concentration=0)
    assert run.in_path == pytest.approx(88.0, rel=EXACT)
    assert run.delivered([1])[0] == pytest.approx(0, abs=1e-9)


def test_j27_and_h1_the_model_meets_its_own_identities() -> None:
    run = infuse(reference_adult(), 600, np.array([2000.0]))
    assert run.lumbar[0, 0] == pytest.approx(600 / 720, rel=EXACT)
    assert run.upper[0, 0] / run.lumbar[0, 0] == pytest.approx(0.25, rel=EXACT)
    assert run.plasma[0, 0] == pytest.approx(600 / 24 / 10.8, rel=EXACT)
    assert round(run.plasma[0, 0], 3) == 2.315
    after = simulate_intrathecal(
        reference_adult(), SpinalTherapy(injections=(Injection(0, 50),)), np.array([500.0])
    )
    assert after.lumbar_exposure[0, 0] == pytest.approx(50 / 30, rel=EXACT)
    assert effective_clearance(adult().csf)[0] == pytest.approx(30.0, rel=EXACT)


def test_the_steady_state_is_where_a_long_infusion_ends() -> None:
    who = adult()
    long = infuse(who, 600, np.array([3000.0])).end.linear
    exact = steady_state(who.systemic, who.csf, 600 / 24)
    moving = np.flatnonzero(exact[:, 0] > 0)
    np.testing.assert_allclose(long[moving], exact[moving], rtol=EXACT)


def test_j16_flushing_a_full_catheter_of_80_cm_drives_352_micrograms_into_the_fluid() -> None:
    assert flushed_micrograms(0.176, 2000) == pytest.approx(352, rel=EXACT)


@pytest.mark.parametrize(
    ("found", "share"), [(1.0, Fraction(19, 18)), (4.5, Fraction(31, 36)), (6.0, Fraction(7, 9))]
)
def test_j18_what_is_found_at_a_refill_says_how_much_was_really_delivered(
    found: float, share: Fraction
) -> None:
    audit = audit_volume(20.0, 2.0, found)
    assert audit.reckoned_ml == 18
    assert audit.gone_ml == pytest.approx(20 - found, rel=EXACT)
    assert audit.error_percent == pytest.approx(100 * float(share - 1), rel=EXACT)
