"""Numbers that nobody can have are refused by name before anything is simulated in the spinal fluid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from eutonia.errors import InputRefused
from eutonia.model.intrathecal import SpinalState, rest
from eutonia.simulate import spinal_walk
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import Injection, SpinalTherapy, TipRate
from tests.spinal_base import crowd


def spoiled(name: str, place: tuple[int, ...], value: float) -> SpinalState:
    state = rest(crowd(4))
    values = getattr(state, name).copy()
    values[place] = value
    return replace(state, **{name: values})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1e-9])
@pytest.mark.parametrize(
    ("name", "place", "path"),
    [
        ("linear", (3, 2), "initial.linear, subject 3, state 3"),
        ("tolerance", (1,), "initial.tolerance, subject 2"),
        ("adaptation", (3,), "initial.adaptation, subject 4"),
    ],
)
def test_nobody_starts_with_an_amount_that_is_none(
    name: str, place: tuple[int, ...], path: str, value: float
) -> None:
    with pytest.raises(InputRefused) as error:
        spoiled(name, place, value)
    assert error.value.problems[0].path == path


def test_a_state_that_was_spoiled_after_it_was_made_is_not_gone_on_from() -> None:
    people = crowd(2)
    state = rest(people)
    state.linear[0, 1] = -5.0
    with pytest.raises(InputRefused, match="subject 2"):
        simulate_intrathecal(people, SpinalTherapy(), [0.0, 1.0], state)


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: SpinalTherapy(injections=(Injection(0, 50), Injection(1, 1e7))), "injections[1].micrograms"),
        (lambda: SpinalTherapy(injections=(Injection(0, 1e300),)), "injections[0].micrograms"),
        (lambda: TipRate([0, 5], [10, 1e9]), "tip[1].micrograms_per_h"),
        (lambda: TipRate([0], [10], float("nan")), "tip.until_h"),
        (lambda: TipRate([0, 8], [10, 20], 5.0), "tip.until_h"),
        (lambda: TipRate([], [], -1.0), "tip.until_h"),
    ],
)
def test_a_therapy_of_absurd_size_or_length_is_refused_at_its_event(
    make: Callable[[], object], path: str
) -> None:
    with pytest.raises(InputRefused) as error:
        make()
    assert path in {problem.path for problem in error.value.problems}


def test_the_largest_injection_that_is_read_can_be_followed() -> None:
    therapy = SpinalTherapy(injections=(Injection(0, 50), Injection(5, 1e5)))
    assert np.isfinite(simulate_intrathecal(crowd(30), therapy, [0.0, 24.0, 2400.0]).ashworth).all()


def test_what_cannot_be_followed_is_refused_with_subject_and_event(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spinal_walk, "_MOST_HALVINGS", 1)
    therapy = SpinalTherapy(injections=(Injection(0, 10), Injection(5, 1e5)))
    with pytest.raises(InputRefused) as error:
        simulate_intrathecal(crowd(4), therapy, [0.0, 24.0])
    assert error.value.problems[0].path == "subject 1, event at 5 h"
