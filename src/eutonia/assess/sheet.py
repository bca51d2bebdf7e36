"""The sheet of facts: what each name is for this record, and how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from eutonia.knowledge.condition import Value
from eutonia.knowledge.schema import FactDefinition
from eutonia.show import show_number
from eutonia.trace import Step
from eutonia.units import unit

NOT_KNOWN = "not known"


@dataclass(slots=True)
class FactSheet:
    """Facts by name. A name that was never set is not known; nothing is filled in."""

    definitions: Mapping[str, FactDefinition]
    _values: dict[str, Value] = field(default_factory=dict)
    _steps: dict[str, Step] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, Value]:
        """Name to value; None is not known."""
        return MappingProxyType(self._values)

    def set(
        self,
        name: str,
        value: Value,
        how: str,
        *,
        sources: tuple[str, ...] = (),
        mark: str = "",
        found: tuple[str, ...] = (),
    ) -> None:
        """Record a fact and its working. found: the entries of a list behind it, in words.

        Raises KeyError for a name outside the glossary.
        """
        definition = self.definitions[name]
        if isinstance(value, bool) or value is None or isinstance(value, str):
            self._values[name] = value
        else:
            self._values[name] = float(value)
        self._steps[name] = Step(name, show_value(definition, value), how, sources, mark, found)

    def get(self, name: str) -> Value:
        if name not in self.definitions:
            raise KeyError(name)
        return self._values.get(name)

    def number(self, name: str) -> float | None:
        value = self.get(name)
        return None if value is None or isinstance(value, str) else float(value)

    def is_true(self, name: str) -> bool:
        """Known and true."""
        return self.get(name) is True

    def step(self, name: str) -> Step:
        """How the fact was made; for a fact never set, that it is not recorded."""
        return self._steps.get(name) or Step(name, NOT_KNOWN, "not recorded")

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(self._steps.values())


def any_true(*values: Value) -> bool | None:
    """Three-valued OR: true if one is true, false if all are known to be false, else not known."""
    if any(v is True for v in values):
        return True
    return False if all(v is False for v in values) else None


def show_value(definition: FactDefinition, value: Value) -> str:
    """A fact's value for people: yes, no, not known, or the number with its unit in words."""
    if value is None:
        return NOT_KNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    number = show_number(value)
    if definition.unit in {"", "1"}:
        return number
    return f"{number} {unit(definition.unit).words}"
