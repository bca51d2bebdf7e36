"""Sessions of dialysis and the like: what is refused, what they take, and that nothing else changes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals, typical_individual
from eutonia.model.oral import Layout
from eutonia.simulate.events import DoseEvents, repeat_daily
from eutonia.simulate.removal import (
    Session,
    published_clearances,
    simulate_with_removal,
    summarise_session,
)
from eutonia.simulate.run import simulate

MODELS = load_knowledge().models
MODEL = MODELS["oral.reference2026"]
HOURS = np.arange(0, 97) * 0.5
DOSES = repeat_daily(DoseEvents([0, 8, 16], [5, 5, 5]), 2)


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (("haemodialysis", 4, 4, 7.7), "longer than 0 h"),
        (("haemodialysis", 8, 4, 7.7), "longer than 0 h"),
        (("haemodialysis", -1, 4, 7.7), "hour 0 or later"),
        (("haemodialysis", float("nan"), 4, 7.7), "hour 0 or later"),
        (("haemodialysis", 0, float("inf"), 7.7), "hour 0 or later"),
        (("haemodialysis", 0, 4, 0), "above 0 L/h"),
        (("haemodialysis", 0, 4, -2), "above 0 L/h"),
        (("haemodialysis", 0, 4, float("nan")), "above 0 L/h"),
        (("plasma exchange", 0, 4, 5), "not 'plasma exchange'"),
    ],
)
def test_a_session_that_cannot_be_is_refused(session: tuple[Any, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Session(*session)


def test_sessions_that_overlap_or_are_out_of_order_are_refused() -> None:
    person = typical_individual(MODEL, Covariates(60, 70, 10))
    one, two = Session("haemodialysis", 4, 8, 7.7), Session("haemofiltration", 7, 20, 2.4)
    with pytest.raises(ValueError, match="session 2 starts at 7 h, before session 1 ends at 8 h"):
        simulate_with_removal(person, DOSES, HOURS, [one, two])
    with pytest.raises(ValueError, match="session 2 starts before session 1"):
        simulate_with_removal(person, DOSES, HOURS, [two, one])


def test_times_out_of_order_are_refused_with_sessions_too() -> None:
    person = typical_individual(MODEL, Covariates(60, 70, 10))
    with pytest.raises(ValueError, match="times_h"):
        simulate_with_removal(person, DOSES, [5.0, 1.0], [Session("haemodialysis", 0, 4, 7.7)])


def test_without_sessions_nothing_changes_to_the_last_bit() -> None:
    people = draw_individuals(MODEL, Covariates(60, 70, 10), 5, 2)
    plain, ours = simulate(people, DOSES, HOURS), simulate_with_removal(people, DOSES, HOURS, [])
    assert ours.trajectory.concentration.tobytes() == plain.concentration.tobytes()
    assert ours.trajectory.amounts_end.tobytes() == plain.amounts_end.tobytes()
    assert not ours.removed_mg.any()


@settings(deadline=None, max_examples=40)
@given(
    starts=st.lists(st.floats(0, 40), min_size=1, max_size=3, unique=True),
    clearance=st.floats(0.1, 30),
    gfr=st.just(0.0) | st.floats(1e-6, 120),  # subnormal numbers have lost the digits compared below
    doses=st.lists(
        st.tuples(st.floats(0, 45), st.floats(1, 50), st.just(0.0) | st.floats(0.1, 30)),
        min_size=1,
        max_size=4,
    ),
)
def test_every_mg_is_in_the_body_cleared_in_the_urine_or_in_the_machine(
    starts: list[float], clearance: float, gfr: float, doses: list[tuple[float, float, float]]
) -> None:
    starts.sort()
    ends = [min(s + 5, n) for s, n in zip(starts, [*starts[1:], 1e9], strict=True)]
    sessions = [Session("haemodialysis", s, e, clearance) for s, e in zip(starts, ends, strict=True)]
    who = draw_individuals(MODEL, Covariates(60, 70, gfr), 3, 8)
    doses.sort()
    time, amount, length = (np.array(column) for column in zip(*doses, strict=True))
    events = DoseEvents(time, amount, "iv", length)
    result = simulate_with_removal(who, events, HOURS, sessions)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(length > 0, np.clip((48 - time) / length, 0, 1), 1.0)
    at, exposure = Layout(who.n_transit), result.trajectory.exposure[-1] / 1000
    in_body = result.trajectory.amounts_end[: at.amounts].sum(axis=0)
    accounted = in_body + who.cl * exposure + result.removed_mg[-1]
    np.testing.assert_allclose(accounted, (amount * share).sum(), rtol=1e-9)
    np.testing.assert_allclose(result.trajectory.urine_mg[-1], who.cl_renal * exposure, rtol=1e-12)
    np.testing.assert_allclose(result.trajectory.amounts_end[at.urine], who.cl_renal * exposure, rtol=1e-9)
    assert (np.diff(result.removed_mg, axis=0) >= -1e-12).all()
    assert (result.trajectory.concentration >= 0).all()


@settings(deadline=None, max_examples=25)
@given(first=st.floats(0, 20), length=st.floats(0.5, 10), cut=st.floats(0.05, 0.95))
def test_two_sessions_end_to_end_are_one(first: float, length: float, cut: float) -> None:
    who = typical_individual(MODEL, Covariates(60, 70, 5))
    middle = first + cut * length
    whole = [Session("haemodialysis", first, first + length, 7.7)]
    parts = [
        Session("haemodialysis", first, middle, 7.7),
        Session("haemodialysis", middle, first + length, 7.7),
    ]
    one, two = (simulate_with_removal(who, DOSES, HOURS, sessions) for sessions in (whole, parts))
    # the first minutes of a dose rise with the fifth power of time, so there rounding of the clock shows
    np.testing.assert_allclose(
        two.trajectory.concentration, one.trajectory.concentration, rtol=1e-7, atol=1e-6
    )
    np.testing.assert_allclose(two.removed_mg, one.removed_mg, rtol=1e-9, atol=1e-9)


def test_haemodialysis_lowers_the_level_and_the_level_rebounds_after_it() -> None:
    person = typical_individual(MODEL, Covariates(60, 70, 0))
    figures = summarise_session(person, DoseEvents([0], [25]), [Session("haemodialysis", 12, 16, 7.7)], 0)
    assert 50 < figures.fall_percent[0] < 70
    assert figures.after[0] < figures.before[0]
    assert 0 < figures.rebound_percent[0] < 20
    assert 0 < figures.rebound_after_h[0] < 6
    assert figures.half_life_h[0] == pytest.approx(
        4 * np.log(2) / np.log(figures.before[0] / figures.after[0])
    )


def test_a_faster_machine_takes_more_and_leaves_more_to_rebound() -> None:
    person = typical_individual(MODEL, Covariates(60, 70, 0))
    usual, high = (
        summarise_session(person, DoseEvents([0], [25]), [Session("haemodialysis", 12, 16, clearance)], 0)
        for clearance in published_clearances(MODELS["removal.reference2026"], "haemodialysis")
    )
    assert high.removed_mg[0] > usual.removed_mg[0]
    assert high.rebound_percent[0] > usual.rebound_percent[0]


def test_the_rebound_is_watched_no_further_than_the_next_session() -> None:
    person = typical_individual(MODEL, Covariates(60, 70, 0))
    sessions = [Session("haemodialysis", 12, 16, 7.7), Session("haemodialysis", 16.5, 18, 7.7)]
    figures = summarise_session(person, DoseEvents([0], [25]), sessions, 0)
    assert figures.rebound_after_h[0] == pytest.approx(0.5)


def test_a_rising_level_has_no_half_life() -> None:
    person = typical_individual(MODEL, Covariates(60, 70, 50))
    doses = DoseEvents([0, 1], [1, 20], "iv")
    figures = summarise_session(person, doses, [Session("peritoneal dialysis", 0.5, 1, 0.27)], 0)
    assert np.isnan(figures.half_life_h[0])


def test_peritoneal_dialysis_takes_little() -> None:
    (clearance,) = published_clearances(MODELS["removal.reference2026"], "peritoneal dialysis")
    person = typical_individual(MODEL, Covariates(60, 70, 5))
    day = [Session("peritoneal dialysis", 0, 24, clearance)]
    removed = simulate_with_removal(person, DoseEvents([0], [10]), [24.0], day).removed_mg[0, 0]
    assert 0.2 < removed < 1.0


def test_a_model_without_removal_knows_no_clearance() -> None:
    with pytest.raises(KeyError):
        published_clearances(MODELS["oral.simon2018"], "haemodialysis")
    with pytest.raises(ValueError, match="not 'leeches'"):
        published_clearances(MODELS["removal.reference2026"], "leeches")  # type: ignore[arg-type]
