"""What readers see follows the display rules, on pages, in pictures and in JSON."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.report.data import result_data
from eutonia.report.document import html
from tests.house.display_rules import json_violations, page_violations, violations
from tests.plan_base import ON_30, data_of
from tests.scenario_files import PUBLISHED, base, patched, read

_REDUCED_KIDNEYS = {"observations": [{"what": "creatinine", "value": "1.9 mg/dL", "on": "2026-11-10"}]}
_ALMOST_NOTHING: dict[str, Any] = {
    "format": "eutonia/1",
    "title": "Titration wanted, next to nothing recorded",
    "as_of": "2026-11-22",
    "jurisdiction": "AU",
    "record": {"patient": {"age": "55 years"}},
    "question": {"ask": "titration", "target": "60 mg/day"},
}

CASES: dict[str, dict[str, Any]] = {
    "worked example": read(PUBLISHED / "worked-example.yaml"),
    "dialysis": base("kidney-dialysis"),
    "older start": base("kidney-older-start"),
    "taper": base("kidney-taper"),
    "worse": base("kidney-worse"),
    "child": base("child-uk"),
    "plan with reduced kidneys": patched(
        base("adult-us"),
        {"record": _REDUCED_KIDNEYS, "question": {"ask": "titration", "target": "35 mg/day"}},
    ),
    "target over the ceiling": patched(
        base("adult-us"),
        {"record": _REDUCED_KIDNEYS, "question": {"ask": "titration", "target": "70 mg/day"}},
    ),
    "half tablets": patched(
        base("start-us"),
        {
            "question": {
                "ask": "titration",
                "target": "20 mg/day",
                "proposed": None,
                "stock": [{"form": "tablet", "strength": "10 mg", "scored": True}],
            }
        },
    ),
    "almost nothing recorded": _ALMOST_NOTHING,
    "a taper": data_of(ask="taper"),
    "a percentage that cannot be made": data_of(
        name=ON_30, ask="taper", taper={"way": "percent of current", "percent": "25 percent"}
    ),
    "an abrupt stop": data_of(ask="taper", taper={"way": "at once"}),
    "two dangers": data_of(ask="taper", taper={"way": "at once", "life_threatening": True}),
    "to tizanidine": data_of(name=ON_30, ask="switch", switch={"partner": "tizanidine", "dose": "12 mg/day"}),
    "from dantrolene": data_of(
        name=ON_30,
        ask="switch",
        target="45 mg/day",
        switch={"partner": "dantrolene", "direction": "from", "dose": "75 mg/day"},
    ),
    "to diazepam": data_of(name=ON_30, ask="switch", switch={"partner": "diazepam", "dose": "10 mg/day"}),
    "what if": data_of(
        ask="what if",
        what_if=[
            {"what": "supply gap", "from": "2026-11-24", "to": "2026-11-26"},
            {"what": "vomiting", "from": "2026-11-24 07:00", "to": "2026-11-24 21:00"},
            {"what": "acute kidney injury", "from": "2026-11-24 08:00", "filtration": "15 mL/min"},
            {"what": "fasting before surgery", "from": "2026-11-24 00:00", "to": "2026-11-24 16:00"},
        ],
    ),
}


@pytest.fixture(params=CASES, scope="module")
def result(request: pytest.FixtureRequest) -> Result:
    return consult_data(CASES[request.param], load_knowledge(), people=20)


def test_every_page_is_written_by_the_display_rules(result: Result) -> None:
    assert page_violations(html(result)) == []


def test_every_json_answer_is_written_by_the_display_rules(result: Result) -> None:
    assert json_violations(result_data(result)) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("R-01", "50 µg a day"),
        ("R-01", "50 μg a day"),
        ("R-01", "50 ug a day"),
        ("R-03", "5.0 mg three times a day"),
        ("R-04", ".5 mL at night"),
        ("R-06", "10mg three times a day"),
        ("R-06", "10 mg with an ordinary space"),
        ("R-10", "1 mg/mL"),
        ("R-10", "40 mg/day"),
        ("R-11", "10\u00a0mg TDS"),
        ("R-11", "10\u00a0mg bid"),
        ("R-11", "baclofen IT"),
        ("R-12", "clearance < 30"),
        ("R-12", "at a dose ≥ 20\u00a0mg"),
        ("R-12", "5 + 5"),
        ("R-13", "½ tablet"),
        ("R-13", "1/2 a tablet"),
        ("R-13", "2.5\u00a0tablets"),
        ("R-17", "on 2026-11-22"),
        ("R-17", "on 03/04/2027"),
        ("R-17", "on 2-Nov-2026"),
        ("R-25", "This dose is safe."),
    ],
)
def test_a_breach_is_caught(rule: str, text: str) -> None:
    assert rule in {v.rule for v in violations(text, is_page=True)}


@pytest.mark.parametrize(
    "text",
    [
        "2,000\u00a0micrograms per mL",
        "half a tablet of 10\u00a0mg in the morning",
        "Sunday 22-Nov-2026, 08:00",
        "0.5\u00a0mL; OD-05; AD-01",
        "creatinine clearance 40.1\u00a0mL per minute",
        "at least 20\u00a0mg a day",
    ],
)
def test_good_wording_passes(text: str) -> None:
    assert violations(text, is_page=True) == []


def test_a_band_that_does_not_name_its_population_is_caught() -> None:
    page = '<figure><svg><path data-band="percentiles" d="M0 0"/></svg><figcaption>A curve.</figcaption></figure>'
    assert [v.rule for v in page_violations(page)] == ["R-34"]
