"""What cannot be handed out is refused, all problems at once, each with its place."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from eutonia.errors import Code, InputRefused
from eutonia.plain_yaml import parse_yaml
from eutonia.printed import DayDose, Handout, PartOfDay, Portion, read_handout
from eutonia.record import Form
from tests.printed.printed_base import MONDAY, PUMP, at, liquid, of, phase, tablets, taper

MORNING, EVENING = PartOfDay.MORNING, PartOfDay.EVENING
SUNDAY = MONDAY + timedelta(days=6)
ONE = at(MORNING, tablets("1"))


def problems(make: object) -> set[tuple[Code, str]]:
    with pytest.raises(InputRefused) as refused:
        make()  # type: ignore[operator]
    return {(p.code, p.path) for p in refused.value.problems}


def test_half_a_tablet_is_never_printed_unless_the_tablet_is_scored() -> None:
    half = at(MORNING, tablets("1/2", scored=False))
    assert problems(lambda: of(phase(MONDAY, SUNDAY, half))) == {
        (Code.IMPOSSIBLE_VALUE, "phases[0].doses[0].take[0]")
    }
    assert of(phase(MONDAY, SUNDAY, at(MORNING, tablets("1/2", scored=True)))).phases


@pytest.mark.parametrize("units", [".nan", ".inf", "-.inf", "-1", "0", "1000", "1.0e+300"])
def test_a_number_of_tablets_that_cannot_be_is_refused_at_its_place(units: str) -> None:
    text = (
        "{format: eutonia-handout/1, as_of: 2026-11-22, jurisdiction: US, phases: [{from: 2026-11-23, doses: "
        f"[{{when: morning, take: [{{units: {units}, form: tablet, strength: 10 mg}}]}}]}}]}}"
    )
    place = "phases[0].doses[0].take[0].units"
    assert (Code.IMPOSSIBLE_VALUE, place) in problems(lambda: read_handout(parse_yaml(text)))


def test_half_a_packet_is_never_printed() -> None:
    half = DayDose(MORNING, (Portion(tablets("1/2").units, Form.GRANULES, tablets("1").mg_per_unit, True),))
    assert (Code.IMPOSSIBLE_VALUE, "phases[0].doses[0].take[0]") in problems(
        lambda: of(phase(MONDAY, SUNDAY, half))
    )


@pytest.mark.parametrize("units", ["1/4", "1/3", "0", "-1"])
def test_a_part_of_a_tablet_nobody_can_take_is_refused(units: str) -> None:
    made = at(MORNING, tablets(units))
    assert (Code.IMPOSSIBLE_VALUE, "phases[0].doses[0].take[0]") in problems(
        lambda: of(phase(MONDAY, SUNDAY, made))
    )


def test_a_volume_finer_than_a_syringe_shows_is_refused() -> None:
    fine = at(MORNING, liquid("2.125"))
    assert (Code.IMPOSSIBLE_VALUE, "phases[0].doses[0].take[0]") in problems(
        lambda: of(phase(MONDAY, SUNDAY, fine))
    )


def test_two_steps_never_share_a_day() -> None:
    assert problems(lambda: of(phase(MONDAY, SUNDAY, ONE), phase(SUNDAY, None, ONE))) == {
        (Code.CROSSED_DATES, "phases[1].from")
    }


def test_no_day_is_left_without_an_instruction() -> None:
    late = SUNDAY + timedelta(days=2)
    assert problems(lambda: of(phase(MONDAY, SUNDAY, ONE), phase(late, None, ONE))) == {
        (Code.CROSSED_DATES, "phases[1].from")
    }


def test_all_problems_of_a_plan_come_at_once() -> None:
    def make() -> Handout:
        twice = (ONE, at(MORNING, tablets("1")))
        return of(
            phase(SUNDAY, MONDAY, *twice),
            phase(MONDAY, None, at(EVENING)),
            phase(SUNDAY, SUNDAY, ONE),
        )

    assert problems(make) == {
        (Code.CROSSED_DATES, "phases[0]"),
        (Code.CROSSED_DATES, "phases[1].from"),
        (Code.CONFLICTING_VALUES, "phases[0].doses[1].when"),
        (Code.MISSING_VALUE, "phases[1].to"),
        (Code.MISSING_VALUE, "phases[1].doses[0].take"),
    }


def test_a_hand_out_about_nothing_is_refused() -> None:
    assert problems(of) == {(Code.MISSING_VALUE, "phases")}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"alarm_on": date(2027, 3, 14)}, "pump.alarm_on"),
        ({"empty_on": date(2027, 3, 21)}, "pump.empty_on"),
        ({"use_drug_by": date(2027, 3, 1)}, "pump.use_drug_by"),
        ({"micrograms_a_day": Decimal(0)}, "pump.micrograms_a_day"),
    ],
)
def test_dates_of_a_pump_that_cross_are_refused(change: dict[str, object], path: str) -> None:
    found = problems(lambda: of(pump=replace(PUMP, **change)))  # type: ignore[arg-type]
    assert path in {place for _, place in found}


def test_a_plan_of_more_than_two_years_is_printed_in_parts() -> None:
    long = phase(MONDAY, MONDAY + timedelta(days=731), ONE)
    assert problems(lambda: of(long)) == {(Code.IMPOSSIBLE_VALUE, "phases")}


def test_the_worked_taper_falls_at_every_step_and_never_rises() -> None:
    # By hand: 35, 30, 25, 20, 15, 10 and 5 mg a day, a week each, then none.
    assert [float(p.daily_mg) for p in taper().phases] == [35, 30, 25, 20, 15, 10, 5, 0]
    assert taper().falls


def test_the_supply_of_the_worked_taper_is_the_sum_of_its_days() -> None:
    # By hand: (35 + 30 + 25 + 20 + 15 + 10 + 5) mg over 7 days are 980 mg, in tablets of 10 mg.
    assert taper().supply() == {(Form.TABLET, 10): 98}
    by_day = sum(
        portion.units
        for p in taper().phases
        for _ in range(p.days or 0)
        for dose in p.doses
        for portion in dose.portions
    )
    assert by_day == 98


def test_the_hand_out_file_of_the_documents_is_read_whole() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "print-a-calendar.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(# a hand-out file.*?)```", page, re.DOTALL)
    found = read_handout(parse_yaml(example))
    assert [float(p.daily_mg) for p in found.phases] == [17.5, 0]
    assert found.pump is not None
    assert (found.pump.micrograms_a_day, found.pump.micrograms_per_ml) == (300, 2000)
