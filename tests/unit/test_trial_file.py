"""Trial files: what is read, and what is refused with its place, everything at once."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from eutonia.errors import Code, InputRefused
from eutonia.plain_yaml import parse_yaml
from eutonia.simulate.pump_events import CatheterFault, Continuous, Fill, FlexDay, PeriodicBolus, Standstill
from tests.unit.trial_base import ORAL, PUMP, SCREENING, TRIALS, changed, read

LATE = {"at": "5 days", "late": "2 days", "what": "fill", "volume": "18 mL", "concentration": "2 mg/mL"}


def refused(data: object) -> dict[str, Code]:
    with pytest.raises(InputRefused) as error:
        read(data)
    return {problem.path: problem.code for problem in error.value.problems}


def with_pump(events: list[dict[str, Any]] | None = None, **settings: Any) -> dict[str, Any]:
    pump = changed(PUMP, **settings)
    if events is not None:
        pump["events"] = [*pump["events"], *events]
    return changed(SCREENING, spinal={"pump": pump}, days=10)


def outcome(**values: Any) -> dict[str, Any]:
    return changed(ORAL, outcomes=[{**ORAL["outcomes"][0], **values}])


@pytest.mark.parametrize("path", sorted(TRIALS.glob("*.yaml")), ids=lambda p: p.stem)
def test_every_published_trial_is_read(path: Any) -> None:
    assert read(parse_yaml(path.read_text(encoding="utf-8"))).outcomes


def test_phases_of_tablets_follow_one_another() -> None:
    phases = [
        {"dose": "5 mg", "times": ["08:00", "20:00"], "days": 1, "form": "tablet"},
        {"dose": "10 mg", "times": ["08:00"], "days": 1, "form": "tablet"},
    ]
    doses = read(changed(ORAL, oral=phases)).doses
    assert doses is not None
    assert doses.time_h.tolist() == [8.0, 20.0, 32.0]
    assert doses.amount_mg.tolist() == [5.0, 5.0, 10.0]


def test_a_late_refill_is_given_on_the_day_it_really_comes() -> None:
    pump = read(with_pump([LATE])).pump
    assert pump is not None
    assert pump.events[2] == Fill(7 * 24, 18, 2000)


def test_every_kind_of_pump_event_is_read() -> None:
    steps = [{"from": "00:00", "dose": "240 micrograms/day"}, {"from": "06:00", "dose": "480 micrograms/day"}]
    events = [
        {"at": "1 day", "what": "flex day", "steps": steps},
        {"at": "2 days", "what": "periodic bolus", "dose": "50 micrograms", "lasting": "1 h", "every": "6 h",
         "base": "120 micrograms/day"},
        {"at": "3 days", "what": "standstill", "reason": "magnet", "until": "73 h"},
        {"at": "4 days", "what": "leak", "lost": 0.5, "until": "5 days"},
        {"at": "6 days", "what": "continuous", "dose": "300 micrograms/day"},
    ]  # fmt: skip
    pump = read(with_pump(events)).pump
    assert pump is not None
    assert pump.events[1:] == (
        Continuous(0, 300),
        FlexDay(24, ((0, 10), (6, 20))),
        PeriodicBolus(48, 50, 1, 6, 120),
        Standstill(72, 73, "magnet"),
        CatheterFault(96, "leak", 0.5, 120),
        Continuous(144, 300),
    )


def test_all_problems_are_told_at_once_each_with_its_place() -> None:
    data = changed(ORAL, people="many", seed=-1, colour="blue", days=None)
    data["oral"][0]["dose"] = 10
    data["outcomes"][0]["level"] = "150 mg"
    assert refused(data) == {
        "colour": Code.UNKNOWN_KEY,
        "days": Code.MISSING_VALUE,
        "people": Code.WRONG_TYPE,
        "seed": Code.IMPOSSIBLE_VALUE,
        "oral[0].dose": Code.MISSING_UNIT,
        "outcomes[0].level": Code.WRONG_DIMENSION,
    }


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        (outcome(to="20 h"), "outcomes[0].to", Code.CROSSED_DATES),
        (outcome(to="3 days"), "outcomes[0].to", Code.CROSSED_DATES),
        (outcome(level="0 ng/mL"), "outcomes[0].level", Code.IMPOSSIBLE_VALUE),
        (outcome(level=float("nan")), "outcomes[0].level", Code.MISSING_UNIT),
        (outcome(kind="fraction"), "outcomes[0].kind", Code.UNKNOWN_WORD),
        (outcome(kind="peak"), "outcomes[0].level", Code.CONFLICTING_VALUES),
        (outcome(of="Ashworth score", level=None), "outcomes[0].level", Code.MISSING_VALUE),
        (changed(ORAL, days=float("nan")), "days", Code.IMPOSSIBLE_VALUE),
        (changed(ORAL, untreated_ashworth=0.5), "untreated_ashworth", Code.IMPOSSIBLE_VALUE),
        (changed(ORAL, days=-2), "days", Code.IMPOSSIBLE_VALUE),
        (changed(ORAL, days=1), "oral", Code.CROSSED_DATES),
        (changed(ORAL, oral=None), "trial", Code.MISSING_VALUE),
        (changed(ORAL, population="martians", patient=None), "population", Code.UNKNOWN_WORD),
        (changed(ORAL, population="adults_multiple_sclerosis"), "population", Code.CONFLICTING_VALUES),
        (changed(ORAL, models=["oral.nobody1900"]), "models[0]", Code.UNKNOWN_WORD),
        (changed(SCREENING, models=["oral.marsot2014"]), "models[0]", Code.CONFLICTING_VALUES),
        (changed(SCREENING, spinal={"boluses": [{"at": "0 h", "dose": "50 mg"}]}), "spinal.boluses[0].dose",
         Code.IMPLAUSIBLE_FOR_ROUTE),
        (changed(SCREENING, spinal={"boluses": [{"at": "9 h", "dose": "50 micrograms"},
                                                {"at": "3 h", "dose": "50 micrograms"}]}),
         "spinal.boluses[1].at", Code.CROSSED_DATES),
        (changed(SCREENING, spinal={"boluses": [{"at": "30 h", "dose": "50 micrograms"}]}), "spinal.boluses[0].at",
         Code.CROSSED_DATES),
        (changed(SCREENING, spinal={"boluses": [{"at": "-3 h", "dose": "50 micrograms"}]}), "spinal.boluses[0].at",
         Code.NOT_A_QUANTITY),
        (changed(ORAL, spinal={"settled_on": "100 micrograms/day"}), "spinal.settled_on", Code.MISSING_VALUE),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_place(data: object, path: str, code: Code) -> None:
    assert refused(data).get(path) == code


@pytest.mark.parametrize("setting", [key for key in PUMP if key != "events"])
def test_no_setting_of_a_pump_is_ever_filled_in(setting: str) -> None:
    assert refused(with_pump(**{setting: None})) == {f"spinal.pump.{setting}": Code.MISSING_VALUE}


@pytest.mark.parametrize(
    ("event", "place"),
    [
        ({"at": "1 day", "what": "continuous", "dose": "20 micrograms/day"}, "spinal.pump.events[2]"),
        ({"at": "0 h", "what": "continuous", "dose": "200 micrograms/day"}, "spinal.pump.events[2].at"),
        ({"at": "1 day", "what": "fill", "volume": "21 mL", "concentration": "500 micrograms/mL"},
         "spinal.pump.events[2].volume"),
        ({"at": "1 day", "what": "continuous"}, "spinal.pump.events[2].dose"),
        ({"at": "1 day", "what": "continuous", "dose": "200 micrograms/day", "volume": "1 mL"},
         "spinal.pump.events[2].volume"),
        ({"at": "11 days", "what": "continuous", "dose": "200 micrograms/day"}, "spinal.pump.events[2].at"),
    ],
)  # fmt: skip
def test_a_pump_event_that_cannot_be_is_refused_by_its_number(event: dict[str, Any], place: str) -> None:
    assert place in refused(with_pump([event]))


def test_two_forms_of_the_drug_in_one_trial_are_refused() -> None:
    liquid = {"dose": "5 mg", "times": ["08:00"], "days": 1, "form": "liquid"}
    assert refused(changed(ORAL, oral=[{**ORAL["oral"][0], "days": 1}, liquid])) == {
        "oral": Code.CONFLICTING_VALUES
    }


def test_times_of_a_day_that_do_not_rise_are_refused() -> None:
    crossed = [{**ORAL["oral"][0], "times": ["20:00", "08:00"]}]
    assert refused(changed(ORAL, oral=crossed))["oral[0].times"] == Code.CROSSED_DATES


def test_sessions_that_overlap_are_refused() -> None:
    session = {"kind": "haemodialysis", "from": "10 h", "to": "14 h", "clearance": "6 L/h"}
    overlapping = changed(ORAL, sessions=[session, {**session, "from": "13 h", "to": "17 h"}])
    assert refused(overlapping) == {"sessions[1].from": Code.CROSSED_DATES}


@pytest.mark.parametrize(
    "wrong", [None, [], {}, "", "nan", "5 h", -1, 0, True, float("nan"), 10**400, [None], "x" * 99]
)
def test_whatever_stands_in_a_place_is_read_or_refused(wrong: Any) -> None:
    for data in (with_pump([LATE]), changed(ORAL, every="30 min")):
        for place in places(data):
            try:
                read(put(data, place, wrong))
            except InputRefused as error:
                assert all(problem.why for problem in error.problems)


def places(data: Any, so_far: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield so_far
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inside:
        yield from places(value, (*so_far, key))


def put(data: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    result = copy.copy(data)
    result[place[0]] = put(data[place[0]], place[1:], value)
    return result


def test_a_whole_file_of_the_wrong_sort_is_refused() -> None:
    assert refused(["a", "list"]) == {"trial": Code.WRONG_TYPE}
    assert np.isfinite(read(ORAL).hours)


def test_what_was_taken_before_is_of_the_form_that_is_taken_now() -> None:
    before = {"dose": "10 mg", "times": ["08:00", "20:00"], "form": "liquid"}
    assert refused(changed(ORAL, taken_before=before)) == {"oral": Code.CONFLICTING_VALUES}
    day = read(changed(ORAL, taken_before={**before, "form": "tablet"})).taken_before
    assert day is not None
    assert day.time_h.tolist() == [8.0, 20.0]


@pytest.mark.parametrize("name", ["weight", "model", "Person", "is_female"])
def test_an_outcome_cannot_take_the_name_of_a_column_and_the_list_is_given(name: str) -> None:
    with pytest.raises(InputRefused) as error:
        read(outcome(name=name))
    problem = error.value.problems[0]
    assert (problem.path, problem.code) == ("outcomes[0].name", Code.DUPLICATE_ID)
    assert "filtration" in problem.accepted[0]
