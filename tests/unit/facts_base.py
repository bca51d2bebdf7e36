"""From a patch of a base record to its facts."""

from __future__ import annotations

from typing import Any

from eutonia.assess.facts import derive_facts
from eutonia.assess.sheet import FactSheet
from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from tests.scenario_files import base, patched

Change = dict[str, Any]

TABLET = {"form": "tablet", "strength": "10 mg", "scored": True}


def facts(change: Change | None = None, name: str = "adult-us") -> FactSheet:
    """The sheet of facts of a base record with a patch on it."""
    knowledge = load_knowledge()
    scenario, _ = read_scenario(patched(base(name), change or {}), knowledge)
    return derive_facts(scenario, knowledge)[0]


def patient(**fields: Any) -> Change:
    return {"record": {"patient": fields}}


def observed(*entries: tuple[str, str, str]) -> Change:
    """Measurements as (what, value, when)."""
    return {"record": {"observations": [{"what": w, "value": v, "on": on} for w, v, on in entries]}}


def taken(*phases: Change, **more: Any) -> Change:
    return {"record": {"oral_therapy": list(phases), **more}}


def phase(each: str, times: int, start: str | None = None, to: str | None = None, **more: Any) -> Change:
    """A phase of equal doses; ``each`` is the amount of one dose."""
    dates = {key: value for key, value in (("from", start), ("to", to)) if value is not None}
    return {"dose": each, "times_per_day": times, **dates, **more}


def proposed(*phases: Change) -> Change:
    return {"question": {"ask": "check", "proposed": list(phases)}}


def both(*changes: Change) -> Change:
    """Several patches as one."""
    result: Change = {}
    for change in changes:
        result = _merged(result, change)
    return result


def _merged(a: Change, b: Change) -> Change:
    result = dict(a)
    for key, value in b.items():
        inside = result.get(key)
        result[key] = (
            _merged(inside, value) if isinstance(inside, dict) and isinstance(value, dict) else value
        )
    return result


#: Somebody looked at nothing: no list was gone through.
UNREVIEWED: Change = {"record": {"reviewed": None}}
