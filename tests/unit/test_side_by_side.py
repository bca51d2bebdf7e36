"""Several models on one person: who is admitted, what is left out and why, and what the spreads are."""

from __future__ import annotations

import numpy as np
import pytest

from eutonia.errors import OutsideDomain
from eutonia.knowledge.loader import load_knowledge
from eutonia.model.individual import Covariates, draw_individuals
from eutonia.model.published import check_people, draw_people, has_spread, is_apparent, typical_person
from eutonia.simulate.events import DoseEvents
from eutonia.simulate.run import simulate
from eutonia.simulate.side_by_side import SideBySide, simulate_side_by_side, zero_order_input

MODELS = load_knowledge().models
ORAL = {name: model for name, model in MODELS.items() if name.startswith("oral.")}
DAY = DoseEvents([0, 8, 16], [10, 10, 10])
HOURS = np.arange(0, 49) * 0.5


def compare(person: Covariates, events: DoseEvents = DAY, n: int = 40, seed: int = 1) -> SideBySide:
    return simulate_side_by_side(MODELS, person, events, HOURS, seed=seed, n=n, before=DAY)


def test_a_healthy_adult_is_seen_by_every_adult_model_and_not_by_the_childrens() -> None:
    found = compare(Covariates(45, 70, 100))
    assert {curve.model for curve in found.curves} == set(ORAL) - {"oral.he2014"}
    assert [(out.model, out.because) for out in found.left_out] == [
        ("oral.he2014", ("The children studied were 2 to 17 years old.",))
    ]


def test_a_child_is_seen_by_the_childrens_model_and_the_reference() -> None:
    found = compare(Covariates(8, 25, 66))
    assert [curve.model for curve in found.curves] == ["oral.he2014", "oral.reference2026"]


def test_with_failing_kidneys_only_the_model_that_knows_kidneys_is_left() -> None:
    found = compare(Covariates(60, 70, 25))
    assert [curve.model for curve in found.curves] == ["oral.reference2026"]
    assert all(
        any("kidney" in reason for reason in out.because)
        for out in found.left_out
        if "he2014" not in out.model
    )
    assert found.fold_between == 1


def test_a_child_with_failing_kidneys_is_not_given_to_the_childrens_model() -> None:
    notes = check_people(ORAL["oral.he2014"], Covariates(8, 25, 20))
    assert [(note.level, note.covariate) for note in notes] == [("hard", "glomerular_filtration")]
    with pytest.raises(OutsideDomain, match="glomerular_filtration"):
        typical_person(ORAL["oral.he2014"], Covariates(8, 25, 20))


@pytest.mark.parametrize("name", sorted(set(ORAL) - {"oral.reference2026"}))
def test_no_published_model_takes_an_infant_or_draws_one(name: str) -> None:
    with pytest.raises(OutsideDomain):
        typical_person(ORAL[name], Covariates(1, 9, 40))
    with pytest.raises(OutsideDomain):
        draw_people(ORAL[name], Covariates(1, 9, 40), 3, 1)


def test_an_infusion_leaves_out_models_that_know_doses_by_mouth_only() -> None:
    found = compare(Covariates(45, 70, 100), DoseEvents([0], [5], "iv"))
    assert [curve.model for curve in found.curves] == ["oral.reference2026"]
    assert all("by mouth" in out.because[-1] for out in found.left_out if out.model != "oral.he2014")


def test_a_solution_leaves_out_models_made_with_tablets() -> None:
    found = compare(Covariates(45, 70, 100, "solution"))
    assert [curve.model for curve in found.curves] == ["oral.reference2026"]


def test_bands_hold_the_spread_within_and_the_typical_curves_the_one_between() -> None:
    found = compare(Covariates(45, 70, 100), n=300)
    assert found.low is not None
    assert found.high is not None
    typical = np.array([curve.typical for curve in found.curves])
    np.testing.assert_array_equal(found.between_low, typical.min(axis=0))
    np.testing.assert_array_equal(found.between_high, typical.max(axis=0))
    for curve in found.curves:
        if curve.model == "oral.kochak1985":
            assert curve.low is None
            continue
        assert curve.low is not None
        assert curve.high is not None
        assert curve.people is not None
        assert curve.people.shape == (len(HOURS), 300)
        assert (curve.low < curve.typical).all()
        assert (curve.typical < curve.high).all()
    widths = [c.high - c.low for c in found.curves if c.high is not None and c.low is not None]
    assert (found.high - found.low > np.min(widths, axis=0)).all()
    assert found.fold_between == pytest.approx(
        max(c.auc for c in found.curves) / min(c.auc for c in found.curves)
    )


def test_the_reference_model_is_the_same_beside_others_as_alone() -> None:
    person = Covariates(45, 70, 100)
    found = simulate_side_by_side(ORAL, person, DAY, HOURS, seed=5, n=20)
    ours = next(curve for curve in found.curves if curve.model == "oral.reference2026")
    alone = simulate(draw_individuals(ORAL["oral.reference2026"], person, 20, 5), DAY, HOURS)
    np.testing.assert_array_equal(ours.people, alone.concentration)


def test_a_person_has_the_same_luck_in_every_model() -> None:
    person = Covariates(45, 70, 100)
    one, other = (
        draw_people(ORAL[f"oral.{name}"], person, 200, 9).cl for name in ("simon2018", "marsot2014")
    )
    assert np.corrcoef(np.log(one), np.log(other))[0, 1] == pytest.approx(1, abs=1e-12)


def test_virtual_people_do_not_depend_on_how_many_are_drawn() -> None:
    person = Covariates(45, 70, 100)
    crowd = draw_people(ORAL["oral.marsot2014"], person, 30, 2)
    few = draw_people(ORAL["oral.marsot2014"], person, 5, 2, first=25)
    np.testing.assert_array_equal(few.vc, crowd.vc[25:])


def test_a_model_without_spread_draws_the_typical_person() -> None:
    model = ORAL["oral.kochak1985"]
    assert not has_spread(model)
    assert np.ptp(draw_people(model, Covariates(30, 70, 100), 5, 1).cl) == 0


def test_what_a_study_did_not_measure_in_the_urine_is_not_a_number() -> None:
    person = typical_person(ORAL["oral.simon2018"], Covariates(30, 70, 100))
    assert np.isnan(simulate(person, DAY, HOURS).urine_mg[-1, 0])
    assert is_apparent(ORAL["oral.simon2018"])
    assert not is_apparent(ORAL["oral.reference2026"])


def test_a_spread_of_one_person_or_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match="two virtual people"):
        compare(Covariates(45, 70, 100), n=1)
    with pytest.raises(ValueError, match="no model admits"):
        compare(Covariates(1, 9, 40))
    with pytest.raises(ValueError, match="at least 1"):
        draw_people(ORAL["oral.simon2018"], Covariates(45, 70, 100), 0, 1)


def test_a_zero_order_input_needs_a_length_and_doses_by_mouth() -> None:
    with pytest.raises(ValueError, match="longer than 0 h"):
        zero_order_input(DAY, 0)
    with pytest.raises(ValueError, match="dose 1 is not given by mouth"):
        zero_order_input(DoseEvents([0], [5], "iv"), 2)
