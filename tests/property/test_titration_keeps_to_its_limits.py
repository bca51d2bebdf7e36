"""For any patient: a titration that keeps to every limit and every day, or a refusal with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from eutonia.assess.facts import derive_facts
from eutonia.assess.limits import apply_limits, find_ceiling, number_of
from eutonia.assess.sheet import FactSheet
from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.plan.outcome import Plan, Reason, Refusal
from eutonia.record import Jurisdiction

TODAY = date(2026, 11, 22)
REVIEWED = dict.fromkeys(("problems", "medicines", "signs", "therapy", "events"), "2026-11-20")
INDICATIONS = ["multiple sclerosis", "spinal cord injury", "stroke", "cerebral palsy", "hiccups", None]
STOCK: list[list[dict[str, Any]]] = [
    [],
    [{"form": "tablet", "strength": "10 mg", "scored": True}],
    [{"form": "tablet", "strength": "10 mg"}],
    [{"form": "tablet", "strength": "5 mg"}, {"form": "tablet", "strength": "20 mg", "scored": True}],
    [{"form": "tablet", "strength": "25 mg", "scored": True}],
    [{"form": "granules", "strength": "5 mg"}, {"form": "granules", "strength": "10 mg"}],
    [{"form": "liquid", "concentration": "1 mg/mL"}],
    [{"form": "liquid", "concentration": "5 mg/mL"}],
    [{"form": "liquid", "concentration": "1 mg/mL"}, {"form": "liquid", "concentration": "2 mg/mL"}],
    [{"form": "liquid", "concentration": "2 mg/mL"}, {"form": "tablet", "strength": "10 mg", "scored": True}],
]


def sometimes(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly known, sometimes not recorded."""
    return st.one_of(values, values, values, values, st.none())


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    age = draw(sometimes(st.sampled_from([0, 1, 3, 7, 8, 12, 17, 18, 35, 46, 64, 65, 78, 90])))
    weight = draw(sometimes(st.sampled_from(["8 kg", "15.5 kg", "21.7 kg", "40 kg", "70 kg", "110 kg"])))
    patient = {
        "age": None if age is None else f"{age} years",
        "sex": draw(sometimes(st.sampled_from(["female", "male"]))),
        "weight": weight,
        "height": draw(sometimes(st.sampled_from(["90 cm", "140 cm", "170 cm"]))),
        "dialysis": draw(sometimes(st.sampled_from(["none", "none", "none", "none", "haemodialysis"]))),
        "frail": draw(sometimes(st.booleans())),
    }
    observations: list[dict[str, str]] = []
    creatinine = draw(sometimes(st.sampled_from(["0.5", "0.7", "0.8", "1.0", "1.3", "2.1", "4.0"])))
    if creatinine is not None:
        days = draw(st.sampled_from([0, 3, 3, 20, 45, 400]))
        on = (TODAY - timedelta(days=days)).isoformat()
        observations.append({"what": "creatinine", "value": f"{creatinine} mg/dL", "on": on})
    egfr = draw(st.sampled_from([None, None, "25", "45", "75", "110"]))
    if egfr is not None:
        observations.append({"what": "egfr", "value": f"{egfr} mL/min/1.73m2", "on": "2026-11-20"})
    therapy: list[dict[str, Any]] = []
    present = draw(st.sampled_from([None, None, "1.3 mg", "2.5 mg", "5 mg", "10 mg", "20 mg"]))
    if present is not None:
        since = draw(sometimes(st.sampled_from(["2026-01-05", "2026-11-17", "2026-11-21"])))
        therapy.append({"dose": present, "times_per_day": 3} | ({"from": since} if since else {}))
    indication = draw(st.sampled_from(INDICATIONS))
    question: dict[str, Any] = {
        "ask": "titration",
        "target": draw(
            st.sampled_from(
                ["2.5", "5", "6", "7.5", "10", "12.5", "20", "30", "33", "40", "45", "60", "75", "80"]
            )
        )
        + " mg/day",
        "stock": draw(st.sampled_from(STOCK)),
    }
    start = draw(st.sampled_from([None, None, "2026-11-22", "2026-12-05"]))
    if start:
        question["start_on"] = start
    record: dict[str, Any] = {
        "patient": {k: v for k, v in patient.items() if v is not None},
        "oral_therapy": therapy,
        "observations": observations,
    }
    if draw(st.integers(0, 4)):
        record["reviewed"] = REVIEWED
    if indication is not None:
        record["indication"] = {"what": indication}
    return {
        "format": "eutonia/1",
        "title": "somebody",
        "as_of": "2026-11-22",
        "jurisdiction": draw(st.sampled_from([j.value for j in Jurisdiction])),
        "record": record,
        "question": {k: v for k, v in question.items() if v != []},
    }


def exact(text: str) -> Fraction:
    return Fraction(text.split(maxsplit=1)[0])


def bounds(sheet: FactSheet, name: str, unit: str) -> list[Fraction]:
    """Every value the limits of this name have for this patient."""
    limits = apply_limits(load_knowledge(), sheet, name).limits
    weight = sheet.number("weight") or 0
    found = []
    for limit in limits:
        if not isinstance(limit.value, Fraction) and limit.value.unit.symbol == "mg/kg/day":
            found.append(Fraction(str(number_of(limit, "mg/kg/day"))) * Fraction(str(weight)))
        else:
            found.append(Fraction(str(number_of(limit, unit))))
    return found


def check_plan(plan: Plan, result: Result, sheet: FactSheet, data: dict[str, Any]) -> None:
    steps, question = plan.steps, data["question"]
    target = exact(question["target"])
    therapy = data["record"]["oral_therapy"]
    current = exact(therapy[0]["dose"]) * 3 if therapy else Fraction(0)

    # Ends exactly at the target, never falls, never passes the ceiling or the largest single dose.
    doses = [step.daily_mg for step in steps]
    assert doses[-1] == target
    assert doses == sorted(set(doses))
    assert doses[0] > current
    ceiling = find_ceiling(load_knowledge(), sheet).mg_per_day
    assert ceiling is not None
    assert max(doses) <= ceiling == plan.ceiling_mg
    largest = min(bounds(sheet, "oral.single_dose.max", "mg"))
    assert all(timed.dose.mg <= largest for step in steps for timed in step.doses)
    if (sheet.number("age") or 0) < 18:
        assert max(doses) <= 2 * Fraction(str(sheet.number("weight")))

    # Starts and rises no further than the limits allow.
    rise = min(bounds(sheet, "oral.step.size", "mg/day"))
    first = min(bounds(sheet, "oral.start.daily_dose", "mg/day"))
    assert doses[0] <= (current + rise if current else first)
    assert all(b - a <= rise for a, b in pairwise(doses))

    # The dates follow each other without a gap, and each dose is held long enough, also the present one.
    days = max(bounds(sheet, "oral.step.days", "day"))
    assert steps[-1].last is None
    for step, after in pairwise(steps):
        assert step.last is not None
        assert after.first == step.last + timedelta(days=1)
        assert step.days is not None
        assert step.days >= days
    asked = date.fromisoformat(question.get("start_on", "2026-11-22"))
    assert steps[0].first >= asked
    if therapy:
        assert (steps[0].first - date.fromisoformat(therapy[0]["from"])).days >= days

    # Every day adds up, from whole pieces and allowed halves, at clock times in order.
    for step in steps:
        assert sum(timed.dose.mg for timed in step.doses) == step.daily_mg
        clocks = [timed.at for timed in step.doses]
        assert clocks == sorted(set(clocks))
        for timed in step.doses:
            assert sum(piece.mg for piece in timed.dose.pieces) == timed.dose.mg
            assert all((piece.units / piece.item.step).denominator == 1 for piece in timed.dose.pieces)

    # One strength of liquid in one plan.
    pieces = [piece for step in steps for timed in step.doses for piece in timed.dose.pieces]
    assert len({piece.item.mg_per_unit for piece in pieces if not piece.item.is_counted}) <= 1

    # What is dispensed is what the dated steps use.
    used: dict[str, Fraction] = {}
    for step in steps:
        for timed in step.doses if step.days else ():
            for piece in timed.dose.pieces:
                used[piece.item.name] = used.get(piece.item.name, Fraction(0)) + piece.units * (
                    step.days or 0
                )
    supplied: dict[str, Fraction] = {}
    for supply in plan.supply:
        supplied[supply.name] = supplied.get(supply.name, Fraction(0)) + supply.units
    assert supplied == used

    # The kidneys were known, and lately.
    age_of_value = sheet.number("kidney_function_age")
    assert age_of_value is not None
    assert age_of_value <= min(bounds(sheet, "kidney_function_max_age", "day"))


def check_refusal(refusal: Refusal, sheet: FactSheet) -> None:
    assert refusal.says.endswith(".")
    if refusal.reason is Reason.MISSING_FACTS:
        assert refusal.missing
        is_too_old = any(limit.name == "kidney_function_max_age" for limit in refusal.limits)
        assert is_too_old or all(sheet.get(name) is None for name in refusal.missing), refusal.missing
    elif refusal.reason in (Reason.OVER_CEILING, Reason.AVOID):
        assert refusal.limits
        ceiling = find_ceiling(load_knowledge(), sheet).mg_per_day
        assert ceiling is not None
        assert all(near <= ceiling for near in refusal.nearest_mg)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(scenarios())
def test_a_titration_keeps_to_every_limit_or_is_refused_with_a_reason(data: dict[str, Any]) -> None:
    result = consult_data(data, load_knowledge(), people=0)
    sheet, _ = derive_facts(result.scenario, result.knowledge)
    if isinstance(result.plan, Plan):
        event("a plan")
        check_plan(result.plan, result, sheet, data)
    else:
        assert isinstance(result.plan, Refusal)
        event(f"refused: {result.plan.reason.value}")
        check_refusal(result.plan, sheet)


@st.composite
def known_patients(draw: st.DrawFn) -> dict[str, Any]:
    """People of whom everything a titration asks for is known, and a target above what they take."""
    data = draw(scenarios())
    age = draw(st.sampled_from([3, 7, 8, 12, 17, 18, 35, 64, 65, 78]))
    weights = ["15.5 kg", "21.7 kg", "40 kg"] if age < 18 else ["55 kg", "70 kg", "110 kg"]
    data["record"]["patient"] = {
        "age": f"{age} years",
        "sex": draw(st.sampled_from(["female", "male"])),
        "weight": draw(st.sampled_from(weights)),
        "height": "110 cm" if age < 12 else "165 cm",
        "dialysis": "none",
        "frail": draw(st.sampled_from([False, False, True])),
        "pregnant": False,
    }
    if data["record"]["patient"]["sex"] == "male":
        del data["record"]["patient"]["pregnant"]
    egfr, clearance = draw(st.sampled_from([("110", "105"), ("95", "100"), ("75", "85"), ("52", "60")]))
    data["record"]["observations"] = [
        {"what": "egfr", "value": f"{egfr} mL/min/1.73m2", "on": "2026-11-12"},
        {"what": "creatinine clearance", "value": f"{clearance} mL/min", "on": "2026-11-12"},
    ]
    data["record"]["reviewed"] = REVIEWED
    data["record"].setdefault("indication", {"what": "multiple sclerosis"})
    for entry in data["record"]["oral_therapy"]:
        entry.setdefault("from", "2026-11-18")
        entry["dose"] = draw(st.sampled_from(["1.3 mg", "2.5 mg", "5 mg"]))
    data["question"]["target"] = (
        draw(st.sampled_from(["16", "17.5", "18", "20", "25", "30", "37.5", "45"])) + " mg/day"
    )
    if age < 18 and data["jurisdiction"] in ("US", "AU", "CA", "CH"):
        data["jurisdiction"] = "UK"
    return data


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(known_patients())
def test_for_a_patient_of_whom_all_is_known_nothing_is_called_missing(data: dict[str, Any]) -> None:
    result = consult_data(data, load_knowledge(), people=0)
    sheet, _ = derive_facts(result.scenario, result.knowledge)
    if isinstance(result.plan, Plan):
        event("a plan")
        check_plan(result.plan, result, sheet, data)
    else:
        assert isinstance(result.plan, Refusal)
        event(f"refused: {result.plan.reason.value}")
        assert result.plan.reason is not Reason.MISSING_FACTS, result.plan.missing
        check_refusal(result.plan, sheet)


ADULTS = st.fixed_dictionaries(
    {
        "jurisdiction": st.sampled_from(["US", "UK", "IE", "DE", "EU", "FR", "CH", "AU", "CA"]),
        "target": st.sampled_from([15, 30, 45, 60]),
        "stock": st.sampled_from(
            [s for s in STOCK if s and s[0].get("strength") != "25 mg" and s[0].get("scored", 1)]
        ),
    }
)


@settings(max_examples=40, deadline=None)
@given(ADULTS)
def test_a_healthy_adult_gets_a_plan_to_an_ordinary_dose_in_every_country(chosen: dict[str, Any]) -> None:
    data = {
        "format": "eutonia/1",
        "title": "a healthy adult with multiple sclerosis",
        "as_of": "2026-11-22",
        "jurisdiction": chosen["jurisdiction"],
        "record": {
            "patient": {
                "age": "40 years",
                "sex": "male",
                "weight": "80 kg",
                "height": "180 cm",
                "dialysis": "none",
                "frail": False,
            },
            "indication": {"what": "multiple sclerosis"},
            "observations": [{"what": "creatinine", "value": "0.8 mg/dL", "on": "2026-11-20"}],
            "reviewed": REVIEWED,
        },
        "question": {"ask": "titration", "target": f"{chosen['target']} mg/day", "stock": chosen["stock"]},
    }
    plan = consult_data(data, load_knowledge(), people=0).plan
    makeable = any(
        p["form"] == "liquid" or p.get("scored") or p.get("strength") == "5 mg" for p in chosen["stock"]
    )
    if makeable:
        assert isinstance(plan, Plan), plan
        assert [step.daily_mg for step in plan.steps] == list(range(15, chosen["target"] + 1, 15))
    else:
        assert isinstance(plan, Refusal)
        assert plan.reason is Reason.CANNOT_BE_MADE
