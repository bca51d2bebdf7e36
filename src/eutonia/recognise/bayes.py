"""Odds and likelihood ratios, for the few tests for which they were published.

Two tests of one patient are never multiplied here: nobody has published how much they depend on each other.
"""

from __future__ import annotations

__all__ = ["probability_after", "ratios_of"]


def ratios_of(sensitivity: float, specificity: float) -> tuple[float, float]:
    """Likelihood ratios of a positive and a negative result, from fractions.

    Raises ValueError for figures outside 0 to 1, and for a specificity of 0 or 1, which gives no ratio.

    >>> positive, negative = ratios_of(0.84, 0.97)
    >>> round(positive, 1), round(negative, 2)
    (28.0, 0.16)
    """
    if not 0 <= sensitivity <= 1 or not 0 < specificity < 1:
        raise ValueError("sensitivity is a fraction of 1, and specificity lies between 0 and 1")
    return sensitivity / (1 - specificity), (1 - sensitivity) / specificity


def probability_after(prior: float, ratio: float) -> float:
    """Probability after a result, from the probability before and the likelihood ratio of the result.

    Raises ValueError for a prior that is not between 0 and 1 or a ratio below 0.

    >>> round(probability_after(0.35, 11.7), 2)
    0.86
    """
    if not 0 < prior < 1 or ratio < 0:
        raise ValueError("a prior lies between 0 and 1, and a likelihood ratio is at least 0")
    odds = prior / (1 - prior) * ratio
    return odds / (1 + odds)
