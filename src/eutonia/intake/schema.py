"""The published shape of a scenario: a JSON Schema generated from the record's own definition.

The schema describes what can be written. What is possible and consistent is judged on reading, where the
reasons can be given; everything that reading accepts has this shape.
"""

from __future__ import annotations

import json
import re
from dataclasses import is_dataclass
from datetime import date, time
from enum import StrEnum
from typing import Any

from eutonia.intake.draft import Slot, slots_of
from eutonia.intake.measures import accepted_units
from eutonia.knowledge.schema import Knowledge
from eutonia.record import FORMAT, Moment, Observation, Scenario, Sign
from eutonia.units import Quantity, spellings_of

__all__ = ["scenario_schema", "schema_text"]

_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?"
_NUMBER = r"[0-9]+(\.[0-9]+)?"
_NOT_EMPTY = r"\S"
_CLOSED_LISTS = {(Observation, "what"): "observation", (Sign, "what"): "sign"}


def scenario_schema(knowledge: Knowledge) -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario in JSON, or in YAML with its dates as text.

    knowledge gives the names of measurements and signs (as examples) and the possible values (in words).
    """
    kinds = _kinds_below(Scenario)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:eutonia:scenario:{FORMAT.rpartition('/')[2]}",
        "title": "eutonia scenario",
        "$ref": f"#/$defs/{Scenario.__name__}",
        "$defs": {kind.__name__: _object(kind, knowledge) for kind in kinds},
    }


def schema_text(knowledge: Knowledge) -> str:
    """The schema as it is published: sorted keys, two spaces, a newline at the end."""
    return json.dumps(scenario_schema(knowledge), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _is_object(kind: type) -> bool:
    return is_dataclass(kind) and kind not in (Moment, Quantity)


def _kinds_below(kind: type) -> list[type]:
    found = [kind]
    for owner in found:
        found += [s.kind for s in slots_of(owner) if _is_object(s.kind) and s.kind not in found]
    return list(dict.fromkeys(found))


def _object(kind: type, knowledge: Knowledge) -> dict[str, Any]:
    slots = slots_of(kind)
    described: dict[str, Any] = {
        "type": "object",
        "properties": {slot.key: _property(kind, slot, knowledge) for slot in slots},
        "required": [slot.key for slot in slots if slot.required],
        "additionalProperties": False,
    }
    written_by_hand = (kind.__doc__ or "").split("\n\n")[0]
    if not written_by_hand.startswith(f"{kind.__name__}("):  # what dataclasses write themselves
        described["description"] = " ".join(written_by_hand.split())
    return described


def _property(owner: type, slot: Slot, knowledge: Knowledge) -> dict[str, Any]:
    entry = _entry(slot, knowledge)
    listed = _CLOSED_LISTS.get((owner, slot.name))
    if listed:
        entry["examples"] = [term.id for term in knowledge.terms.values() if term.kind == listed]
    if (owner, slot.name) == (Scenario, "format"):
        entry = {"const": FORMAT}
    described: dict[str, Any] = {"type": "array", "items": entry} if slot.many else entry
    bounds = knowledge.bounds.get(slot.bounds or "")
    possible = f" Possible: {bounds.possible[0]} to {bounds.possible[1]}." if bounds else ""
    return {**described, "description": slot.says + possible}


def _entry(slot: Slot, knowledge: Knowledge) -> dict[str, Any]:
    kind = slot.kind
    if _is_object(kind):
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if slot.is_graded:
        return {"type": "string", "pattern": _NOT_EMPTY}
    if kind is Quantity:
        return {"type": "string", "pattern": quantity_pattern((slot.dimension or "",), slot.bounds)}
    if kind is date:
        return {"type": "string", "format": "date", "pattern": f"^{_DAY}$"}
    if kind is time:
        return {"type": "string", "pattern": f"^{_CLOCK}$"}
    if kind is Moment:
        return {"type": "string", "pattern": f"^{_DAY}([ T]{_CLOCK})?$"}
    if kind is bool:
        return {"type": "boolean"}
    if kind is int:
        bounds = knowledge.bounds.get(slot.bounds or "")
        low, high = bounds.possible if bounds else (None, None)
        limits = {"minimum": low, "maximum": high}
        return {"type": "integer", **{k: v for k, v in limits.items() if isinstance(v, int)}}
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"type": "string", "enum": [word.value for word in kind]}
    return {"type": "string", "pattern": _NOT_EMPTY}


def quantity_pattern(dimensions: tuple[str, ...], bounds_name: str | None = None) -> str:
    """The texts read as a quantity of these dimensions: one plain number and one unit, however spelt."""
    spellings = {text for symbol in accepted_units(dimensions, bounds_name) for text in spellings_of(symbol)}
    longest_first = sorted(spellings, key=lambda text: (-len(text), text))
    units = "|".join(r"\s+".join(map(_literal, text.split())) for text in longest_first)
    return rf"^\s*{_NUMBER}\s*({units})\s*$"


def _literal(text: str) -> str:
    """A text as a pattern that every dialect of regular expressions reads alike."""
    return re.sub(r"([.*+?^${}()|\[\]\\])", r"\\\1", text)
