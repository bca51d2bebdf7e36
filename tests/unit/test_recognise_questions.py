"""The next question: information counted out case by case, without the formula of the code."""

from __future__ import annotations

from itertools import product
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eutonia.knowledge.loader import load_knowledge
from eutonia.recognise.questions import information, sensitivity_and_specificity
from tests.recognise_base import on_facts

NAMES = ("a", "b", "c", "d")


def _counted(chance: dict[str, float], shares: dict[str, float], otherwise: float) -> float:
    """Uncertainty over the explanations before, less the expected uncertainty after the answer, over a joint table."""
    joint = {
        (name, yes): share * (chance.get(name, otherwise) if yes else 1 - chance.get(name, otherwise))
        for (name, share), yes in product(shares.items(), (True, False))
    }

    def uncertainty(parts: list[float]) -> float:
        whole = sum(parts)
        return -sum(p / whole * log2(p / whole) for p in parts if p > 0)

    after = 0.0
    for yes in (True, False):
        column = [joint[name, yes] for name in shares]
        if sum(column) > 0:
            after += sum(column) * uncertainty(column)
    return uncertainty(list(shares.values())) - after


@given(
    raw=st.lists(st.floats(0.01, 1.0), min_size=2, max_size=4),
    chances=st.lists(st.one_of(st.none(), st.floats(0.0, 1.0)), min_size=4, max_size=4),
    otherwise=st.floats(0.0, 1.0),
)
def test_expected_information_is_what_counting_case_by_case_gives(
    raw: list[float], chances: list[float | None], otherwise: float
) -> None:
    shares = {name: value / sum(raw) for name, value in zip(NAMES, raw, strict=False)}
    chance = {n: c for n, c in zip(NAMES, chances, strict=True) if c is not None and n in shares}
    # Sums of up to eight terms of order one, so 1e-9 is far above rounding.
    assert information(chance, shares, otherwise) == pytest.approx(
        _counted(chance, shares, otherwise), abs=1e-9
    )


def test_a_test_that_settles_two_even_explanations_is_worth_one_bit_and_a_coin_nothing() -> None:
    even = {"a": 0.5, "b": 0.5}
    assert information({"a": 1.0, "b": 0.0}, even) == pytest.approx(1.0, abs=1e-12)
    assert information({"a": 0.5}, even) == pytest.approx(0.0, abs=1e-12)


def test_a_published_specificity_says_how_often_a_yes_comes_without_the_explanation() -> None:
    # Hunter: 84 per cent sensitive, 97 specific; of two even explanations by hand:
    # yes 0.5 x (0.84 + 0.03) = 0.435.
    even = {"serotonin-toxicity": 0.5, "sepsis": 0.5}

    def entropy(p: float) -> float:
        return -p * log2(p) - (1 - p) * log2(1 - p)

    by_hand = entropy(0.435) - 0.5 * entropy(0.84) - 0.5 * entropy(0.03)
    assert information({"serotonin-toxicity": 0.84}, even, 0.03) == pytest.approx(by_hand, abs=1e-12)
    accuracies = load_knowledge().recognition.accuracies
    assert sensitivity_and_specificity(accuracies["hunter"]) == pytest.approx((0.84, 0.97))
    assert sensitivity_and_specificity(accuracies["cap-ct"]) == pytest.approx((17 / 21, 27 / 29))
    # A zero cell: 0.5 in each, so 5.5 of 21 and 9.5 of 10.
    assert sensitivity_and_specificity(accuracies["readiness"]) == pytest.approx((5.5 / 21, 9.5 / 10))


def test_of_two_scans_the_one_with_the_better_published_figures_is_asked_for_first() -> None:
    answer = on_facts(
        has_pump_therapy=True,
        had_pump_lately=True,
        has_worse_spasticity=True,
        has_lost_delivery=False,
        has_excess_delivery=False,
    )
    place = {name: n for n, q in enumerate(answer.questions) for name in q.facts}
    assert place["has_abnormal_indium"] < place["has_abnormal_contrast"]


def test_the_first_question_is_the_one_that_settles_the_direction_whatever_others_would_tell() -> None:
    answer = on_facts(has_hallucination=True)
    decides = [q.decides_direction for q in answer.questions]
    assert decides == sorted(decides, reverse=True)
    assert decides[0]


def test_a_scan_of_three_days_is_not_asked_for_before_what_can_be_looked_at_now() -> None:
    answer = on_facts(has_pump_therapy=True, had_pump_lately=True, has_worse_spasticity=True)
    studies = [q.needs_study for q in answer.questions if not q.decides_direction and not q.needs_treatment]
    assert True in studies
    assert studies == sorted(studies)
