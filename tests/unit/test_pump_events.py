"""What befalls a pump, and what is refused before anything is simulated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from eutonia.errors import InputRefused
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
from eutonia.simulate.pump_events import (
    Bolus,
    CatheterFault,
    Continuous,
    Fill,
    FixedVolume,
    FlexDay,
    PeriodicBolus,
    PumpEvent,
    Standstill,
)
from eutonia.simulate.spinal_events import SpinalTherapy
from tests.pump_base import EXAMPLE, NO_PATH
from tests.spinal_base import adult

FILL = Fill(0, 20, 2000)
RUNNING = Continuous(0, 480)  # 20 micrograms an hour, 0.24 mL a day


def run(*events: PumpEvent, system: PumpSystem = NO_PATH, until: float = 96, path: float = 2000) -> PumpRun:
    return run_pump(system, [FILL, *events], until, path)


def kinds(found: PumpRun) -> list[tuple[str, float]]:
    return [(o.kind, o.at_h) for o in found.occurrences]


def test_a_simple_continuous_programme_delivers_its_dose_every_hour() -> None:
    np.testing.assert_allclose(run(RUNNING).hourly(), np.full(96, 20.0), rtol=1e-12)


def test_a_day_pattern_delivers_each_step_at_its_hours_every_day() -> None:
    found = run(FlexDay(0, ((0, 10), (6, 30), (22.5, 5)), midnight_h=5))
    clock = (np.arange(96) - 5) % 24
    expected = np.where(clock < 6, 10, np.where(clock < 22, 30, np.where(clock < 23, 17.5, 5)))
    np.testing.assert_allclose(found.hourly(), expected, rtol=1e-9)


def test_periodic_boluses_come_on_top_of_the_base_rate() -> None:
    found = run(PeriodicBolus(0, 50, 0.5, 6, base_micrograms_per_day=240))
    expected = np.where(np.arange(96) % 6 == 0, 60.0, 10.0)
    np.testing.assert_allclose(found.hourly(), expected, rtol=1e-9)


def test_a_single_bolus_comes_on_top_of_the_programme() -> None:
    hours = run(RUNNING, Bolus(10.25, 50, 0.25)).hourly()
    assert hours[10] == pytest.approx(70)
    assert hours[11] == pytest.approx(20)


def test_a_new_programme_replaces_the_old_one() -> None:
    hours = run(RUNNING, Continuous(48, 240)).hourly()
    assert hours[47] == pytest.approx(20)
    assert hours[48] == pytest.approx(10)


def test_a_stopped_pump_delivers_nothing_and_sounds_after_48_hours() -> None:
    system = PumpSystem(20, 0, 0, alarm_ml=2, stopped_alarm_h=48)
    found = run(RUNNING, Standstill(10, 90, "stopped"), system=system)
    assert found.delivered([10, 90])[1] == found.delivered([10])[0]
    assert ("critical alarm", 58.0) in kinds(found)
    assert ("running again", 90.0) in kinds(found)


def test_a_pump_in_a_magnet_stops_and_goes_on_afterwards() -> None:
    found = run(RUNNING, Standstill(10, 11, "magnet"))
    assert found.hourly()[10] == 0
    assert found.hourly()[11] == pytest.approx(20)
    assert ("magnet", 10.0) in kinds(found)


def test_a_stalled_pump_never_starts_again_and_keeps_its_reservoir() -> None:
    found = run(RUNNING, Standstill(10, reason="stall"))
    assert found.delivered([96])[0] == pytest.approx(200)
    assert found.reservoir([96])[0] == pytest.approx(found.reservoir([10])[0])


def test_a_leak_loses_its_fraction_and_the_reservoir_empties_as_ever() -> None:
    whole, leaking = run(RUNNING), run(RUNNING, CatheterFault(24, "leak", 0.4))
    assert leaking.hourly()[30] == pytest.approx(12)
    assert leaking.lost == pytest.approx(72 * 8)
    assert leaking.reservoir([96])[0] == pytest.approx(whole.reservoir([96])[0])


def test_a_disconnected_catheter_delivers_nothing_until_it_is_mended() -> None:
    found = run(RUNNING, CatheterFault(24, "disconnection", until_h=48))
    assert found.hourly()[24:48].sum() == 0
    assert found.hourly()[48] == pytest.approx(20)
    assert found.lost == pytest.approx(480)


def test_a_kink_stops_the_flow_while_the_pump_reckons_on() -> None:
    found = run(RUNNING, CatheterFault(24, "kink"))
    assert found.delivered([96])[0] == pytest.approx(480)
    assert found.left_ml[-1, 1] - found.reckoned_ml[-1, 1] == pytest.approx(0.24 * 3)


def test_a_fill_that_is_too_small_sounds_at_once_and_then_runs_dry() -> None:
    found = run_pump(NO_PATH, [Fill(0, 1.5, 500), Continuous(0, 480)], 96, 500)
    assert kinds(found) == [("low reservoir alarm", 0.0), ("empty", pytest.approx(1.5 / 0.96 * 24))]
    assert found.reservoir([96])[0] == 0
    assert found.delivered([96])[0] == pytest.approx(750)


def test_a_refill_restores_the_flow_of_an_empty_pump() -> None:
    found = run_pump(NO_PATH, [Fill(0, 1, 500), Continuous(0, 480), Fill(48, 10, 500)], 96, 500)
    assert found.hourly()[40] == 0
    assert found.hourly()[50] == pytest.approx(20)
    assert found.withdrawn == 0


def test_a_refill_told_wrongly_to_the_pump_multiplies_the_dose() -> None:
    found = run_pump(NO_PATH, [Fill(0, 20, 2000, programmed_concentration=500), Continuous(0, 100)], 24, 2000)
    assert found.delivered([24])[0] == pytest.approx(400)


def test_the_dead_volume_delays_the_new_solution_and_its_arrival_is_told() -> None:
    found = run_pump(EXAMPLE, [Fill(0, 20, 500), Continuous(0, 480)], 24, path_concentration=0)
    (arrival,) = [at for kind, at in kinds(found) if kind == "new solution at the tip"]
    assert arrival == pytest.approx(0.375 / 0.96 * 24)
    assert found.delivered([arrival])[0] == 0


def test_what_is_not_known_of_the_pump_is_told_as_not_checked() -> None:
    assert run(RUNNING).not_checked == (
        "Not checked: the lowest flow of the pump is not known.",
        "Not checked: the highest flow of the pump is not known.",
    )


def test_the_tip_drives_the_patient_and_nothing_is_simulated_beyond_the_pump() -> None:
    tip = run(RUNNING).tip
    level = simulate_intrathecal(adult(), SpinalTherapy(tip=tip), np.array([96.0])).lumbar[0, 0]
    assert level == pytest.approx(480 / 720, rel=0.001)
    with pytest.raises(InputRefused, match="part of the time"):
        simulate_intrathecal(adult(), SpinalTherapy(tip=tip), np.array([97.0]))


REFUSED: dict[str, tuple[Sequence[PumpEvent], str, str]] = {
    "events out of order": ([FILL, Continuous(10, 480), Bolus(5, 50, 1)], "pump[2].at_h", "before"),
    "two programmes at once": ([FILL, RUNNING, Continuous(0, 100)], "pump[2].at_h", "same moment"),
    "two fills at once": ([FILL, Fill(0, 10, 500), RUNNING], "pump[1].at_h", "same moment"),
    "boluses that overlap": ([FILL, RUNNING, Bolus(5, 50, 2), Bolus(6, 50, 2)], "pump[3].at_h", "not ended"),
    "a bridge over a bolus": (
        [FILL, RUNNING, Bolus(5, 50, 2), FixedVolume(6, 0.3, 9)],
        "pump[3].at_h",
        "not ended",
    ),
    "periodic boluses longer than their interval": (
        [FILL, PeriodicBolus(0, 50, 6, 6)],
        "pump[1].duration_h",
        "due",
    ),
    "standstills that overlap": (
        [FILL, RUNNING, Standstill(5), Standstill(8, 9)],
        "pump[3].at_h",
        "not ended",
    ),
    "a standstill that ends first": (
        [FILL, RUNNING, Standstill(8, 7)],
        "pump[2].until_h",
        "before it begins",
    ),
    "a volume of zero": ([Fill(0, 0, 2000), RUNNING], "pump[0].ml", "above 0"),
    "a negative volume": ([FILL, RUNNING, FixedVolume(0, -0.3, 1)], "pump[2].ml", "above 0"),
    "more than the reservoir holds": ([Fill(0, 21, 2000), RUNNING], "pump[0].ml", "more than the reservoir"),
    "an event before the start": ([Fill(-1, 20, 2000), RUNNING], "pump[0].at_h", "at least 0"),
    "no number": ([FILL, Continuous(0, math.nan)], "pump[1].micrograms_per_day", "above 0"),
    "an unbounded time": ([FILL, Continuous(math.inf, 10)], "pump[1].at_h", "at least 0"),
    "a concentration of zero": ([Fill(0, 20, 0), RUNNING], "pump[0].concentration", "above 0"),
    "a flow below the pump's least": ([FILL, Continuous(0, 90)], "pump[1]", "cannot run"),
    "a step below the pump's least": ([FILL, FlexDay(0, ((0, 20), (8, 3)))], "pump[1]", "cannot run"),
    "a flow above the pump's most": ([FILL, RUNNING, Bolus(1, 600, 0.2)], "pump[2]", "cannot run"),
    "a refill that makes the flow too small": (
        [Fill(0, 20, 500), Continuous(0, 60), Fill(9, 20, 2000)],
        "pump[1]",
        "cannot run",
    ),
    "a programme before the first fill": (
        [Continuous(0, 480), Fill(5, 20, 2000)],
        "pump[0].at_h",
        "not been filled",
    ),
    "a day that does not begin at midnight": (
        [FILL, FlexDay(0, ((1, 20),))],
        "pump[1].steps",
        "begin at hour 0",
    ),
    "a day with a step twice": ([FILL, FlexDay(0, ((0, 20), (8, 20), (8, 30)))], "pump[1].steps", "rise"),
    "a negative step": ([FILL, FlexDay(0, ((0, 20), (8, -1)))], "pump[1].steps[1]", "at least 0"),
    "a leak of nothing": ([FILL, RUNNING, CatheterFault(5, "leak")], "pump[2].lost", "fraction"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_pump_is_not_run_with(case: str) -> None:
    events, path, words = REFUSED[case]
    with pytest.raises(InputRefused) as refusal:
        run_pump(EXAMPLE, events, 96, 2000)
    assert any(p.path == path and words in p.why for p in refusal.value.problems), refusal.value


def test_all_problems_are_told_together() -> None:
    with pytest.raises(InputRefused) as refusal:
        run_pump(EXAMPLE, [Fill(0, 0, 2000), Continuous(0, -1)], math.nan, -1, 0)
    assert len(refusal.value.problems) == 5


def test_a_pump_without_known_limits_runs_at_any_rate() -> None:
    assert run(Continuous(0, 1)).delivered([24])[0] == pytest.approx(1)


def test_old_solution_in_the_path_comes_first_also_when_it_ends_exactly_at_a_change_of_rate() -> None:
    """0.375 mL at 12.5 and 25 micrograms an hour of 1,000 per mL last 18 hours, where the day pattern changes."""
    day = FlexDay(0, ((0, 12.5), (6, 25.0), (18, 10.0)))
    found = run_pump(PumpSystem(20, 0.199, 0.176), [Fill(0, 20, 1000), day], 48, 0.0)
    assert not found.hourly()[:18].any()
    np.testing.assert_allclose(found.hourly()[18:24], 10.0, rtol=1e-12)
    assert ("new solution at the tip", 18.0) in kinds(found)
    whole = found.delivered([48])[0] + found.in_path + found.in_reservoir
    np.testing.assert_allclose(whole, found.filled, rtol=1e-12)


@pytest.mark.parametrize("minutes", [30, 60, 90, 120, 180, 240])
def test_a_reservoir_that_runs_dry_at_a_change_of_rate_ends_there_quietly(minutes: int) -> None:
    system = PumpSystem(40, 0.199, 0.176, 0.048, None, 2.0)
    day = PeriodicBolus(0, 100, minutes / 60, 12, 200)
    found = run_pump(system, [Fill(0, 20, 500), day], 24 * 180, 0.0)
    assert [kind for kind, _ in kinds(found)].count("empty") == 1
    out = found.delivered([24 * 180])[0] + found.in_path
    np.testing.assert_allclose(out, found.filled, rtol=1e-9)


FAST = PumpSystem(20, 0, 0, minimum_flow=0.048, maximum_flow=1.0)


@pytest.mark.parametrize(
    ("events", "where", "flow"),
    [
        ([Fill(0, 20, 500), Continuous(0, 480), Bolus(10, 20, 1)], "pump[2]", "1.92"),
        ([Fill(0, 20, 500), PeriodicBolus(0, 20, 1, 6), Bolus(12, 20, 1)], "pump[2]", "1.92"),
        ([Fill(0, 20, 2000), Continuous(0, 200), Bolus(10, 800, 24), Fill(12, 20, 500)], "pump[2]", "2 mL"),
    ],
)
def test_the_flow_that_would_really_run_is_held_against_the_range_of_the_pump(
    events: list[PumpEvent], where: str, flow: str
) -> None:
    with pytest.raises(InputRefused) as refused:
        run_pump(FAST, events, 48, 500)
    (problem,) = refused.value.problems
    assert problem.path == where
    assert flow in str(problem.given)


def test_a_bolus_that_meets_a_standstill_is_said_not_to_be_delivered() -> None:
    found = run(RUNNING, Bolus(10, 50, 2), Standstill(11, 20, "magnet"))
    (lost,) = [o for o in found.occurrences if o.kind == "bolus not delivered"]
    assert lost.at_h == 10
    assert "25 of 50 micrograms" in lost.says


@pytest.mark.parametrize("value", [-0.5, math.nan, math.inf])
@pytest.mark.parametrize(
    "name",
    [
        "reservoir_ml",
        "tubing_ml",
        "catheter_ml",
        "minimum_flow",
        "maximum_flow",
        "alarm_ml",
        "stopped_alarm_h",
    ],
)
def test_a_device_with_a_volume_or_flow_that_cannot_be_is_refused_by_name(name: str, value: float) -> None:
    good = {"reservoir_ml": 20.0, "tubing_ml": 0.2, "catheter_ml": 0.2}
    with pytest.raises(InputRefused, match=f"pump.{name}"):
        PumpSystem(**(good | {name: value}))


def test_a_reservoir_of_nothing_and_a_lowest_flow_above_the_highest_are_refused() -> None:
    with pytest.raises(InputRefused, match=r"pump\.reservoir_ml"):
        PumpSystem(0, 0, 0)
    with pytest.raises(InputRefused, match="lowest flow is above the highest"):
        PumpSystem(20, 0, 0, 2.0, 1.0)


@pytest.mark.parametrize(
    ("work", "name"),
    [
        (lambda: bridge_bolus(-0.375, 500, 400), "path_ml"),
        (lambda: bridge_bolus(0.375, math.nan, 400), "old_concentration"),
        (lambda: bridge_bolus(0.375, 500, 0), "old_micrograms_per_day"),
        (lambda: flow_ml_per_day(100, 0), "concentration"),
        (lambda: flow_ml_per_day(-100, 500), "micrograms_per_day"),
        (lambda: hours_until_tip(0.375, 0), "flow"),
        (lambda: old_solution_at_new_programme(0.375, 500, 0, 400), "new_concentration"),
        (lambda: flushed_micrograms(-1, 2000), "volume_ml"),
        (lambda: audit_volume(20, 20, 20), "filled_ml - expected_ml"),
    ],
)
def test_arithmetic_of_the_pump_refuses_what_cannot_be(work: Callable[[], object], name: str) -> None:
    with pytest.raises(InputRefused, match=name):
        work()


def test_a_standstill_or_fault_of_an_unknown_kind_is_refused_with_the_kinds_there_are() -> None:
    for event, accepted in (
        (Standstill(10, 11, "eaten"), "stall"),  # type: ignore[arg-type]
        (CatheterFault(10, "rust"), "disconnection"),  # type: ignore[arg-type]
    ):
        with pytest.raises(InputRefused) as refused:
            run(RUNNING, event)
        (problem,) = refused.value.problems
        assert accepted in problem.accepted
