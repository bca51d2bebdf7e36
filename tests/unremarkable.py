"""Patients in whom nothing is wrong: labelled use, ordinary dose, healthy kidneys, lists gone through.

A seeded generator, so that every run sees the same people. What a patient without problems is warned of is noise,
and noise teaches readers to look away. An injured cord is among them only on a settled dose: where a dose is being
decided after paralysis, that creatinine misleads is a problem worth a warning (REN-11), not noise.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

TODAY = date(2026, 11, 22)

#: What baclofen by mouth is labelled for, by jurisdiction: in adults, and in children with the least age.
ADULT_USES = {
    "US": ("multiple sclerosis", "spinal cord injury", "spinal cord disease"),
    "UK": ("multiple sclerosis", "spinal cord injury", "spinal cord disease", "cerebral palsy"),
    "IE": ("multiple sclerosis", "spinal cord injury", "spinal cord disease", "cerebral palsy"),
    "EU": ("multiple sclerosis", "spinal cord injury", "spinal cord disease", "cerebral palsy"),
    "DE": ("multiple sclerosis", "spinal cord injury", "spinal cord disease", "cerebral palsy"),
    "FR": ("multiple sclerosis", "spinal cord injury", "spinal cord disease"),
    "CH": ("multiple sclerosis", "spinal cord injury", "spinal cord disease"),
    "AU": ("multiple sclerosis", "spinal cord injury", "spinal cord disease"),
    "CA": ("multiple sclerosis", "spinal cord injury", "spinal cord disease"),
}
CHILD_USES = {"UK": "cerebral palsy", "IE": "cerebral palsy", "DE": "cerebral palsy"}

#: Middle weight (kg) and height (cm) of children by age in years.
GROWTH = {4: (16, 102), 5: (18, 109), 6: (20, 115), 7: (23, 122), 8: (26, 128), 9: (29, 133), 10: (32, 138)}
GROWTH |= {
    11: (36, 143),
    12: (41, 149),
    13: (46, 156),
    14: (51, 163),
    15: (56, 168),
    16: (61, 171),
    17: (64, 173),
}


def unremarkable(number: int, seed: int = 20261122) -> Iterator[dict[str, Any]]:
    """So many scenarios, a fifth of them children; the first so many are the same for every number."""
    random = Random(seed)
    for index in range(number):
        yield _child(index, random) if index % 5 == 4 else _adult(index, random)


def _day(random: Random, least: int, most: int) -> str:
    return (TODAY - timedelta(days=random.randint(least, most))).isoformat()


def _adult(index: int, random: Random) -> dict[str, Any]:
    country = random.choice(list(ADULT_USES))
    sex = random.choice(["female", "male"])
    age = random.randint(19, 64)
    height = round(random.gauss(165 if sex == "female" else 178, 6))
    weight = round(random.uniform(21, 27) * (height / 100) ** 2)
    creatinine = round(random.uniform(0.6, 0.72) if sex == "female" else random.uniform(0.7, 0.88), 2)
    per_dose = random.choice([5, 10, 10, 15, 20])
    patient = {"age": f"{age} years", "sex": sex, "weight": f"{weight} kg", "height": f"{height} cm"}
    if sex == "female":
        patient |= {"pregnant": False, "breastfeeding": False}
    product = {"form": "tablet", "strength": "10 mg", "scored": True}
    doses = {"dose": f"{per_dose} mg", "times_per_day": 3, "product": product}
    use = random.choice(ADULT_USES[country])
    scenario = _scenario(index, country, use, patient, creatinine, random)
    return _with_doses(scenario, doses, per_dose, 0 if use == "spinal cord injury" else 5, random)


def _child(index: int, random: Random) -> dict[str, Any]:
    country = random.choice(list(CHILD_USES))
    age = random.choice(list(GROWTH))
    weight, height = GROWTH[age]
    weight = round(weight * random.uniform(0.9, 1.15))
    sex = random.choice(["female", "male"])
    creatinine = round(0.413 * height / random.uniform(105, 135), 2)
    patient = {"age": f"{age} years", "sex": sex, "weight": f"{weight} kg", "height": f"{height} cm"}
    if sex == "female":
        patient |= {"pregnant": False, "breastfeeding": False}
    daily = min(random.uniform(0.75, 1.4) * weight, 36 if age < 8 else 50)
    per_dose = max(2, int(daily / 3))
    product = {"form": "liquid", "concentration": "1 mg/mL"}
    doses = {"dose": f"{per_dose} mg", "times_per_day": 3, "product": product}
    scenario = _scenario(index, country, CHILD_USES[country], patient, creatinine, random)
    return _with_doses(scenario, doses, per_dose, 0, random)


def _scenario(
    index: int, country: str, use: str, patient: dict[str, Any], creatinine: float, random: Random
) -> dict[str, Any]:
    reviewed = _day(random, 0, 6)
    kinds = ("problems", "medicines", "signs", "therapy", "events")
    return {
        "format": "eutonia/1",
        "title": f"Nothing wrong, number {index + 1}",
        "as_of": TODAY.isoformat(),
        "jurisdiction": country,
        "record": {
            "patient": {**patient, "dialysis": "none", "frail": False},
            "indication": {"what": use},
            "problems": [{"what": use, "phase": "stable"}],
            "medicines": random.choice([[], [{"what": "paracetamol"}], [{"what": "colecalciferol"}]]),
            "observations": [
                {"what": "creatinine", "value": f"{creatinine:g} mg/dL", "on": _day(random, 3, 80)},
                {
                    "what": "systolic blood pressure",
                    "value": f"{random.randint(112, 132)} mmHg",
                    "on": _day(random, 0, 20),
                },
            ],
            "signs": [],
            "events": [],
            "reviewed": dict.fromkeys(kinds, reviewed),
        },
        "question": {"ask": "check"},
    }


def _with_doses(
    scenario: dict[str, Any], doses: dict[str, Any], per_dose: int, step: int, random: Random
) -> dict[str, Any]:
    """Most are settled on their dose; some adults start with 5 mg three times a day, or go up by one step."""
    course = random.random() if step else 1.0
    if course < 0.15:
        start = {**doses, "dose": "5 mg", "from": (TODAY + timedelta(days=1)).isoformat()}
        scenario["record"]["oral_therapy"] = []
        scenario["question"]["proposed"] = [start]
    elif course < 0.3 and per_dose < 20:
        scenario["record"]["oral_therapy"] = [{**doses, "from": _day(random, 8, 60)}]
        higher = {**doses, "dose": f"{per_dose + step} mg", "from": (TODAY + timedelta(days=1)).isoformat()}
        scenario["question"]["proposed"] = [higher]
    else:
        scenario["record"]["oral_therapy"] = [{**doses, "from": _day(random, 120, 1500)}]
    return scenario
