"""A plan for a pump on the page, in its pictures, in JSON and in the terminal."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from eutonia.faces.pump_terminal import print_pump
from eutonia.faces.terminal import print_result
from eutonia.notation import json_violations, page_violations, violations
from eutonia.plan.pump.refill import RefillPlan
from eutonia.report.data import result_data, result_json
from eutonia.report.document import html
from eutonia.report.pump_chart import courses_of, rate_chart, tip_chart
from eutonia.report.pump_dates_chart import dose_stairs, reservoir_chart
from eutonia.report.pump_view import PumpView, Table
from tests.pump_answer_base import PATTERN, answers, change, quiet_result, refill, simple, with_pump
from tests.spinal_base import adult

_SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(answers())


def _texts(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(t.itertext()).replace("\u00a0", " ") for t in root.iter(f"{_SVG}text")]


def _desc(svg: str) -> str:
    found = ElementTree.fromstring(svg).find(f"{_SVG}desc")
    assert found is not None and found.text
    return found.text.replace("\u00a0", " ")


def _tip(name: str) -> str:
    courses = courses_of(answers()[name])
    assert courses is not None
    return tip_chart(courses)


def _pump(name: str) -> Mapping[str, Any]:
    found = json.loads(result_json(with_pump(answers()[name])))["pump"]
    assert isinstance(found, dict)
    return found


def _page(name: str) -> str:
    return re.sub(r"<[^>]+>", " ", html(with_pump(answers()[name]))).replace("\u00a0", " ")


# --- every kind ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_shown_by_the_rules_of_notation(name: str) -> None:
    found = with_pump(answers()[name])
    assert page_violations(html(found)) == []
    assert json_violations(result_data(found)) == []
    out = io.StringIO()
    print_result(found, Console(file=out, width=100), None)
    assert violations(" ".join(out.getvalue().split()), is_page=False) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_page_has_each_id_once_and_links_that_lead_somewhere(name: str) -> None:
    page = html(with_pump(answers()[name]))
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_has_a_name_and_a_description_for_those_who_do_not_see_it(name: str) -> None:
    for picture in PumpView(answers()[name]).pictures:
        root = ElementTree.fromstring(str(picture.svg))
        named = {e.get("id"): e.text for e in root if e.tag in {f"{_SVG}title", f"{_SVG}desc"}}
        assert set((root.get("aria-labelledby") or "").split()) == set(named)
        assert all(named.values())


@pytest.mark.parametrize("name", NAMES)
def test_no_picture_draws_beyond_its_edges(name: str) -> None:
    for picture in PumpView(answers()[name]).pictures:
        root = ElementTree.fromstring(str(picture.svg))
        _, _, width, height = map(float, (root.get("viewBox") or "").split())
        for label in root.iter(f"{_SVG}text"):
            assert 0 <= float(label.get("x", "0")) <= width
            assert 0 <= float(label.get("y", "0")) <= height
        for line in root.iter(f"{_SVG}path"):
            for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", line.get("d", "")):
                assert 0 <= float(x) <= width
                assert 0 <= float(y) <= height


def test_a_result_without_a_pump_plan_has_no_part_for_it() -> None:
    assert result_data(quiet_result())["pump"] is None
    assert 'id="pump"' not in html(quiet_result())


# --- the pictures -------------------------------------------------------------------------------------------


def test_j11_marks_when_the_new_solution_arrives_with_the_bridge_and_without() -> None:
    texts = _texts(_tip("change"))
    assert "with the bridge: new solution at the tip, hour 11.25" in texts
    assert "bridge left out: new solution at the tip, hour 45" in texts
    assert {"with the bridge", "bridge left out", "Out of the catheter tip, micrograms an hour"} <= set(texts)


def test_j12_draws_four_times_the_dose_where_the_bridge_is_left_out() -> None:
    # 1,600 micrograms in 24 hours for 11.25 hours, before it 400.
    desc = _desc(_tip("weaker"))
    assert "Bridge left out: 66.7 micrograms an hour at first, 16.7 at the end" in desc
    assert "bridge left out: new solution at the tip, hour 11.25" in _texts(_tip("weaker"))


def test_two_programmes_share_one_scale_that_begins_at_nothing() -> None:
    texts = _texts(rate_chart(PATTERN, simple(330)))
    assert {"Before: 300 micrograms in 24 hours", "After: 330 micrograms in 24 hours"} <= set(texts)
    assert {"10", "11.25", "30", "13.75", "Rate of the pump, micrograms an hour"} <= set(texts)
    assert texts.count("0") == 2 and texts.count("20") == 2 and texts.count("24:00") == 2


def test_a_bolus_too_short_for_its_number_is_named_once() -> None:
    bolus = answers()["boluses"]
    assert _texts(rate_chart(bolus.before, bolus.after)).count("104") == 1


def test_the_reservoir_draws_the_early_edge_and_names_alarm_levels_and_dates() -> None:
    # J9: 20 mL, alarm at 2 mL, 300 micrograms a day of 2,000 per mL, error 14.5 per cent; refill by 27-Feb-2027.
    svg = reservoir_chart(refill())
    texts = _texts(svg)
    assert {"alarm at 2 mL", "4 mL", "as programmed", "as fast as its error allows"} <= set(texts)
    assert {"refill by 27-Feb-2027", "alarm 22-Mar-2027", "empty 04-Apr-2027"} <= set(texts)
    assert "In the reservoir, mL" in texts


def test_the_stairs_carry_every_dose_of_the_worked_ladder() -> None:
    # J20: 130, 169, 219.7, 285.61, 371.293, shown to four figures.
    texts = _texts(dose_stairs(answers()["titration"].plan))  # type: ignore[arg-type]
    assert {"100", "130", "169", "219.7", "285.6", "371.3"} <= set(texts)
    # J26, downwards: 320, 256, 204.8, 163.84, 131.072, 104.8576.
    down = _texts(dose_stairs(answers()["way down"].plan))  # type: ignore[arg-type]
    assert {"400", "320", "256", "204.8", "163.8", "131.1", "104.9"} <= set(down)


def test_a_start_on_an_empty_path_is_told_from_one_on_a_full_one() -> None:
    # J15: a path of 0.375 mL at 0.2 mL a day is empty for 45 hours.
    assert "path empty at the start: new solution at the tip, hour 45" in _texts(_tip("start"))


def test_a_scan_counts_from_the_magnet_and_a_missed_refill_from_today() -> None:
    scan = _texts(_tip("scan"))
    assert "hours from the scan on" in scan and "stands as long as it may: runs again, hour 25" in scan
    missed = _texts(_tip("missed"))
    # Filled on 22-Nov-2026, empty after 400/3 days; 20-Mar-2027 is day 118.
    assert "as programmed: reservoir empty, day 15.33" in missed
    # As fast as its error allows it lasts 400/3 days over 1.145, so 116.45 days: 1.55 days before day 118.
    assert "as fast as its error allows: reservoir empty, 1.55 days before" in missed


def test_what_happens_in_both_courses_at_once_is_marked_once() -> None:
    again = [t for t in _texts(_tip("restart")) if "runs again" in t]
    assert again == ["runs again, hour 71"]


# --- tables and page ----------------------------------------------------------------------------------------


def _table(found: tuple[Table, ...]) -> Table:
    assert len(found) == 1
    return found[0]


def test_j11_without_its_bridge_gives_100_micrograms_in_the_first_day() -> None:
    table = _table(PumpView(answers()["change"]).tip_tables)
    assert table.heads[1:] == ("With the bridge", "Bridge left out")
    assert table.rows[0] == ("from hour 0", "400", "100")


def test_the_dates_of_a_filling_stand_in_the_order_of_time_with_their_days() -> None:
    table = _table(PumpView(answers()["refill"]).tables)
    rows = {row[0]: row for row in table.rows}
    assert rows["Refill by"][1:3] == ("Saturday 27-Feb-2027", "97")
    assert rows["Alarm as programmed"][2] == "120"
    assert [int(row[2]) for row in table.rows] == sorted(int(row[2]) for row in table.rows)


def test_the_page_shows_totals_second_look_checklist_and_programme() -> None:
    page = _page("change")
    for words in (
        "How is the pump changed?",
        "After against before",
        "See that it is programmed.",
        "Pump read again after the update",
        "Programme read back",
        "Bridge: 187.5 micrograms of the old solution",
    ):
        assert words in page


def test_a_bolus_is_read_back_as_it_is_programmed_and_with_what_runs_beneath_it() -> None:
    _, after = PumpView(answers()["boluses"]).programmes
    # 50 micrograms over half an hour: 100 an hour, on 96 in 24 hours: 4 an hour.
    assert after.rows == (
        ("Each bolus, over 0.5 hours, every 6 hours", "50", "100, with what is beneath it 104"),
        ("Beneath it, all day", "96", "4"),
    )


def test_a_table_with_scores_of_tone_says_that_they_do_not_show_too_much() -> None:
    # J12 without its bridge gives 1,600 micrograms a day at first, and no score of tone is higher for it.
    described = change(simple(400), simple(400), 2000, 500, who=adult())
    assert "says nothing of too much" in _table(PumpView(described).tip_tables).caption
    assert "says nothing of too much" not in _table(PumpView(answers()["weaker"]).tip_tables).caption


def test_a_refusal_shows_why_and_both_programmes_but_no_picture() -> None:
    page = _page("no path")
    assert "No plan: not known" in page and "Asked for: 330 micrograms in 24 hours" in page
    assert PumpView(answers()["no path"]).pictures == ()


def test_the_ruler_of_doses_by_mouth_does_not_stand_over_a_plan_for_a_pump() -> None:
    assert 'class="ruler"' in html(quiet_result())
    assert 'class="ruler"' not in html(with_pump(answers()["change"]))


# --- data and terminal --------------------------------------------------------------------------------------


def test_j11_as_data_gives_exact_amounts_and_the_hours_at_the_tip() -> None:
    found = _pump("change")
    assert (found["kind"], found["word"], found["refused"]) == ("change", "Check", None)
    assert found["before_and_after"]["ratio"] == {"value": "1", "unit": "1"}
    [bridge] = found["order"]["single_doses"]
    assert bridge["dose"] == {"value": "187.5", "unit": "microgram"}
    assert bridge["duration"] == {"value": "11.25", "unit": "h"}
    tip = found["simulated"]["tip_by_hour"]
    assert tip["unit"] == "microgram/h"
    # 400 in 24 hours with the bridge, a quarter of it for 45 hours without.
    assert tip["planned"][0] == pytest.approx(400 / 24, rel=1e-5)  # given to six figures
    assert tip["without"][44] == pytest.approx(100 / 24, rel=1e-5)
    assert tip["without"][45] == pytest.approx(400 / 24, rel=1e-5)
    assert found["simulated"]["tip_by_day"]["without"][0] == pytest.approx(100, rel=1e-5)
    assert found["simulated"]["tone_by_day"]["planned"] is None
    assert any("tone" in line["says"] for line in found["not_checked"])


def test_tone_is_given_by_day_for_a_described_patient() -> None:
    answer = change(simple(400), simple(400), 500, 2000, who=adult())
    tone = result_data(with_pump(answer))["pump"]["simulated"]["tone_by_day"]
    assert len(tone["planned"]) == len(tone["without"]) >= 3
    # A quarter of the dose for 45 hours: stiffer without the bridge than with it.
    assert max(tone["without"]) > max(tone["planned"])


def test_a_refusal_as_data_names_reason_next_step_and_what_is_missing() -> None:
    found = _pump("no path")
    assert found["refused"] == "not known" and found["word"] == "Cannot tell"
    assert found["missing"] and found["next_step"]
    assert "order" not in found


def test_numbers_and_disagreeing_sources_go_into_the_data() -> None:
    start = _pump("start")
    by_name = {n["name"]: n for n in start["numbers"]}
    assert (by_name["start.factor"]["value"], by_name["start.factor"]["unit"]) == ("2", "1")
    assert by_name["start.factor"]["sources"]
    assert [c["id"] for c in start["conflicts"]] == ["CON-63"]


def test_the_course_of_a_long_filling_is_given_by_day_alone() -> None:
    plan = answers()["refill"].plan
    assert isinstance(plan, RefillPlan)
    found = _pump("refill")["simulated"]
    assert found["tip_by_hour"]["planned"] is None
    left = found["reservoir_by_day"]
    # 0.15 mL a day of 20 mL.
    assert left["planned"][100] == pytest.approx(5, rel=1e-5)
    assert left["fast"][100] == pytest.approx(20 - 15 * 1.145, rel=1e-5)


def test_the_terminal_prints_the_parts_of_the_page_in_their_order() -> None:
    out = io.StringIO()
    print_pump(answers()["change"], Console(file=out, width=200))
    text = out.getvalue()
    parts = ("A change at the pump", "Before and after", "The plan", "Look again", "Before the visit is over")
    places = [text.index(part) for part in (*parts, "Programme read back", "Numbers it rests on")]
    assert places == sorted(places)
    assert "☐ Bridge programmed" in text
