"""One complete line for each phase: no dose in a note, the supply counted twice."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from eutonia.notation import json_violations, violations
from eutonia.printed import What, make_print
from eutonia.printed.languages import language
from eutonia.printed.pharmacy import pharmacy_lines
from tests.printed.printed_base import LANGUAGES, both, taper


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def test_the_first_line_of_the_worked_taper_is_complete() -> None:
    assert plain(pharmacy_lines(taper(), language("en"))[0]) == (
        "Phase 1 of 8 – baclofen – DOSE 35 mg a day – in the morning 1 tablet of 10 mg – at midday half a tablet of "
        "10 mg – in the evening 1 tablet of 10 mg – at bedtime 1 tablet of 10 mg – by mouth – from Monday "
        "30-Nov-2026 to Sunday 06-Dec-2026, 7 days – supply 24 and a half tablets of 10 mg, so 25 tablets of 10 mg "
        "to be handed out"
    )


def test_the_end_of_a_taper_has_its_own_line() -> None:
    assert plain(pharmacy_lines(taper(), language("en"))[-1]) == (
        "Phase 8 of 8 – baclofen – none by mouth – from Monday 18-Jan-2027, goes on until changed"
    )


@pytest.mark.parametrize("code", LANGUAGES)
def test_there_is_one_line_for_each_phase_and_nothing_else(code: str) -> None:
    text = make_print(both(), What.PHARMACY, code, ".txt").decode()
    assert text.count("\n") == len(both().phases)
    for line in text.splitlines():
        assert violations(line, is_page=True, language=code) == []


def test_each_line_states_dose_route_days_and_supply() -> None:
    for line in pharmacy_lines(taper(), language("en"))[:-1]:
        assert re.search(r" – DOSE \d+\u00a0mg a day – ", line)
        assert " – by mouth – from " in line
        assert " – supply " in line


def test_a_phase_without_an_end_leaves_its_supply_to_be_decided() -> None:
    assert pharmacy_lines(both(), language("en"))[-1].endswith("supply: to be decided")


def test_the_data_count_the_supply_that_the_days_use() -> None:
    data = json.loads(make_print(taper(), What.PHARMACY, "en", ".json"))
    used = 0.0
    for phase in data["phases"]:
        if phase["to"] is None:
            continue
        days = (date.fromisoformat(phase["to"]) - date.fromisoformat(phase["from"])).days + 1
        assert days == phase["days"]
        a_day = sum(float(part["units"]) for dose in phase["doses"] for part in dose["take"])
        assert a_day * 10 == float(phase["daily_mg"])
        assert [{"form": "tablet", "mg_each": "10", "units": f"{a_day * days:g}"}] == phase["supply"]
        used += a_day * days
    assert data["supply"] == [{"form": "tablet", "mg_each": "10", "units": f"{used:g}"}]
    assert data["format"] == "eutonia-pharmacy/1"


@pytest.mark.parametrize("code", ["en"])
def test_texts_in_the_data_follow_the_rules_of_notation(code: str) -> None:
    assert json_violations(json.loads(make_print(both(), What.PHARMACY, code, ".json"))) == []
    broken = {"phases": [{"line": "Phase 1 – baclofen – 10mg TDS"}]}
    assert {v.rule for v in json_violations(broken)} >= {"R-06", "R-11"}
