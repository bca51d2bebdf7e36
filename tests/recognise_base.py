"""Recognising on a scenario, and on bare facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eutonia.intake import read_scenario
from eutonia.knowledge.condition import Value
from eutonia.knowledge.loader import load_knowledge
from eutonia.recognise.explain import Recognised, recognise_facts
from eutonia.recognise.signs import derive_signs
from tests.scenario_files import base, patched


def facts_of(change: Mapping[str, Any] | None = None, name: str = "recognise-oral") -> dict[str, Value]:
    """Every fact of a base record with a patch on it."""
    knowledge = load_knowledge()
    scenario, _ = read_scenario(patched(base(name), change or {}), knowledge)
    return dict(derive_signs(scenario, knowledge)[0].values)


def recognised(change: Mapping[str, Any] | None = None, name: str = "recognise-oral") -> Recognised:
    """The answer on a base record with a patch on it."""
    return recognise_facts(facts_of(change, name), load_knowledge())


def on_facts(**facts: Value) -> Recognised:
    """The answer on a handful of facts; everything else is not known."""
    return recognise_facts(facts, load_knowledge())
