"""Every kind of plan with its simulation: by mouth in 500 virtual people (tone in 100), by pump in one person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.patient import _milliseconds
from eutonia.consult import consult_data
from eutonia.faces.files import read_file
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Refusal
from eutonia.plan.pump.outcome import PumpRefusal

ROOT = Path(__file__).parents[1]
BASES = ROOT / "tests" / "scenarios" / "bases"
OF_A_PUMP = ROOT / "scenarios" / "pump-refill.yaml"
TARGET = "under 300 ms"
ON_60, NONE_YET = "kidney-taper", "start-us"
LIQUID = [{"form": "liquid", "concentration": "1 mg/mL"}]
PUMP = [{"daily_dose": "150 microgram/day", "from": "2026-10-01"}]
GAP = {"from": "2026-11-24 08:00", "to": "2026-11-26 08:00"}


def _taper(**taper: object) -> dict[str, object]:
    return {"ask": "taper", "taper": taper}


def _switch(**switch: object) -> dict[str, object]:
    return {"ask": "switch", "switch": switch}


#: Each kind by name: the record it is asked of, and the question.
PLANS: dict[str, tuple[str, dict[str, Any]]] = {
    "titration to 60 mg a day": (NONE_YET, {"ask": "titration", "target": "60 mg/day"}),
    "titration in a liquid": (NONE_YET, {"ask": "titration", "target": "60 mg/day", "stock": LIQUID}),
    "taper from 60 mg a day in 12 steps, with tone": (ON_60, {"ask": "taper"}),
    "taper with the fewest strengths": (ON_60, {"ask": "taper", "prefer": "fewest strengths"}),
    "taper by a fixed 2.5 mg in a liquid, 24 steps": (
        ON_60,
        {**_taper(way="fixed amount", cut="2.5 mg/day"), "stock": LIQUID},
    ),
    "taper by 10 per cent of the current dose in a liquid": (
        ON_60,
        {**_taper(way="percent of current", percent="10 percent"), "stock": LIQUID},
    ),
    "taper by 10 per cent of the start": (ON_60, _taper(way="percent of start", percent="10 percent")),
    "taper in the shortest time of the label": (ON_60, _taper(way="label minimum")),
    "slow taper of 154 days": (ON_60, _taper(way="slow", every="14 days")),
    "taper after signs of withdrawal": (ON_60, _taper(way="after withdrawal signs")),
    "stop at once under life-threatening toxicity": (ON_60, _taper(way="at once", life_threatening=True)),
    "switch to tizanidine": (ON_60, _switch(partner="tizanidine", dose="24 mg/day")),
    "switch to dantrolene": (ON_60, _switch(partner="dantrolene", dose="300 mg/day")),
    "switch from tizanidine": (
        NONE_YET,
        {**_switch(partner="tizanidine", direction="from", dose="12 mg/day"), "target": "40 mg/day"},
    ),
    "tablets lowered while a pump works": (
        ON_60,
        {**_switch(partner="intrathecal baclofen", percent="10 percent", every="7 days"), "stock": LIQUID},
    ),
    "what if: three days without supply": (
        ON_60,
        {"ask": "what if", "what_if": [{"what": "supply gap", "from": "2026-11-24", "to": "2026-11-26"}]},
    ),
    "what if: kidney injury": (
        ON_60,
        {
            "ask": "what if",
            "what_if": [
                {"what": "acute kidney injury", "from": "2026-11-24 08:00", "filtration": "15 mL/min"}
            ],
        },
    ),
    **{
        f"what if: {what}": (ON_60, {"ask": "what if", "what_if": [{"what": what, **GAP}]})
        for what in ("missed doses", "vomiting", "fasting before surgery")
    },
}
_CHANGES: dict[str, dict[str, Any]] = {
    "switch from tizanidine": {
        "observations": [
            {"what": "egfr", "value": "105 mL/min/1.73m2", "on": "2026-11-10"},
            {"what": "creatinine clearance", "value": "100 mL/min", "on": "2026-11-10"},
        ],
        "medicines": [{"what": "tizanidine", "from": "2026-01-01"}],
    },
    "tablets lowered while a pump works": {"pump_therapy": PUMP},
    "taper after signs of withdrawal": {
        "oral_therapy": [
            {"dose": "20 mg", "times_per_day": 3, "from": "2025-01-01", "to": "2026-11-17"},
            {"dose": "15 mg", "times_per_day": 3, "from": "2026-11-18"},
        ],
        "observations": [
            {"what": "creatinine", "value": "0.9 mg/dL", "on": "2026-11-20"},
            {"what": "egfr", "value": "100 mL/min/1.73m2", "on": "2026-11-20"},
        ],
        "signs": [{"what": "hallucination", "onset": "2026-11-20"}],
    },
}


_LADDER = {"population": "spinal", "percent": "10 percent", "every": "48 h", "fill": "18 mL"}
_SCREENED = {"population": "spinal", "screening_dose": "50 micrograms"}
_VISITS = [
    {"what": "volume at the last refill", "value": "20 mL", "on": "2026-09-01"},
    {"what": "measured residual volume", "value": "8 mL", "on": "2026-10-01"},
    {"what": "expected residual volume", "value": "3 mL", "on": "2026-10-01"},
]
#: Each plan for a pump by name: the question, and what of the record is another.
PUMP_PLANS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "change of dose and solution with the bridge": (
        {
            "plan": "change",
            "daily_dose": "330 micrograms/day",
            "concentration": "2000 micrograms/mL",
            "fill": "20 mL",
        },
        {},
    ),
    "refill dates": ({"plan": "refill dates"}, {}),
    "late refill": ({"plan": "late refill", "late_by": "19 days"}, {}),
    "missed refill": ({"plan": "missed refill"}, {}),
    "screening": ({"plan": "screening", **_SCREENED}, {"pump_therapy": []}),
    "start": (
        {
            "plan": "start",
            **_SCREENED,
            "effect_lasted": "6 h",
            "has_responded": True,
            "had_adverse_reaction": False,
            "is_primed": True,
            "fill": "20 mL",
            "concentration": "500 micrograms/mL",
        },
        {"pump_therapy": []},
    ),
    "titration": ({"plan": "titration", **_LADDER, "daily_dose": "450 micrograms/day"}, {}),
    "way down": (
        {
            **{k: v for k, v in _LADDER.items() if k != "population"},
            "plan": "way down",
            "daily_dose": "100 micrograms/day",
            "pace": "planned stop",
        },
        {},
    ),
    "scan": ({"plan": "scan", "scan_lasts": "1 h", "restarted_after": "2 h", "left": "12 mL"}, {}),
    "volume audit": ({"plan": "volume audit"}, {"observations": _VISITS}),
    "replacement": (
        {"plan": "replacement", "keeps_catheter": True},
        {"pump": {"model": "prometra_ii_20", "replace_by": "2027-06-01"}},
    ),
    "candidacy": (
        {"plan": "candidacy", "candidate": {"severe": True, "infection": True}},
        {"pump_therapy": []},
    ),
    "priming": ({"plan": "priming", "part": "whole path", "takes": "30 min", "fill": "20 mL"}, {}),
    "restart": ({"plan": "restart", "stopped_for": "48 h", "left": "12 mL"}, {}),
}


def scenario(name: str) -> dict[str, Any]:
    """The scenario of a kind of plan."""
    base, question = PLANS[name]
    data: dict[str, Any] = read_file(BASES / f"{base}.yaml")
    data["question"] = question
    data["record"].update(_CHANGES.get(name, {}))
    return data


def rows() -> list[tuple[str, str, str, str]]:
    """Each kind: what, best, median, target. Raises RuntimeError for a kind that is refused: it measured nothing."""
    knowledge = load_knowledge()
    table = []
    for name in PLANS:
        data = scenario(name)
        plan = consult_data(data, knowledge).plan
        if isinstance(plan, Refusal):
            raise RuntimeError(f"{name}: {plan.says}")
        best, median = _milliseconds(lambda d=data: consult_data(d, knowledge), 5)
        table.append((f"{name}, 500 virtual people", best, median, TARGET))
    return table + _pump_rows()


def _pump_rows() -> list[tuple[str, str, str, str]]:
    knowledge, table = load_knowledge(), []
    for name, (question, change) in PUMP_PLANS.items():
        data: dict[str, Any] = read_file(OF_A_PUMP)
        data["question"] = {"ask": "pump", "pump": question}
        data["record"].update(change)
        answer = consult_data(data, knowledge).pump
        if answer is None or isinstance(answer.plan, PumpRefusal):
            raise RuntimeError(f"{name}: {answer}")
        best, median = _milliseconds(lambda d=data: consult_data(d, knowledge), 5)
        table.append((f"pump: {name}", best, median, TARGET))
    return table
