"""What readers see follows the display rules, on pages, in pictures and in JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from benchmarks.plans import PUMP_PLANS

from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.notation import LANGUAGES, json_violations, page_violations, rules, violations
from eutonia.notation.readers import DISPLAY_KEYS
from eutonia.report.data import result_data
from eutonia.report.document import html
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

for _name, (_question, _change) in PUMP_PLANS.items():
    _asked = patched(read(PUBLISHED / "pump-refill.yaml"), {"record": _change})
    _asked["question"] = {"ask": "pump", "pump": _question}
    CASES[f"pump: {_name}"] = _asked


@pytest.fixture(params=CASES, scope="module")
def result(request: pytest.FixtureRequest) -> Result:
    return consult_data(CASES[request.param], load_knowledge(), people=20)


def test_every_page_is_written_by_the_display_rules(result: Result) -> None:
    assert page_violations(html(result)) == []


def test_every_json_answer_is_written_by_the_display_rules(result: Result) -> None:
    assert json_violations(result_data(result)) == []


# For each rule and language, texts that break it. R-14 (a half only of a scored tablet) cannot be seen in a text; it is
# kept by tests/unit/test_handout_checks.py.
BREACHES = [
    ("en", "R-01", "50 µg a day"),
    ("en", "R-01", "50 μg a day"),
    ("en", "R-01", "50 ug a day"),
    ("de", "R-01", "50\u00a0µg am Tag"),
    ("fr", "R-01", "50\u00a0mcgs par jour"),
    ("en", "R-02", "5.0 milligram / day"),
    ("en", "R-02", "350 microgram*d⁻¹"),
    ("de", "R-02", "350 microgram_per_day"),
    ("en", "R-03", "5.0 mg three times a day"),
    ("de", "R-03", "5,0\u00a0mg am Tag"),
    ("fr", "R-03", "2,50\u00a0ml le soir"),
    ("en", "R-04", ".5 mL at night"),
    ("de", "R-04", ",5\u00a0ml zur Nacht"),
    ("fr", "R-04", ",5\u00a0ml au coucher"),
    ("en", "R-05", "2000\u00a0micrograms per mL"),
    ("en", "R-05", "2,5\u00a0mg"),
    ("de", "R-05", "2.5\u00a0mg am Tag"),
    ("de", "R-05", "1,250\u00a0mg"),
    ("de", "R-05", "2.000\u00a0Mikrogramm"),
    ("fr", "R-05", "2000\u00a0microgrammes par ml"),
    ("fr", "R-05", "1.5\u00a0ml"),
    ("en", "R-06", "10mg three times a day"),
    ("en", "R-06", "350ng per mL"),
    ("en", "R-06", "2.5g of charcoal"),
    ("en", "R-06", "1L of fluid"),
    ("de", "R-06", "350ng pro Milliliter"),
    ("fr", "R-06", "2,5g de charbon"),
    ("en", "R-06", "10 mg with an ordinary space"),
    ("en", "R-06", "baclofen10\u00a0mg"),
    ("de", "R-06", "2 Tabletten am Morgen"),
    ("fr", "R-06", "2 comprimés le matin"),
    ("en", "R-07", "take 10… in the morning"),
    ("de", "R-07", "10\u00a0mg…"),
    ("en", "R-08", "BACLOFEN 10\u00a0mg"),
    ("en", "R-08", "Lioresal (baclofen)"),
    ("fr", "R-08", "BACLOFÈNE 10\u00a0mg"),
    ("en", "R-09", "Phase 1 of 2 – baclofen – 10\u00a0mg three times a day – by mouth"),
    ("de", "R-09", "Abschnitt 1 – Baclofen – 10\u00a0mg am Tag – durch den Mund"),
    ("en", "R-10", "1 mg/mL"),
    ("en", "R-10", "40 mg/day"),
    ("de", "R-10", "40\u00a0mg/Tag"),
    ("fr", "R-10", "40\u00a0mg/jour"),
    ("en", "R-11", "10\u00a0mg TDS"),
    ("en", "R-11", "10\u00a0mg bid"),
    ("en", "R-11", "baclofen IT"),
    ("en", "R-11", "take 1Ø\u00a0mg"),
    ("de", "R-11", "1-0-1"),
    ("de", "R-11", "1 – 0 – 1 – 1"),
    ("de", "R-11", "3x tgl. eine Tablette"),
    ("fr", "R-11", "1 cp le matin"),
    ("fr", "R-11", "10\u00a0mg x 3/j"),
    ("en", "R-12", "clearance < 30"),
    ("en", "R-12", "at a dose ≥ 20\u00a0mg"),
    ("en", "R-12", "5 + 5"),
    ("de", "R-12", "38 °C"),
    ("en", "R-13", "½ tablet"),
    ("en", "R-13", "1/2 a tablet"),
    ("en", "R-13", "2.5\u00a0tablets"),
    ("de", "R-13", "0,5\u00a0Tabletten"),
    ("fr", "R-13", "1,5\u00a0comprimé"),
    ("en", "R-15", "10\u00a0mg p.o. at night"),
    ("de", "R-15", "per os"),
    ("fr", "R-15", "par voie i.t."),
    ("en", "R-16", "bacLOFEN 10\u00a0mg"),
    ("en", "R-16", "LORazepam"),
    ("en", "R-17", "on 2026-11-22"),
    ("en", "R-17", "on 03/04/2027"),
    ("en", "R-17", "on 2-Nov-2026"),
    ("de", "R-17", "am 03.04.2027"),
    ("fr", "R-17", "le 03/04/2027"),
    ("en", "R-18", "kidney function: nan"),
    ("en", "R-18", "None"),
    ("de", "R-18", "-"),
    ("en", "R-25", "This dose is safe."),
    ("de", "R-25", "Diese Dosis ist unbedenklich."),
    ("fr", "R-25", "Cette dose est sans danger."),
]


@pytest.mark.parametrize(("language", "rule", "text"), BREACHES)
def test_a_breach_is_caught(language: str, rule: str, text: str) -> None:
    assert rule in {v.rule for v in violations(text, is_page=True, language=language)}


def test_every_rule_of_notation_has_a_text_that_breaks_it() -> None:
    ids = {f"R-{number:02d}" for number in range(1, 19)} - {"R-14"}
    assert ids <= {rule.id for rule in rules("en")}
    for language in LANGUAGES:
        broken = {rule for of, rule, _ in BREACHES if of == language}
        everywhere = {rule for _, rule, _ in BREACHES}
        assert {rule.id for rule in rules(language)} <= everywhere
        assert {"R-03", "R-04", "R-05", "R-11", "R-13", "R-15", "R-17", "R-25"} <= broken


def test_a_language_without_rules_is_never_let_pass() -> None:
    with pytest.raises(KeyError):
        violations("10 mg", is_page=True, language="es")


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


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "2\u00a0000\u00a0Mikrogramm pro ml; 0,125\u00a0ml; 2,5\u00a0mg am Tag"),
        ("de", "Montag, 30.\u00a0November 2026, um 08:00: eine halbe Tablette zu 10\u00a0mg"),
        ("fr", "2\u00a0000\u00a0microgrammes par ml; 1\u00a0comprimé et demi de 10\u00a0mg"),
        ("fr", "mardi 1er\u00a0décembre 2026 : un demi-comprimé de 10\u00a0mg"),
    ],
)
def test_good_wording_passes_in_each_language(language: str, text: str) -> None:
    assert violations(text, is_page=True, language=language) == []


def test_a_band_that_does_not_name_its_population_is_caught() -> None:
    page = '<figure><svg><path data-band="percentiles" d="M0 0"/></svg><figcaption>A curve.</figcaption></figure>'
    assert [v.rule for v in page_violations(page)] == ["R-34"]


#: Texts of a JSON answer that a program reads and no person: ids, words of closed lists, dates, units, citations.
_FOR_MACHINES = {
    *(
        "format",
        "as_of",
        "jurisdiction",
        "word",
        "rule",
        "severity",
        "kind",
        "name",
        "value",
        "mark",
        "source",
        "at",
    ),
    *(
        "check",
        "on",
        "grade",
        "sources",
        "does_not_fire",
        "withheld",
        "missing",
        "id",
        "limit",
        "model",
        "unit",
    ),
    *(
        "times",
        "first",
        "last",
        "when",
        "medicine",
        "route",
        "start",
        "end",
        "period_unit",
        "form",
        "per",
        "level",
    ),
    *(
        "worst_on",
        "reference",
        "eutonia",
        "knowledge",
        "found",
        "begins",
        "ends",
        "last_dose_at",
        "next_dose_at",
    ),
    *("published_signs", "refused", "covariate", "path"),
    *("is", "holds", "weight", "separates", "lost_at", "models"),
    *("drug", "purpose", "mode", "state", "texts", "numerator", "denominator"),
}


def _keys_of_texts(data: object, key: str = "") -> Iterator[str]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _keys_of_texts(value, str(name))
    elif isinstance(data, list):
        for value in data:
            yield from _keys_of_texts(value, key)
    elif isinstance(data, str):
        yield key


def test_no_text_of_a_json_answer_escapes_the_rules_of_notation(result: Result) -> None:
    unknown = set(_keys_of_texts(result_data(result))) - DISPLAY_KEYS - _FOR_MACHINES
    assert not unknown, (
        "name these keys as display texts in eutonia.notation.readers, or as ones for machines here"
    )
