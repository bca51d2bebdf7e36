"""What the pages of published values beside ours share: people, words for verdicts, and the table itself."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, Individual, typical_individual
from eutonia.model.kidney import estimate_filtration
from eutonia.show import show_number

KNOWLEDGE = load_knowledge()
MODELS = KNOWLEDGE.models
MODEL = MODELS["oral.reference2026"]

Row = tuple[str, ...]


def person(age: float, weight: float, filtration: float) -> Individual:
    """The typical person of the reference model."""
    return typical_individual(MODEL, Covariates(age, weight, filtration))


def child(age: float, weight: float, height: float) -> Covariates:
    """A child whose indexed filtration is 120, scaled to its own body surface."""
    estimate = estimate_filtration(
        KNOWLEDGE.kidney, age_years=age, weight_kg=weight, height_cm=height, indexed_ml_per_min=120
    )
    assert estimate is not None
    return Covariates(age, weight, estimate.value)


def spread(values: NDArray[np.float64]) -> float:
    """Coefficient of variation, percent."""
    return float(100 * values.std(ddof=1) / values.mean())


def shown(*values: float, digits: int = 3) -> str:
    """Numbers as the project shows them, joined by “and”."""
    return " and ".join(show_number(float(value), digits) for value in values)


def within(value: float, low: float, high: float) -> str:
    """The verdict on a range."""
    return "passes" if low <= value <= high else "**fails**"


def near(value: float, published: float, percent: float) -> str:
    """The verdict with the deviation, so that a pass at the edge is seen to be one."""
    off = 100 * (value / published - 1)
    word = "passes" if abs(off) <= percent else "**fails**"
    return f"{word}, {abs(off):.0f} % {'above' if off > 0 else 'below'}"


def table(head: Row, rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines) + "\n"
