"""Reading model files and kidney equations from knowledge items."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from eutonia.knowledge.items import Item
from eutonia.knowledge.schema import Citation, DomainLimit, Equation, ModelFile, Parameter, Spread

Evidence = Callable[[Item], tuple[Citation, ...]]


def read_equation(name: str, item: Item, evidence: Evidence) -> Equation:
    """A kidney-function equation with its coefficients."""
    coefficients = item.mapping("coefficients")
    return Equation(
        name=name,
        says=item.text("says"),
        unit=item.text("unit"),
        population=item.text("population", ""),
        coefficients=MappingProxyType(
            {n: c.number("value") for n, c in coefficients.items() if c.text("unit")}
        ),
        evidence=evidence(item),
        grade=item.text("grade"),
    )


def read_model(item: Item, evidence: Evidence) -> ModelFile:
    """A model file: every parameter with unit, spread and source."""
    parameters = {
        name: Parameter(
            name=name,
            value=entry.number("value"),
            unit=entry.text("unit"),
            says=entry.text("says"),
            spread=_spread(entry),
            evidence=evidence(entry),
            grade=entry.text("grade"),
        )
        for name, entry in item.mapping("parameters").items()
    }
    domain = tuple(
        DomainLimit(
            covariate=entry.text("covariate"),
            unit=entry.text("unit"),
            hard=entry.pair("hard"),
            soft=entry.pair("soft"),
            because=entry.text("because"),
        )
        for entry in item.items("domain")
    )
    return ModelFile(
        name=item.text("name"),
        title=item.text("title"),
        says=item.text("says"),
        structure=item.text("structure"),
        parameters=MappingProxyType(parameters),
        domain=domain,
        cannot_see=item.texts("cannot_see"),
        departs=item.text("departs", ""),
    )


def _spread(item: Item) -> Spread | None:
    if not item.has("spread"):
        return None
    entry = item.child("spread")
    return Spread(
        entry.one_of("kind", ("lognormal", "logit-normal")),
        entry.number("value"),
        entry.text("shared_with", "") or None,
    )
