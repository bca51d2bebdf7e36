"""Whatever is given, reading either succeeds or refuses; and a refusal points at what is wrong."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from eutonia.errors import InputRefused, Problem
from eutonia.intake import read_scenario
from eutonia.intake.schema import scenario_schema
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml

BASE = Path(__file__).parents[1] / "scenarios" / "bases" / "adult-us.yaml"
Data = dict[str, Any]
Place = tuple[str | int, ...]


def full() -> Data:
    """The base scenario with at least one entry in every list."""
    data: Data = parse_yaml(BASE.read_text(encoding="utf-8"))
    data.update(says="A story.", sources=["somewhere"])
    record = data["record"]
    record["indication"] = {"what": "multiple sclerosis", "code": {"system": "ICD-10-CM", "code": "G35"}}
    record["oral_therapy"][0].pop("times_per_day")
    record["oral_therapy"][0]["times"] = ["08:00", "14:00", "20:00"]
    record["pump_therapy"] = [
        {"daily_dose": "100 micrograms/day", "concentration": "2 mg/mL", "from": "2026-03-01 09:00"}
    ]
    record["medicines"] = [{"what": "gabapentin", "from": "2026-03-01", "to": "2026-12-01"}]
    record["observations"].append(
        {"what": "modified Ashworth", "value": "1+", "on": "2026-11-01", "site": "arm"}
    )
    record["signs"] = [{"what": "hallucination", "present": True, "onset": "2026-11-21 08:00"}]
    record["events"] = [{"what": "missed doses", "from": "2026-11-19", "to": "2026-11-20"}]
    data["question"] = {
        "ask": "titration",
        "target": "60 mg/day",
        "start_on": "2026-11-22",
        "proposed": [{"doses": [{"at": "08:00", "dose": "20 mg"}, {"at": "20:00", "dose": "15 mg"}]}],
        "stock": [{"form": "liquid", "concentration": "1 mg/mL"}],
        "quotes": [{"text": "Take more.", "daily_dose": "300 mg/day"}],
    }
    return data


def refusals(data: object) -> tuple[Problem, ...]:
    try:
        read_scenario(data, load_knowledge())
    except InputRefused as refused:
        return refused.problems
    return ()


def leaves(data: object, place: Place = ()) -> Iterator[Place]:
    """The places of all single values."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from leaves(value, (*place, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from leaves(value, (*place, i))
    else:
        yield place


def put(data: Any, place: Place, value: object) -> None:
    for step in place[:-1]:
        data = data[step]
    data[place[-1]] = value


def path_of(place: Place) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".")


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.dates()
    | st.times()
    | st.datetimes()
    | st.sampled_from(["5-10", "-5", "1e3 mg", "2 x 10", "", "10 mg", "600 mg", "10 mL", "3.96 umol/L"])
    | st.sampled_from(["2026-11-22", "08:00", "9999-12-31", "0001-01-01", "2026-11-22 08:00"])
    | st.sampled_from(["active", "70 kg", "100 micrograms/day", "creatinine", "1+", "US", "stroke"])
    | st.from_regex(r"\A[0-9]{1,30}(\.[0-9]{1,30})? (mg|kg|cm|years|mg/day|mg/dL|mcg/day)\Z")
)
KEYS = st.sampled_from(["what", "dose", "from", "on", "code", "value", "record", "patient"]) | st.text(
    max_size=5
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS | st.integers(), inside, max_size=4),
    max_leaves=15,
)
FULL = full()
LEAVES = tuple(leaves(FULL))
SCHEMA = jsonschema.Draft202012Validator(scenario_schema(load_knowledge()))
#: All places, single values and the objects and lists around them.
PLACES = tuple(dict.fromkeys(place[:i] for place in LEAVES for i in range(1, len(place) + 1)))


def test_the_full_scenario_is_read() -> None:
    assert refusals(full()) == ()


@given(ANYTHING)
@settings(max_examples=150, deadline=None)
def test_arbitrary_data_are_refused_with_a_reason_and_never_break_anything(data: object) -> None:
    problems = refusals(data)
    assert problems
    assert all(problem.why and isinstance(problem.given, str) for problem in problems)


@given(place=st.sampled_from(PLACES), value=ANYTHING)
@settings(max_examples=300, deadline=None)
def test_anything_anywhere_in_a_valid_scenario_is_read_or_refused(place: Place, value: object) -> None:
    data = copy.deepcopy(FULL)
    put(data, place, value)
    before = copy.deepcopy(data)
    for problem in refusals(data):
        assert problem.why
        assert problem.next_step
        assert str(problem)
    assert repr(data) == repr(before)  # as text, because a value that is not a number never equals itself


@given(place=st.sampled_from([place for place in LEAVES if place != ("as_of",)]), value=SCALARS)
@settings(max_examples=300, deadline=None)
def test_a_changed_value_is_read_or_refused_at_its_place(place: Place, value: object) -> None:
    """At the leaf, beside it in its object, or at an object around it.

    as_of is left out on purpose: moving it makes other dates lie in the future, which is said at those dates.
    """
    data = copy.deepcopy(FULL)
    put(data, place, value)
    leaf, around = path_of(place), path_of(place[:-1])
    for problem in refusals(data):
        assert problem.path == leaf or (
            around and (problem.path.startswith(around) or around.startswith(problem.path))
        ), (leaf, problem)


@given(place=st.sampled_from(LEAVES), value=SCALARS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_read_fits_the_published_schema(place: Place, value: object) -> None:
    data = copy.deepcopy(FULL)
    put(data, place, value)
    if refusals(data):
        return
    plain = json.loads(json.dumps(data, default=str))
    assert [error.message for error in SCHEMA.iter_errors(plain)] == []


@given(place=st.sampled_from(PLACES), key=st.text(min_size=1, max_size=12))
@settings(max_examples=100, deadline=None)
def test_a_key_nobody_knows_is_always_refused(place: Place, key: str) -> None:
    data = copy.deepcopy(FULL)
    inside: Any = data
    for step in place:
        inside = inside[step]
    if not isinstance(inside, dict) or f"zz{key}" in inside:
        return
    inside[f"zz{key}"] = "5 mg"
    assert any(problem.given == f"zz{key}" for problem in refusals(data))


@given(st.text(alphabet="0123456789.,-+ exXmgkLdul/µ·×", max_size=20))
@settings(max_examples=300, deadline=None)
def test_a_dose_is_read_only_from_one_plain_number_of_milligrams(text: str) -> None:
    data = copy.deepcopy(FULL)
    data["record"]["oral_therapy"][0]["dose"] = text
    problems = refusals(data)
    number, _, unit = text.strip().partition("mg")
    digits = number.strip().replace(".", "", 1)
    is_plain = unit == "" and digits.isdigit() and number.strip()[:1] != "." and number.strip()[-1:] != "."
    assert bool(problems) or is_plain, text
