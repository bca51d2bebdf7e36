"""Odds by hand: the worked examples of the pathways, in exact fractions beside the code."""

from __future__ import annotations

from fractions import Fraction

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import Cutoffs, Weight
from eutonia.recognise.bayes import probability_after, ratios_of
from eutonia.recognise.weigh import weight_of_ratio
from tests.recognise_base import on_facts


def _exact(prior: str, ratio: str) -> Fraction:
    """Independent of the code: p r / (p r + 1 - p), in fractions."""
    p, r = Fraction(prior), Fraction(ratio)
    return p * r / (p * r + 1 - p)


@pytest.mark.parametrize(
    ("prior", "ratio", "percent"),
    [
        ("0.05", "28", 60),  # serotonin toxicity at 5 per cent, Hunter positive with new clonus
        ("0.05", "0.17", 0.9),  # and negative
        ("0.35", "0.21", 10),  # device failure at 35 per cent, contrast study normal
        ("0.35", "11.7", 86),  # and abnormal
        ("0.20", "6.9", 63),  # urinary infection at 20 per cent, fever
        ("0.20", "0.94", 19),  # and none
    ],
)
def test_the_worked_examples_of_the_pathways(prior: str, ratio: str, percent: float) -> None:
    after = probability_after(float(prior), float(ratio))
    assert after == pytest.approx(float(_exact(prior, ratio)), rel=1e-12)
    # The page prints whole per cent (and one decimal below one).
    assert round(100 * after, 1 if percent < 1 else 0) == percent


def test_a_ratio_of_one_leaves_the_share_where_it_was() -> None:
    assert probability_after(0.35, 1.0) == pytest.approx(0.35, rel=1e-15)


@pytest.mark.parametrize(("prior", "ratio"), [(0.0, 2.0), (1.0, 2.0), (0.5, -1.0)])
def test_a_share_of_nobody_or_everybody_is_refused(prior: float, ratio: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        probability_after(prior, ratio)


def test_a_specificity_of_one_gives_no_ratio() -> None:
    with pytest.raises(ValueError, match="specificity"):
        ratios_of(0.63, 1.0)


@pytest.mark.parametrize(
    ("name", "positive", "negative"),
    [
        ("cap-ct", Fraction(17, 21) / Fraction(2, 29), Fraction(4, 21) / Fraction(27, 29)),
        ("indium-spect", Fraction(20, 21) / Fraction(1, 15), Fraction(1, 21) / Fraction(14, 15)),
        ("interferon-ppms", Fraction(13, 19) / Fraction(2, 19), Fraction(6, 19) / Fraction(17, 19)),
        # A cell was zero: 0.5 added to each, so 5.5 of 21 and 0.5 of 10.
        ("readiness", Fraction(11, 42) / Fraction(1, 20), Fraction(31, 42) / Fraction(19, 20)),
        ("desynchronisation", Fraction(27, 42) / Fraction(1, 20), Fraction(15, 42) / Fraction(19, 20)),
        ("hunter", Fraction(84, 3), Fraction(16, 97)),
        ("uti-fever", Fraction(69, 10), Fraction(931, 990)),
    ],
)
def test_likelihood_ratios_follow_from_the_published_counts(
    name: str, positive: Fraction, negative: Fraction
) -> None:
    accuracy = load_knowledge().recognition.accuracies[name]
    assert accuracy.positive == pytest.approx(float(positive), rel=1e-12)
    assert accuracy.negative == pytest.approx(float(negative), rel=1e-12)


def _cutoffs() -> Cutoffs:
    cutoffs = load_knowledge().recognition.cutoffs
    assert cutoffs is not None
    return cutoffs


@pytest.mark.parametrize(
    ("ratio", "weight", "is_for"),
    [
        (28.0, Weight.STRONG, True),
        (10.0, Weight.STRONG, True),
        (9.9, Weight.MODERATE, True),
        (6.9, Weight.MODERATE, True),
        (2.0, Weight.WEAK, True),
        (1.5, None, True),
        (0.94, None, False),
        (0.5, Weight.WEAK, False),
        (0.2, Weight.MODERATE, False),
        (0.1, Weight.STRONG, False),
    ],
)
def test_a_published_ratio_stands_for_one_of_three_weights(
    ratio: float, weight: Weight | None, is_for: bool
) -> None:
    assert weight_of_ratio(ratio, _cutoffs()) == (weight, is_for)


def test_a_percentage_is_shown_only_where_share_and_accuracy_were_published() -> None:
    facts = {"has_pump_therapy": True, "has_worse_spasticity": True, "has_abnormal_contrast": True}
    alone = on_facts(**facts).answer("intrathecal-under-delivery").weighed
    assert alone.estimates == ()
    referred = on_facts(**facts, was_referred_for_delivery=True).answer("intrathecal-under-delivery").weighed
    (estimate,) = referred.estimates
    ratio = Fraction(17, 21) / Fraction(2, 29)
    low, high = (float(_exact(p, str(ratio))) for p in ("0.35", "0.58"))
    assert estimate.after == (pytest.approx(low, rel=1e-12), pytest.approx(high, rel=1e-12))
    others = [a for a in on_facts(**facts, was_referred_for_delivery=True).answers if a.weighed.estimates]
    assert [a.id for a in others] == ["intrathecal-under-delivery"]


def test_two_tests_of_one_system_are_shown_side_by_side_and_never_multiplied() -> None:
    answer = on_facts(
        has_pump_therapy=True,
        has_worse_spasticity=True,
        was_referred_for_delivery=True,
        has_abnormal_contrast=True,
        has_abnormal_indium=False,
    ).answer("intrathecal-under-delivery")
    tests = {e.test: e.after for e in answer.weighed.estimates}
    assert tests.keys() == {"cap-ct", "indium-spect"}
    assert tests["cap-ct"][0] > 0.8
    assert tests["indium-spect"][1] < 0.1
