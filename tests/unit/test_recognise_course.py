"""The simulated loss against the published hours, and against the model run another way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest

from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates
from eutonia.model.intrathecal import settle, typical_patient
from eutonia.recognise.course import LossCourse, NoLoss
from eutonia.recognise.recognise import Recognition, recognise
from eutonia.report.loss_chart import loss_chart
from eutonia.report.recognition import course_words
from eutonia.simulate.intrathecal import simulate_intrathecal
from eutonia.simulate.spinal_events import SpinalTherapy
from tests.scenario_files import base, patched

MISSED = {"what": "missed doses", "from": "2026-11-20 20:00", "to": "2026-11-22 08:00"}


def _recognise(change: dict[str, Any], name: str = "recognise-oral") -> Recognition:
    knowledge = load_knowledge()
    scenario, _ = read_scenario(patched(base(name), change), knowledge)
    return recognise(scenario, knowledge)


def _course(change: dict[str, Any], name: str = "recognise-oral") -> LossCourse:
    course = _recognise(change, name).course
    assert isinstance(course, LossCourse)
    return course


def _signs(*signs: tuple[str, Any]) -> dict[str, Any]:
    return {"signs": [{"what": what, "onset": onset} for what, onset in signs]}


def test_after_tablets_stop_hallucinations_at_the_published_hours_lie_within_what_is_expected() -> None:
    # 18 to 31 hours after the last dose (five cases); the last dose was at 14:00, the first missed at 20:00.
    for hour in ("2026-11-21 08:00", "2026-11-21 21:00"):
        course = _course({"record": {"events": [MISSED], **_signs(("hallucination", hour))}})
        assert course.lost_at == datetime(2026, 11, 20, 20)
        assert course.fits is True
        assert 12 <= course.worst_h <= 72  # worst on the first to third day


def test_after_a_pump_stops_rebound_begins_within_the_published_hours_to_three_days() -> None:
    stopped = _signs(("pump stopped", "2026-11-21 08:00"), ("worse spasticity", "2026-11-21 16:00"))
    course = _course({"record": stopped}, "recognise-pump")
    assert course.begins_h is not None
    assert 4 <= course.begins_h <= 72
    assert course.fits is True  # 8 hours after the stall, as in one child


def test_the_hours_of_a_stopped_pump_agree_with_the_model_run_from_its_steady_state() -> None:
    course = _course({"record": _signs(("pump stopped", "2026-11-21 08:00"))}, "recognise-pump")
    models = load_knowledge().models
    # Weight and age of the base; clearance by Cockcroft-Gault by hand: (140 - 39) x 75 / (72 x 0.7).
    covariates = Covariates(39, 75, 101 * 75 / (72 * 0.7))
    patient = typical_patient(models["oral.reference2026"], models["intrathecal.reference2026"], covariates)
    times = np.arange(0, 240, 0.05)
    level = simulate_intrathecal(patient, SpinalTherapy(), times, settle(patient, 250.0)).excitability[:, 0]
    begins = float(times[np.argmax(level > 1)])
    assert course.begins_h == pytest.approx(begins, abs=0.5)  # the grid of the course is half an hour
    assert course.worst_h == pytest.approx(float(times[level.argmax()]), abs=0.75)


def test_a_sign_that_began_before_the_loss_does_not_count_as_fitting() -> None:
    course = _course({"record": {"events": [MISSED], **_signs(("hallucination", date(2026, 11, 10)))}})
    assert course.fits is None
    found = _recognise({"record": {"events": [MISSED], **_signs(("hallucination", date(2026, 11, 10)))}})
    against = found.answer.answer("oral-withdrawal").weighed.against
    assert any(s.says.startswith("every sign began before") for s in against)


def test_a_sign_known_to_the_day_alone_fits_only_where_the_whole_day_does() -> None:
    open_day = _course({"record": {"events": [MISSED], **_signs(("hallucination", date(2026, 11, 20)))}})
    assert open_day.fits is None
    whole = _course({"record": {"events": [MISSED], **_signs(("hallucination", date(2026, 11, 21)))}})
    assert whole.fits is True


def test_without_weight_nothing_is_simulated_and_the_weight_is_asked_for() -> None:
    course = _recognise({"record": {"patient": {"weight": None}, "events": [MISSED]}}).course
    assert isinstance(course, NoLoss)
    assert "weight" in course.missing
    assert course_words(course).startswith("Nothing was simulated.")


def test_without_a_loss_on_record_nothing_is_simulated() -> None:
    assert isinstance(_recognise({"record": {"events": []}}).course, NoLoss)


def test_published_and_simulated_hours_count_once() -> None:
    found = _recognise({"record": {"events": [MISSED], **_signs(("hallucination", "2026-11-21 21:00"))}})
    timing = [s for s in found.answer.answer("oral-withdrawal").weighed.fits if s.group == "timing"]
    assert len(timing) == 2
    assert [s.counts for s in timing].count(True) == 1


def test_the_picture_names_the_expected_hours_and_each_sign() -> None:
    course = _course({"record": {"events": [MISSED], **_signs(("hallucination", "2026-11-21 21:00"))}})
    picture = loss_chart(course)
    assert "expected from hour" in picture
    assert ">hallucination<" in picture
    assert "<script" not in picture
    assert loss_chart(course) == picture
