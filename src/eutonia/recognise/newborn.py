"""A newborn of a treated mother: birth is the loss, and what is still in the child is the excess."""

from __future__ import annotations

from collections.abc import Mapping

from eutonia.knowledge.condition import Value
from eutonia.knowledge.schema import Knowledge

__all__ = ["newborn"]


def newborn(facts: Mapping[str, Value], knowledge: Knowledge) -> bool:
    """Whether the patient is known to be a young child whose birth ended what came from the mother."""
    age = facts.get("age")
    if facts.get("has_exposure_before_birth") is not True or age is None or isinstance(age, str):
        return False
    return float(age) < knowledge.recognition.number("newborn")
