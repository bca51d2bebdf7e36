"""Who the oral model speaks for, and how the parameters follow from a person."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.errors import OutsideDomain
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import (
    Covariates,
    check_domain,
    draw_individuals,
    typical_individual,
)

MODEL = load_knowledge().models["oral.reference2026"]


def test_a_usual_adult_raises_no_note() -> None:
    assert check_domain(MODEL, Covariates(45, 70, 90)) == ()


@pytest.mark.parametrize("age", [0.1, 1.9, float("nan")])
def test_a_child_below_two_years_is_refused_with_the_reason(age: float) -> None:
    with pytest.raises(OutsideDomain, match="below 2 years") as refusal:
        typical_individual(MODEL, Covariates(age, 10, 40))
    assert refusal.value.problem.path == "age"
    assert refusal.value.problem.accepted == ("from 2 years",)


def test_a_refused_child_is_not_drawn_either() -> None:
    with pytest.raises(OutsideDomain):
        draw_individuals(MODEL, Covariates(1, 9, 40), 10, 1)


@pytest.mark.parametrize(
    ("person", "covariate"),
    [
        (Covariates(2, 12, 60), "age"),
        (Covariates(17.9, 60, 100), "age"),
        (Covariates(50, 129, 100), "weight"),
        (Covariates(50, 70, 9.9), "glomerular_filtration"),
        (Covariates(50, 70, 0), "glomerular_filtration"),
        (Covariates(25, 90, 170), "glomerular_filtration"),
    ],
)
def test_an_extrapolation_is_computed_and_said(person: Covariates, covariate: str) -> None:
    notes = check_domain(MODEL, person)
    assert [(note.level, note.covariate) for note in notes] == [("soft", covariate)]
    assert notes[0].because
    assert typical_individual(MODEL, person).cl[0] > 0


def test_a_limit_itself_is_still_inside() -> None:
    assert check_domain(MODEL, Covariates(18, 128, 10)) == ()


def test_a_negative_filtration_is_refused() -> None:
    with pytest.raises(OutsideDomain):
        typical_individual(MODEL, Covariates(50, 70, -1))


def test_in_adults_filtration_above_the_cap_clears_no_more() -> None:
    at_cap = typical_individual(MODEL, Covariates(25, 70, MODEL.value("adult_filtration_cap")))
    above = typical_individual(MODEL, Covariates(25, 70, 200))
    child = typical_individual(MODEL, Covariates(17, 70, 200))
    assert above.cl[0] == at_cap.cl[0]
    assert child.cl[0] > at_cap.cl[0]


def test_without_kidneys_only_the_non_renal_clearance_is_left() -> None:
    person = typical_individual(MODEL, Covariates(50, 70, 0))
    assert person.cl_renal[0] == 0
    assert person.cl[0] == MODEL.value("nonrenal_clearance")


def test_a_solution_is_absorbed_sooner_and_otherwise_like_a_tablet() -> None:
    tablet = typical_individual(MODEL, Covariates(50, 70, 100, "tablet"))
    solution = typical_individual(MODEL, Covariates(50, 70, 100, "solution"))
    assert solution.mtt[0] < tablet.mtt[0]
    assert (solution.f[0], solution.ka[0], solution.cl[0]) == (tablet.f[0], tablet.ka[0], tablet.cl[0])


def test_both_volumes_of_a_person_move_together_and_so_do_both_clearances() -> None:
    people = draw_individuals(MODEL, Covariates(50, 70, 100), 50, 3)
    assert np.ptp(people.vc / people.vp) < 1e-12
    assert np.ptp(people.cl_renal / people.cl) < 1e-12
    assert np.corrcoef(np.log(people.cl), np.log(people.vc))[0, 1] < 0.9


@pytest.mark.parametrize(
    ("age", "weight", "clearance", "volume"), [(40, 70, 0.21, 0.25), (10, 30, 0.33, 0.44)]
)
def test_people_differ_as_much_as_the_studies_say_children_more_than_adults(
    age: float, weight: float, clearance: float, volume: float
) -> None:
    people = draw_individuals(MODEL, Covariates(age, weight, 100), 20000, 8)
    # four standard errors of a coefficient of variation from 20,000 people are below 0.012
    assert people.cl.std() / people.cl.mean() == pytest.approx(clearance, abs=0.012)
    assert people.vc.std() / people.vc.mean() == pytest.approx(volume, abs=0.02)
    assert np.median(people.cl) == pytest.approx(
        typical_individual(MODEL, Covariates(age, weight, 100)).cl[0], rel=0.02
    )
    assert ((people.f > 0) & (people.f < 1)).all()


def test_two_seeds_give_two_populations_and_one_seed_the_same_again() -> None:
    person = Covariates(50, 70, 100)
    assert (draw_individuals(MODEL, person, 5, 1).cl == draw_individuals(MODEL, person, 5, 1).cl).all()
    assert (draw_individuals(MODEL, person, 5, 1).cl != draw_individuals(MODEL, person, 5, 2).cl).all()


def test_an_empty_population_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        draw_individuals(MODEL, Covariates(50, 70, 100), 0, 1)
