"""Likelihood ratios from published counts, or from a sensitivity and a specificity."""

from __future__ import annotations

__all__ = ["likelihood_ratios"]


def likelihood_ratios(
    counts: tuple[float, float, float, float] | None, sensitivity: float | None, specificity: float | None
) -> tuple[float | None, float | None, bool]:
    """Likelihood ratios, and whether 0.5 was added to each cell because one was zero."""
    if counts is not None:
        corrected = 0 in counts
        tp, fn, fp, tn = (c + 0.5 * corrected for c in counts)
        sens, spec = tp / (tp + fn), tn / (fp + tn)
        return sens / (1 - spec), (1 - sens) / spec, corrected
    if sensitivity is None or specificity is None:
        return None, None, False
    sens, spec = sensitivity / 100, specificity / 100
    positive = None if spec >= 1 else sens / (1 - spec)
    return positive, (1 - sens) / spec, False
