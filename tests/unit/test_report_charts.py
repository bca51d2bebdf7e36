"""The pictures: what is drawn is what was computed, and nothing runs into anything else."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eutonia.consult import Result
from eutonia.plan.outcome import Plan
from eutonia.report.axes import Label, pack, round_ticks, spread, text_width, thin
from eutonia.report.charts import course_chart
from eutonia.report.plan_chart import staircase_chart
from eutonia.report.ruler import dose_ruler
from eutonia.simulate.course import Course
from tests.scenario_files import PUBLISHED, ask, base, read

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def titration() -> Result:
    return ask(read(PUBLISHED / "worked-example.yaml"), people=20)


def _course(result: Result) -> Course:
    assert isinstance(result.course, Course)
    return result.course


def _plan(result: Result) -> Plan:
    assert isinstance(result.plan, Plan)
    return result.plan


def _texts(svg: str) -> list[str]:
    return [
        "".join(t.itertext()).replace("\u00a0", " ") for t in ElementTree.fromstring(svg).iter(f"{_SVG}text")
    ]


def test_every_picture_has_a_name_and_a_description_for_those_who_do_not_see_it(titration: Result) -> None:
    for svg in (course_chart(_course(titration)), staircase_chart(_plan(titration)), dose_ruler(titration)):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        named = {e.get("id"): e.text for e in root if e.tag in {f"{_SVG}title", f"{_SVG}desc"}}
        assert set((root.get("aria-labelledby") or "").split()) == set(named)
        assert all(named.values())


def test_the_course_labels_every_daily_dose_its_units_and_full_dates(titration: Result) -> None:
    texts = _texts(course_chart(_course(titration), as_of=datetime(2026, 11, 23)))
    assert {"15 mg", "30 mg", "45 mg", "60 mg"} <= set(texts)
    assert "Baclofen in the blood, micrograms per litre" in texts
    assert {"Monday", "23-Nov-2026"} <= set(texts)
    assert "typical person" in texts


def test_every_dose_has_its_tick(titration: Result) -> None:
    course = _course(titration)
    ticks = re.findall(r'stroke-width="1.5"', course_chart(course).split("Baclofen in the blood, ")[0])
    assert len(ticks) == len(course.doses)


def test_a_band_is_drawn_only_when_people_were_simulated(titration: Result) -> None:
    assert "data-band" in course_chart(_course(titration))
    assert "data-band" not in course_chart(_course(ask(base("adult-us"), people=0)))


def test_reduced_kidneys_are_compared_with_healthy_ones_by_name() -> None:
    assert "healthy kidneys" in _texts(course_chart(_course(ask(base("kidney-dialysis")))))
    assert "healthy kidneys" not in _texts(course_chart(_course(ask(base("adult-us")))))


def test_the_stairs_label_their_treads_and_the_largest_dose(titration: Result) -> None:
    texts = _texts(staircase_chart(_plan(titration)))
    assert [t for t in texts if t in {"15 mg", "30 mg", "45 mg", "60 mg"}] == [
        "15 mg",
        "30 mg",
        "45 mg",
        "60 mg",
    ]
    assert "largest dose for this patient: 80 mg a day" in texts
    assert "goes on" in texts


def test_the_ruler_puts_the_dose_beside_the_limits() -> None:
    texts = _texts(dose_ruler(ask(base("kidney-older-start"))))
    assert "proposed 30 mg a day" in texts
    assert "largest dose in the United States 80 mg a day" in texts
    assert "Grey band: up to the largest dose for this patient, 19 mg a day." in texts


def test_the_ruler_offers_no_first_dose_to_a_dialysis_patient() -> None:
    texts = _texts(dose_ruler(ask(base("kidney-dialysis"))))
    assert not [t for t in texts if t.startswith("first dose")]
    assert "Largest dose for this patient: no dose by mouth is planned." in texts


def test_no_label_leaves_the_picture(titration: Result) -> None:
    for svg in (course_chart(_course(titration)), staircase_chart(_plan(titration)), dose_ruler(titration)):
        width = float(re.findall(r'viewBox="0 0 (\d+)', svg)[0])
        for label in ElementTree.fromstring(svg).iter(f"{_SVG}text"):
            x, length = (
                float(label.get("x") or 0),
                text_width(label.text or "", float(label.get("font-size") or 0)),
            )
            left = x - length * {"start": 0, "middle": 0.5, "end": 1}[label.get("text-anchor") or "start"]
            assert left >= -4, label.text
            assert left + length <= width + 4, label.text


@given(st.lists(st.tuples(st.floats(0, 700), st.integers(1, 30)), min_size=1, max_size=7))
def test_packed_labels_never_overlap(wanted: list[tuple[float, int]]) -> None:
    placed = pack([Label(x, "m" * n) for x, n in wanted], 0, 720, 12)
    assert len(placed) == len(wanted)
    for i, a in enumerate(placed):
        for b in placed[i + 1 :]:
            apart = a.left + text_width(a.text, 12) <= b.left or b.left + text_width(b.text, 12) <= a.left
            assert a.row != b.row or apart


@given(st.lists(st.floats(0, 200), min_size=1, max_size=4))
def test_spread_names_keep_their_distance(wanted: list[float]) -> None:
    found = sorted(spread(wanted, 30, 0, 200))
    assert all(b - a >= 30 - 1e-9 for a, b in pairwise(found))
    assert max(found) <= 200 + 1e-9


@given(st.floats(0.01, 1e5))
def test_ticks_are_round_begin_at_zero_and_reach_the_highest_value(highest: float) -> None:
    ticks = round_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest * (1 - 1e-9)
    assert len(ticks) <= 7
    assert f"{ticks[1]:.0e}"[0] in "125"


def test_a_thinned_curve_keeps_its_peaks_its_troughs_and_its_ends() -> None:
    x = np.arange(5000.0)
    y = np.sin(x / 7) + (x == 1234) * 10 - (x == 3456) * 10
    thin_x, thin_y = thin(x, y)
    assert len(thin_x) <= 902
    assert (thin_y.max(), thin_y.min()) == (y.max(), y.min())
    assert (thin_x[0], thin_x[-1]) == (x[0], x[-1])
    assert np.all(np.diff(thin_x) > 0)


def test_a_short_curve_is_not_thinned() -> None:
    x = np.arange(900.0)
    assert thin(x, x)[0] is x
