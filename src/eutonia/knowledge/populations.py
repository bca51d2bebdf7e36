"""Reading virtual populations: how covariates are spread, each number with its unit and source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eutonia.knowledge.items import Item
from eutonia.knowledge.model_items import Evidence
from eutonia.knowledge.schema import Parameter

__all__ = ["Population", "read_population"]


@dataclass(frozen=True, slots=True)
class Population:
    """People to draw: ``parameters`` are the numbers that ``eutonia.simulate.virtual`` needs, by name."""

    name: str
    title: str
    says: str
    parameters: Mapping[str, Parameter]
    cannot_see: tuple[str, ...]

    def value(self, name: str) -> float:
        """The number in the unit its file states. Raises KeyError."""
        return self.parameters[name].value


def read_population(item: Item, evidence: Evidence) -> Population:
    """One population of ``populations.yaml``; problems are reported at the item."""
    parameters = {
        name: Parameter(
            name=name,
            value=entry.number("value"),
            unit=entry.text("unit"),
            says=entry.text("says"),
            spread=None,
            evidence=evidence(entry),
            grade=entry.text("grade"),
        )
        for name, entry in item.mapping("parameters").items()
    }
    return Population(
        name=item.text("name"),
        title=item.text("title"),
        says=item.text("says"),
        parameters=MappingProxyType(parameters),
        cannot_see=item.texts("cannot_see"),
    )
