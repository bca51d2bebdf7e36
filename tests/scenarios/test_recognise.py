"""Each explanation on a typical record, an atypical one, and one with something that distracts."""

from __future__ import annotations

from typing import Any

import pytest

from eutonia.knowledge.loader import load_knowledge
from eutonia.recognise.explain import Recognised
from tests.recognise_base import recognised
from tests.scenario_files import SCENARIOS, files, read

FILES = list(files(SCENARIOS / "recognise"))
DOCUMENTS = [read(path) for path in FILES]
CASES = [
    pytest.param(document["explanation"], case, id=f"{document['explanation']}-{case['kind']}")
    for document in DOCUMENTS
    for case in document["cases"]
]


def _answer(case: dict[str, Any]) -> Recognised:
    record = {**case.get("record", {}), "signs": case.get("signs", [])}
    return recognised({"record": record}, case["base"])


@pytest.mark.parametrize(("name", "case"), CASES)
def test_the_explanation_stands_where_the_sources_put_it(name: str, case: dict[str, Any]) -> None:
    answer = _answer(case)
    assert answer.answer(name).band.value == case["band"], case["says"]
    for other, band in case.get("also", {}).items():
        assert answer.answer(other).band.value == band, f"{case['says']}: {other}"
    if "opposite" in case:
        assert answer.opposite.value == case["opposite"]


@pytest.mark.parametrize(("name", "case"), [c for c in CASES if "typical" in str(c.id).split("-")])
def test_the_typical_picture_is_among_the_first_three(name: str, case: dict[str, Any]) -> None:
    assert name in [a.id for a in _answer(case).answers[:3]]


def test_every_explanation_has_a_typical_an_atypical_and_a_distracting_record_with_a_source() -> None:
    kinds = {d["explanation"]: [c["kind"] for c in d["cases"]] for d in DOCUMENTS}
    assert kinds.keys() == load_knowledge().recognition.explanations.keys()
    for name, there in kinds.items():
        assert there == ["typical", "atypical", "distractor"], name
    assert all(case["source"] for d in DOCUMENTS for case in d["cases"])
