"""Who takes part in a trial, in blocks: covariates, the parameters of one oral model, spinal patients.

Person i of a seed is the same whatever the size of the blocks.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eutonia.knowledge.populations import Population
from eutonia.knowledge.schema import Knowledge, ModelFile
from eutonia.model.individual import Covariates, FloatArray, Individual, is_outside
from eutonia.model.intrathecal import Patient, draw_patients, typical_patient
from eutonia.model.published import draw_people, has_spread, is_apparent, typical_person
from eutonia.simulate.trial import SPINAL, Trial
from eutonia.simulate.virtual import People, draw_virtual
from eutonia.simulate.virtual import draw_people as draw_covariates

__all__ = ["Crowd"]

_LOOKED_AT = 65_536  # people whose covariates are looked at together before anybody is simulated


class Crowd:
    """The people of a trial, as one oral model sees them."""

    def __init__(self, trial: Trial, knowledge: Knowledge, model: ModelFile) -> None:
        self.trial, self.model = trial, model
        self.spinal = knowledge.models[SPINAL]
        self.files = (model, self.spinal) if trial.is_spinal else (model,)
        self._divisor = knowledge.kidney["mosteller"].coefficients["divisor"]
        self.is_population = isinstance(trial.who, Population)
        self.differ = has_spread(model) or self.is_population or trial.is_spinal

    @property
    def n(self) -> int:
        """How many are simulated: one where nothing says how people differ."""
        return self.trial.people if self.differ else 1

    def covariates(self, first: int, n: int) -> People | None:
        """Those drawn for people ``first`` onwards; None for one stated patient."""
        if not isinstance(self.trial.who, Population):
            return None
        return draw_covariates(self.trial.who, self._divisor, n, self.trial.seed, first)

    def count_outside(self) -> tuple[tuple[int, ...], ...]:
        """For each model file, for each of its limits, how many people lie outside the model's own.

        Everybody is looked at before anybody is simulated. Raises OutsideDomain when one of them lies where a model
        refuses to answer.
        """
        counts = [np.zeros(len(file.domain), dtype=np.int64) for file in self.files]
        whole = self.trial.people if self.is_population else 1
        for first in range(0, whole, _LOOKED_AT):
            people = self.covariates(first, min(_LOOKED_AT, whole - first))
            if people is None:
                self._refuse(self._stated())
            else:
                self._refuse_extremes(people)
            values = _values(self.trial, people)
            for file, found in zip(self.files, counts, strict=True):
                for place, limit in enumerate(file.domain):
                    found[place] += int(is_outside(limit, values[limit.covariate]).sum())
        return tuple(tuple(found.tolist()) for found in counts)

    def individuals(self, first: int, n: int) -> Individual:
        """People ``first`` onwards, by mouth. Raises OutsideDomain."""
        trial, people = self.trial, self.covariates(first, n)
        if people is None:
            return draw_people(self.model, self._stated(), n, trial.seed, first)
        if not is_apparent(self.model):
            return draw_virtual(self.model, people, trial.formulation, trial.seed, first)
        return _join([
            draw_people(self.model, self._own(people, i), 1, trial.seed, first + i) for i in range(n)
        ])  # fmt: skip

    def patients(self, first: int, n: int) -> Patient:
        """People ``first`` onwards, with their spinal fluid. Raises OutsideDomain."""
        trial, spinal, people = self.trial, self.spinal, self.covariates(first, n)
        more: dict[str, Any] = {
            "baseline_ashworth": trial.untreated_ashworth,
            "with_paradox": trial.with_paradox,
        }
        if people is None:
            return draw_patients(self.model, spinal, self._stated(), n, trial.seed, first, **more)
        grown_up = spinal.value("adult_from_age")
        standard = Covariates(
            max(grown_up, self.model.value("adult_from_age")),
            self.model.value("reference_weight"),
            self.model.value("adult_filtration_cap"),
        )
        patient = draw_patients(self.model, spinal, standard, n, trial.seed, first, **more)
        ratio = np.where(people.age < grown_up, spinal.value("child_ec50_ratio"), 1.0)
        return replace(
            patient,
            notes=(),  # those of the standard person, who is nobody here; the crowd counts its own
            systemic=draw_virtual(self.model, people, trial.formulation, trial.seed, first),
            effect=replace(patient.effect, tone_ec50=patient.effect.tone_ec50 * ratio),
        )

    def _stated(self) -> Covariates:
        assert isinstance(self.trial.who, Covariates)
        return self.trial.who

    def _own(self, people: People, index: int) -> Covariates:
        age, weight, filtration = people.age[index], people.weight[index], people.filtration[index]
        return Covariates(float(age), float(weight), float(filtration), self.trial.formulation)

    def _refuse(self, who: Covariates) -> None:
        """Raise OutsideDomain when a model does not admit this person."""
        typical_person(self.model, who)
        if self.trial.is_spinal:
            typical_patient(self.model, self.spinal, who)

    def _refuse_extremes(self, people: People) -> None:
        """Raise OutsideDomain when somebody is not admitted: whoever is furthest out in anything is asked."""
        for row in (people.age, people.weight, people.filtration, people.filtration / people.weight):
            for index in (int(np.argmin(row)), int(np.argmax(row))):
                self._refuse(self._own(people, index))


def _values(trial: Trial, people: People | None) -> dict[str, NDArray[np.float64]]:
    if people is not None:
        return {"age": people.age, "weight": people.weight, "glomerular_filtration": people.filtration}
    assert isinstance(trial.who, Covariates)
    who = trial.who
    return {
        "age": np.array([who.age_years]),
        "weight": np.array([who.weight_kg]),
        "glomerular_filtration": np.array([who.gfr_ml_per_min]),
    }


def _join(singles: list[Individual]) -> Individual:
    arrays: dict[str, FloatArray] = {
        f.name: np.concatenate([getattr(one, f.name) for one in singles])
        for f in fields(Individual)
        if f.name != "n_transit"
    }
    return replace(singles[0], **arrays)  # type: ignore[arg-type]
