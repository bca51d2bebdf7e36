"""A hand-out says what the consultation planned or judged, and nothing that a rule stops."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction
from typing import Any

import pytest

from eutonia.errors import Code, InputRefused, Problem
from eutonia.plan.outcome import Plan
from eutonia.printed import Handout, PartOfDay, handout_of
from eutonia.record import Form
from tests.printed.printed_base import handout_from, taper
from tests.scenario_files import PUBLISHED, ask, base, patched, read

TAPER = read(PUBLISHED / "taper.yaml")


def refused(data: Any) -> tuple[Problem, ...]:
    with pytest.raises(InputRefused) as found:
        handout_from(data)
    return found.value.problems


def proposing(*phases: dict[str, Any], **question: Any) -> Any:
    return patched(TAPER, {"question": {"proposed": list(phases), **question}})


def mg(handout: Handout) -> list[dict[str, float]]:
    return [{d.when.value: float(d.mg) for d in p.doses} for p in handout.phases]


def test_each_phase_of_the_proposed_taper_stands_on_paper_dose_for_dose() -> None:
    wanted = TAPER["question"]["proposed"]
    named = {"08:00": "morning", "13:00": "midday", "18:00": "evening", "22:00": "bedtime"}
    expected = [{named[d["at"]]: float(d["dose"].split()[0]) for d in phase["doses"]} for phase in wanted]
    assert mg(taper()) == [*expected, {}]
    assert [(p.first, p.last) for p in taper().phases[:-1]] == [
        (date.fromisoformat(str(p["from"])), date.fromisoformat(str(p["to"]))) for p in wanted
    ]


def test_the_end_of_a_taper_is_printed_as_a_stop_because_it_was_judged_as_one() -> None:
    last = taper().phases[-1]
    assert (last.first, last.last, last.doses) == (date(2027, 1, 18), None, ())


def test_clock_times_of_the_proposal_are_kept() -> None:
    first = taper().phases[0]
    assert [d.at for d in first.doses] == [time(8), time(13), time(18), time(22)]


def test_a_titration_is_printed_as_planned_piece_for_piece() -> None:
    result = ask(read(PUBLISHED / "worked-example.yaml"))
    assert isinstance(result.plan, Plan)
    found = handout_of(result)
    assert [p.daily_mg for p in found.phases] == [s.daily_mg for s in result.plan.steps]
    assert found.phases[-1].last is None
    for phase, step in zip(found.phases, result.plan.steps, strict=True):
        assert [d.mg for d in phase.doses] == [d.dose.mg for d in step.doses]
        assert [d.when.value for d in phase.doses] == [d.when for d in step.doses]


def test_what_a_rule_stops_is_not_printed() -> None:
    dialysis = base("kidney-dialysis")
    (problem,) = refused(dialysis)
    assert problem.code is Code.NOT_PRINTABLE
    assert "The answer is Stop" in problem.why
    assert "REN-" in problem.why


def test_a_taper_that_is_too_fast_is_not_printed() -> None:
    fast = proposing({"dose": "5 mg", "times_per_day": 1, "from": "2026-11-30", "to": "2026-12-02"})
    (problem,) = refused(fast)
    assert "TAP-01" in problem.why


def test_a_plan_that_was_refused_is_not_printed() -> None:
    low = patched(base("adult-us"), {"question": {"ask": "titration", "target": "500 mg/day"}})
    (problem,) = refused(low)
    assert problem.code is Code.NOT_PRINTABLE
    assert problem.why == "There is no plan to print."


def test_a_question_without_a_plan_prints_nothing() -> None:
    (problem,) = refused(patched(TAPER, {"question": {"proposed": None, "stock": None}}))
    assert problem.path == "question.proposed"


NEXT = {"from": "2026-12-07"}


def test_tablets_are_never_guessed_from_milligrams() -> None:
    data = proposing({"dose": "10 mg", "times_per_day": 3, **NEXT}, stock=None)
    assert {(p.code, p.path) for p in refused(data)} == {(Code.MISSING_VALUE, "question.proposed[0].product")}


def test_a_dose_that_cannot_be_made_is_refused_with_its_neighbours() -> None:
    data = proposing({"dose": "12 mg", "times_per_day": 3, **NEXT})
    (problem, *_) = refused(data)
    assert (problem.given, problem.accepted) == ("12 mg", ("10 mg", "15 mg"))


def test_a_half_is_not_used_when_nobody_says_the_tablet_is_scored() -> None:
    stock = [{"form": "tablet", "strength": "10 mg"}]
    doses = [
        {"at": t, "dose": f"{mg} mg"} for t, mg in (("08:00", 10), ("13:00", 5), ("18:00", 10), ("22:00", 10))
    ]
    data = proposing({"doses": doses, **NEXT}, stock=stock)
    assert {(p.given, p.path) for p in refused(data)} == {("5 mg", "question.proposed[0].doses[1]")}


def test_a_phase_without_a_first_day_is_refused() -> None:
    data = proposing({"dose": "10 mg", "times_per_day": 3})
    assert {(p.code, p.path) for p in refused(data)} == {(Code.MISSING_VALUE, "question.proposed[0].from")}


def test_a_dose_after_midnight_is_refused_because_it_belongs_to_two_days() -> None:
    doses = [{"at": t, "dose": "10 mg"} for t in ("01:00", "09:00", "17:00")]
    data = proposing({"doses": doses, **NEXT})
    assert {p.given for p in refused(data)} == {"01:00"}


def test_two_doses_in_one_part_of_the_day_are_refused() -> None:
    doses = [{"at": t, "dose": "10 mg"} for t in ("08:00", "10:00", "20:00")]
    data = proposing({"doses": doses, **NEXT})
    assert Code.CONFLICTING_VALUES in {p.code for p in refused(data)}


def test_more_than_four_doses_a_day_are_refused() -> None:
    data = proposing({"dose": "5 mg", "times_per_day": 6, **NEXT})
    assert {p.code for p in refused(data)} == {Code.NOT_PRINTABLE}


def test_doses_without_clock_times_get_the_usual_names_and_no_time() -> None:
    found = handout_from(proposing({"dose": "10 mg", "times_per_day": 3, **NEXT}))
    assert [(d.when, d.at) for d in found.phases[0].doses] == [
        (PartOfDay.MORNING, None),
        (PartOfDay.MIDDAY, None),
        (PartOfDay.EVENING, None),
    ]


def test_a_liquid_is_printed_in_millilitres() -> None:
    stock = [{"form": "liquid", "concentration": "1 mg/mL"}]
    found = handout_from(proposing({"dose": "7.5 mg", "times_per_day": 4, **NEXT}, stock=stock))
    portion = found.phases[0].doses[0].portions[0]
    assert (portion.form, portion.units, portion.mg_per_unit) == (Form.LIQUID, Fraction(15, 2), 1)


# -- a pump ---------------------------------------------------------------------------------------------------

REFILL = read(PUBLISHED / "pump-refill.yaml")


def test_the_dates_of_a_filling_stand_on_the_refill_card() -> None:
    pump = handout_of(ask(REFILL)).pump
    assert pump is not None
    # By hand: 20 mL since 20 November at 0.6 mL a day: 3 mL after 28 days; empty after 33, 15 per cent faster after 28.
    assert (pump.alarm_on, pump.empty_on) == (None, date(2026, 12, 18))
    assert pump.refill_by == date(2026, 12, 7)
    assert (pump.micrograms_a_day, pump.micrograms_per_ml) == (300, 500)


def test_an_alarm_that_sounds_before_the_fastest_pump_is_empty_stands_on_the_card() -> None:
    exact = patched(REFILL, {"record": {"pump": {"flow_error": "1 percent"}}})
    pump = handout_of(ask(exact)).pump
    assert pump is not None
    assert (pump.alarm_on, pump.empty_on) == (date(2026, 12, 18), date(2026, 12, 23))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (
            {"question": {"pump": {"plan": "change", "fill": "20 mL", "daily_dose": "310 micrograms/day"}}},
            "dates",
        ),
        ({"record": {"pump": {"model": "synchromed_iii", "reservoir": "20 mL"}}}, "no plan"),
        ({"as_of": "2027-02-01 10:00"}, "has passed"),
    ],
)
def test_of_a_pump_nothing_but_dates_to_come_is_printed(change: dict[str, Any], word: str) -> None:
    (problem,) = refused(patched(REFILL, change))
    assert word in problem.why
    assert problem.next_step
