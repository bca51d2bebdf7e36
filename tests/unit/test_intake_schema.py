"""The published JSON Schema: complete, valid, and in step with what reading accepts."""

import json
import re
from typing import Any

import jsonschema
import pytest

from eutonia.errors import Code
from eutonia.intake.draft import slots_of
from eutonia.intake.schema import quantity_pattern, scenario_schema, schema_text
from eutonia.knowledge.loader import load_knowledge
from eutonia.record import Dialysis, Jurisdiction, OralTherapy, Patient, PumpTherapy, Scenario
from tests.unit.intake_base import base, problems_of, with_change, with_dose, with_patient, with_pump


def schema() -> dict[str, Any]:
    return scenario_schema(load_knowledge())


def errors_of(data: object) -> list[str]:
    """What the schema says of the data as JSON would carry them."""
    plain = json.loads(json.dumps(data, default=str))
    return [error.json_path for error in jsonschema.Draft202012Validator(schema()).iter_errors(plain)]


def test_the_schema_is_a_valid_schema_with_a_name_of_its_own() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"] == "urn:eutonia:scenario:1"
    assert schema()["$schema"].endswith("2020-12/schema")


def test_the_base_scenario_fits_the_schema() -> None:
    assert errors_of(base()) == []


@pytest.mark.parametrize("kind", [Scenario, Patient, OralTherapy, PumpTherapy])
def test_every_field_is_in_the_schema_with_its_explanation_and_nothing_else_is(kind: type) -> None:
    described = schema()["$defs"][kind.__name__]
    assert described["additionalProperties"] is False
    assert set(described["properties"]) == {slot.key for slot in slots_of(kind)}
    assert set(described["required"]) == {slot.key for slot in slots_of(kind) if slot.required}
    for slot in slots_of(kind):
        assert described["properties"][slot.key]["description"].startswith(slot.says)


def test_closed_lists_are_printed_whole() -> None:
    definitions = schema()["$defs"]
    assert definitions["Patient"]["properties"]["dialysis"]["enum"] == [word.value for word in Dialysis]
    assert definitions["Scenario"]["properties"]["jurisdiction"]["enum"] == [w.value for w in Jurisdiction]
    assert "hallucination" in definitions["Sign"]["properties"]["what"]["examples"]
    assert "creatinine" in definitions["Observation"]["properties"]["what"]["examples"]


def test_what_is_possible_is_said_beside_each_bounded_field() -> None:
    properties = schema()["$defs"]["Patient"]["properties"]
    assert "Possible: 0.4 kg to 400 kg." in properties["weight"]["description"]
    times = schema()["$defs"]["OralTherapy"]["properties"]["times_per_day"]
    assert (times["minimum"], times["maximum"]) == (1, 12)


@pytest.mark.parametrize(
    "dose", ["5-10", "-5", "1e3 mg", "2 x 10", "", "10", 10, True, None, "1,000 mg", "5 mL"]
)
def test_a_dose_refused_on_reading_does_not_fit_the_schema_either(dose: object) -> None:
    assert problems_of(with_dose(dose))
    assert errors_of(with_dose(dose)) == ["$.record.oral_therapy[0].dose"]


@pytest.mark.parametrize("dose", ["600 mg", "600 mg/day"])
def test_the_unit_of_the_other_route_does_not_fit_the_schema(dose: str) -> None:
    assert errors_of(with_pump(dose)) == ["$.record.pump_therapy[0].daily_dose"]


@pytest.mark.parametrize("dose", ["100 micrograms/day", "100mcg/day", " 100  micrograms per  day "])
def test_every_spelling_read_fits_the_schema(dose: str) -> None:
    assert problems_of(with_pump(dose)) == ()
    assert errors_of(with_pump(dose)) == []


def test_unknown_and_missing_keys_do_not_fit_the_schema() -> None:
    assert errors_of(with_patient(weigth="70 kg")) == ["$.record.patient"]
    assert errors_of(with_change(lambda d: d.pop("as_of"))) == ["$"]
    assert {problem.code for problem in problems_of(with_change(lambda d: d.pop("as_of")))} == {
        Code.MISSING_VALUE
    }


def test_the_pattern_of_a_quantity_holds_no_open_ends() -> None:
    pattern = re.compile(quantity_pattern(("mass concentration",)))
    assert pattern.search("0.7 mg/dL")
    assert not pattern.search("0.7 mg/dL or so")
    assert not pattern.search("about 0.7 mg/dL")
    assert not pattern.search("0.7 mg per")


def test_the_published_text_is_sorted_and_ends_with_a_newline() -> None:
    text = schema_text(load_knowledge())
    assert text.endswith("}\n")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
