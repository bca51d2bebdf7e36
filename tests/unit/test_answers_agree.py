"""What one answer says in several places agrees: headline and case, rule and limit, card and card."""

from __future__ import annotations

from typing import Any

from eutonia.consult import Result
from eutonia.plan.outcome import Plan
from eutonia.report.words import answer
from tests.scenario_files import ask, base, patched

TABLET = {"form": "tablet", "strength": "10 mg", "scored": True}


def _asked(change: dict[str, Any], name: str = "adult-us") -> Result:
    return ask(patched(base(name), change))


def _taken(mg: int, since: str = "2025-01-01") -> list[dict[str, Any]]:
    return [{"dose": f"{mg} mg", "times_per_day": 3, "product": TABLET, "from": since}]


def _egfr(value: int) -> list[dict[str, str]]:
    return [{"what": "egfr", "value": f"{value} mL/min/1.73m2", "on": "2026-11-18"}]


def _rules(result: Result) -> set[str]:
    return {finding.rule for finding in result.assessment.findings}


def _texts(result: Result) -> str:
    return " ".join(f"{f.title}. {f.say} {f.do}" for f in result.assessment.findings)


def test_an_active_ulcer_is_treated_first_in_the_headline_and_not_given_with_food() -> None:
    said = answer(_asked({"jurisdiction": "UK", "record": {"problems": [{"what": "peptic ulcer"}]}}))
    assert "treat the ulcer first" in said
    assert "food" not in said


def test_a_dialysis_patient_who_takes_baclofen_is_not_told_not_to_start() -> None:
    said = answer(
        _asked({"record": {"patient": {"dialysis": "haemodialysis"}, "oral_therapy": _taken(5)}})
    )
    assert "call nephrology the same day" in said
    assert "start" not in said.split("Also found")[0]


def test_nobody_on_dialysis_is_shown_a_dose_for_hiccups() -> None:
    result = _asked({"record": {"patient": {"dialysis": "haemodialysis"}, "indication": {"what": "hiccups"}}})
    assert "DOS-20" not in _rules(result)
    assert "smallest dose" not in _texts(result)


def test_a_poisoned_dialysis_patient_is_not_told_to_taper_by_the_week() -> None:
    change = {"patient": {"dialysis": "haemodialysis"}, "signs": [{"what": "somnolence", "present": True}]}
    assert "less each week" not in _texts(_asked({"record": change}))
