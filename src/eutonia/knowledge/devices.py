"""Pumps and catheters: what their makers state, and what the clinic has to fill in.

A setting whose value is null was not found in any text that could be read. It has no default: whoever needs it
must supply it for the very device implanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from eutonia.errors import Code
from eutonia.knowledge.items import Item
from eutonia.knowledge.model_items import Evidence
from eutonia.knowledge.schema import Citation

__all__ = ["Device", "Setting", "read_devices"]

KINDS = ("pump", "catheter")
FILL_IN = "The clinic fills this in"


@dataclass(frozen=True, slots=True)
class Setting:
    """One property of a device: its value in its unit, or None where the clinic fills it in."""

    name: str
    value: float | None
    unit: str
    says: str
    grade: str
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Device:
    """A pump or catheter model with its settings by name; the evidence is for what it says."""

    name: str
    title: str
    kind: str
    says: str
    settings: Mapping[str, Setting]
    evidence: tuple[Citation, ...]


def read_devices(document: Item, evidence: Evidence) -> Mapping[str, Device]:
    """The devices of a knowledge file by name; problems are reported to the document.

    A value needs a grade and evidence; a null value needs the words that the clinic fills it in.
    """
    return MappingProxyType(
        {name: _device(name, item, evidence) for name, item in document.mapping("devices").items()}
    )


def _device(name: str, item: Item, evidence: Evidence) -> Device:
    settings = {key: _setting(key, entry, evidence) for key, entry in item.mapping("settings").items()}
    return Device(
        name=name,
        title=item.text("title"),
        kind=item.one_of("kind", KINDS),
        says=item.text("says"),
        settings=MappingProxyType(settings),
        evidence=evidence(item),
    )


def _setting(name: str, item: Item, evidence: Evidence) -> Setting:
    says = item.text("says")
    is_known = item.has("value")
    if not is_known and FILL_IN not in says:
        item.complain(
            Code.MISSING_VALUE,
            f"“{name}” has no value and does not say that the clinic fills it in.",
            f"Write “{FILL_IN}” with where to find it, or give a sourced value.",
        )
    if not is_known and item.has("evidence"):
        item.complain(Code.CONFLICTING_VALUES, f"“{name}” cites a source for a value it does not have.")
    return Setting(
        name=name,
        value=item.number("value") if is_known else None,
        unit=item.text("unit"),
        says=says,
        grade=item.text("grade") if is_known else "",
        evidence=evidence(item) if is_known else (),
    )
