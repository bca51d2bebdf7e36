"""For any programme: no drug appears or vanishes in a pump, and its reservoir never goes below nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from eutonia.model.device import PumpSystem
from eutonia.simulate.device import PumpRun, run_pump
from eutonia.simulate.pump_events import (
    Bolus,
    CatheterFault,
    Continuous,
    Fill,
    FixedVolume,
    FlexDay,
    PeriodicBolus,
    Programme,
    PumpEvent,
    Standstill,
)

COMMON = settings(deadline=None, max_examples=60)
UNTIL = 240.0
rates = st.floats(1, 60)


@st.composite
def programmes(draw: st.DrawFn, at_h: float) -> Programme:
    kind = draw(st.sampled_from(["continuous", "flex", "periodic"]))
    if kind == "continuous":
        return Continuous(at_h, 24 * draw(rates))
    if kind == "flex":
        hours = sorted(draw(st.sets(st.sampled_from([1.0, 5.5, 8.0, 13.25, 22.0]), max_size=4)))
        return FlexDay(at_h, tuple((h, draw(rates)) for h in [0.0, *hours]), draw(st.floats(0, 30)))
    return PeriodicBolus(
        at_h, draw(st.floats(5, 80)), draw(st.floats(0.05, 2)), draw(st.floats(3, 20)), draw(rates)
    )


@st.composite
def histories(draw: st.DrawFn) -> list[PumpEvent]:
    """A fill and a programme at the start, then up to five things at hours of their own."""
    events: list[PumpEvent] = [
        Fill(0, draw(st.floats(0.5, 20)), draw(st.sampled_from([500.0, 1000.0, 2000.0]))),
        draw(programmes(0.0)),
    ]
    starts = sorted(draw(st.sets(st.integers(1, 22), max_size=5)))
    for start in (10.0 * s for s in starts):
        kind = draw(st.sampled_from(["fill", "programme", "bolus", "volume", "stop", "fault"]))
        if kind == "fill":
            events.append(Fill(start, draw(st.floats(0.5, 20)), draw(st.sampled_from([500.0, 2000.0]))))
        elif kind == "programme":
            events.append(draw(programmes(start)))
        elif kind == "bolus":
            events.append(Bolus(start, draw(st.floats(5, 100)), draw(st.floats(0.1, 8))))
        elif kind == "volume":
            events.append(FixedVolume(start, draw(st.floats(0.05, 0.6)), draw(st.floats(0.1, 9.5))))
        elif kind == "stop":
            events.append(Standstill(start, start + draw(st.floats(0.5, 9.5))))
        else:
            fault = draw(st.sampled_from(["leak", "kink", "disconnection"]))
            events.append(CatheterFault(start, fault, 0.3 if fault == "leak" else 0.0, start + 9.0))
    return events


@st.composite
def round_histories(draw: st.DrawFn) -> list[PumpEvent]:
    """Numbers as clinics use them, which meet each other to the last digit where drawn ones never do."""
    dose = draw(st.sampled_from([90.0, 100.0, 150.0, 300.0, 600.0]))
    programme = draw(
        st.sampled_from(
            [
                Continuous(0, dose),
                FlexDay(0, ((0, dose / 24), (6, dose / 12), (18, dose / 30))),
                PeriodicBolus(0, dose / 4, 0.5, 6, dose / 3),
                PeriodicBolus(0, dose / 4, 2.0, 12),
            ]
        )
    )
    events: list[PumpEvent] = [
        Fill(0, draw(st.sampled_from([0.3, 0.6, 0.9, 1.0, 20.0])), draw(st.sampled_from([500.0, 1000.0]))),
        programme,
    ]
    for at_h in sorted(draw(st.sets(st.sampled_from([12.0, 24.0, 48.0, 54.3, 96.0, 144.0]), max_size=3))):
        events.append(
            draw(
                st.sampled_from(
                    [
                        Fill(at_h, 0.5, 2000.0),
                        Fill(at_h, 20.0, 500.0),
                        Standstill(at_h, at_h + 3, "magnet"),
                        Continuous(at_h, 1.1 * dose),
                        Bolus(at_h, 10, 2),
                    ]
                )
            )
        )
    return events


PATHS = st.sampled_from([0.0, 0.1, 0.176, 0.199, 0.2])
round_systems = st.builds(PumpSystem, st.just(20.0), PATHS, PATHS, alarm_ml=st.just(2.0))


systems = st.builds(PumpSystem, st.just(20.0), st.floats(0, 0.4), st.floats(0, 0.3), alarm_ml=st.just(2.0))
factors = st.floats(0.8, 1.2)


def play(system: PumpSystem, events: list[PumpEvent], path: float, factor: float) -> PumpRun:
    return run_pump(system, events, UNTIL, path, factor)


@COMMON
@given(system=systems, events=histories(), path=st.sampled_from([0.0, 500.0, 2000.0]), factor=factors)
def test_every_microgram_is_delivered_lost_withdrawn_or_still_there(
    system: PumpSystem, events: list[PumpEvent], path: float, factor: float
) -> None:
    run = play(system, events, path, factor)
    out = run.delivered([UNTIL])[0] + run.lost + run.withdrawn
    inside = run.in_path + run.in_reservoir
    np.testing.assert_allclose(out + inside, run.filled + run.in_path_at_start, rtol=1e-9)


@settings(deadline=None, max_examples=300)
@example(
    PumpSystem(20, 0.199, 0.176),
    [Fill(0, 20, 1000), FlexDay(0, ((0, 12.5), (6, 25.0), (18, 10.0)))],
    0.0,
    1.0,
)
@given(
    system=round_systems,
    events=round_histories(),
    path=st.sampled_from([0.0, 500.0]),
    factor=st.sampled_from([0.855, 1.0, 1.01, 1.145]),
)
def test_every_microgram_is_found_again_with_round_numbers_too(
    system: PumpSystem, events: list[PumpEvent], path: float, factor: float
) -> None:
    run = play(system, events, path, factor)
    out = run.delivered([UNTIL])[0] + run.lost + run.withdrawn
    inside = run.in_path + run.in_reservoir
    np.testing.assert_allclose(out + inside, run.filled + run.in_path_at_start, rtol=1e-9)


@COMMON
@given(system=systems, events=histories(), path=st.sampled_from([0.0, 500.0]), factor=factors)
def test_no_reservoir_rate_or_amount_is_ever_negative(
    system: PumpSystem, events: list[PumpEvent], path: float, factor: float
) -> None:
    run = play(system, events, path, factor)
    for values in (run.left_ml, run.reckoned_ml, run.flow, run.tip_rate, run.lost_rate, np.diff(run.time_h)):
        assert (values >= 0).all()
    assert (run.reservoir(np.linspace(0, UNTIL, 500)) >= 0).all()
    assert (run.hourly() >= -1e-9).all()


@COMMON
@example(
    events=[Fill(0, 1.0, 500.0), FlexDay(0.0, ((0.0, 1.0),), midnight_h=5e-324)]
)  # a stretch of no volume
@given(events=histories())
def test_without_dead_volume_or_trouble_the_tip_receives_what_was_programmed(events: list[PumpEvent]) -> None:
    """Until the reservoir is empty, the flow times the concentration of the last fill."""
    quiet = [e for e in events if not isinstance(e, (Standstill, CatheterFault, FixedVolume))]
    run = play(PumpSystem(20, 0, 0), quiet, 0.0, 1.0)
    assert run.lost == 0
    fills = [e for e in quiet if isinstance(e, Fill)]
    middles = (run.time_h[:-1] + run.time_h[1:]) / 2
    for k, middle in enumerate(middles):
        concentration = next(f for f in reversed(fills) if f.at_h <= middle).concentration
        np.testing.assert_allclose(run.tip_rate[k], run.flow[k] * concentration, rtol=1e-12)
        if len(quiet) == 2 and isinstance(quiet[1], Continuous) and run.flow[k] > 0:
            np.testing.assert_allclose(run.tip_rate[k], quiet[1].micrograms_per_day / 24, rtol=1e-12)


@COMMON
@given(events=histories(), later=st.floats(0.1, 100))
def test_a_pump_started_later_does_the_same_later(events: list[PumpEvent], later: float) -> None:
    def move(event: PumpEvent) -> PumpEvent:
        moved = replace(event, at_h=event.at_h + later)
        if isinstance(moved, (Standstill, CatheterFault)):
            return replace(moved, until_h=moved.until_h + later)
        if isinstance(moved, FlexDay):
            return replace(moved, midnight_h=moved.midnight_h + later)
        return moved

    system = PumpSystem(20, 0.2, 0.2)
    now = run_pump(system, events, UNTIL, 500.0)
    then = run_pump(system, [move(e) for e in events], UNTIL + later, 500.0)
    hours = np.linspace(0, UNTIL, 97)
    np.testing.assert_allclose(then.delivered(hours + later), now.delivered(hours), rtol=1e-9, atol=1e-6)


@COMMON
@given(events=histories(), scale=st.floats(0.2, 5))
def test_the_hours_add_up_to_the_whole(events: list[PumpEvent], scale: float) -> None:
    run = run_pump(PumpSystem(20, 0.2, 0.2), events, UNTIL, 500.0, min(scale, 1.2))
    np.testing.assert_allclose(run.hourly().sum(), run.delivered([UNTIL])[0], rtol=1e-9, atol=1e-9)
