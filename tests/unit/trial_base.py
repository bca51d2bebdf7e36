"""What the tests of virtual trials share: small trials as plain data, and the knowledge they run on."""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Knowledge
from eutonia.simulate.trial import SPINAL, Trial
from eutonia.simulate.trial_file import read_trial
from eutonia.simulate.trial_run import TrialResult, run_trial

KNOWLEDGE = load_knowledge()
TRIALS = Path(__file__).parents[2] / "scenarios" / "trials"

ORAL: dict[str, Any] = {
    "format": "eutonia-trial/1",
    "title": "Three tablets a day for two days",
    "seed": 7,
    "people": 60,
    "patient": {"age": "45 years", "weight": "70 kg", "filtration": "100 mL/min"},
    "days": 2,
    "oral": [{"dose": "10 mg", "times": ["08:00", "14:00", "20:00"], "days": 2, "form": "tablet"}],
    "outcomes": [
        {
            "name": "over 150",
            "kind": "fraction_over_concentration",
            "level": "150 ng/mL",
            "from": "24 h",
            "to": "48 h",
        },
        {"name": "highest", "kind": "peak", "from": "24 h", "to": "48 h"},
        {"name": "exposure", "kind": "auc", "from": "24 h", "to": "48 h"},
    ],
}
SCREENING: dict[str, Any] = {
    "format": "eutonia-trial/1",
    "title": "One injection",
    "seed": 7,
    "people": 40,
    "patient": {"age": "45 years", "weight": "70 kg", "filtration": "100 mL/min"},
    "untreated_ashworth": 4,
    "days": 1,
    "spinal": {"boluses": [{"at": "0 h", "dose": "50 micrograms"}]},
    "outcomes": [
        {
            "name": "answer",
            "kind": "fraction_with_ashworth_fall",
            "level": "1 point",
            "from": "0 h",
            "to": "24 h",
        }
    ],
}
PUMP: dict[str, Any] = {
    "reservoir": "20 mL",
    "tubing_volume": "0.2 mL",
    "catheter_volume": "0.18 mL",
    "minimum_flow": "0.048 mL/day",
    "maximum_flow": "not known",
    "alarm_volume": "2 mL",
    "stopped_alarm_after": "not known",
    "in_path": "2000 micrograms/mL",
    "flow_factor": 1,
    "events": [
        {"at": "0 h", "what": "fill", "volume": "20 mL", "concentration": "2000 micrograms/mL"},
        {"at": "0 h", "what": "continuous", "dose": "300 micrograms/day"},
    ],
}


def changed(base: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A copy with some keys replaced; None takes a key out."""
    data = copy.deepcopy(base)
    for key, value in values.items():
        if value is None:
            data.pop(key, None)
        else:
            data[key] = value
    return data


def read(data: object) -> Trial:
    return read_trial(data, KNOWLEDGE)


def run(data: object, **options: Any) -> TrialResult:
    return run_trial(read(data), KNOWLEDGE, **options)


@cache
def with_spread_of(*names: str) -> Knowledge:
    """The knowledge base in which people differ in the named parameters of the spinal model alone."""
    models = dict(KNOWLEDGE.models)
    for model in ("oral.reference2026", SPINAL):
        kept = {
            p.name: p if p.name in names else replace(p, spread=None)
            for p in models[model].parameters.values()
        }
        models[model] = replace(models[model], parameters=MappingProxyType(kept))
    return replace(KNOWLEDGE, models=MappingProxyType(models))
