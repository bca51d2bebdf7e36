"""From a person's covariates and two model files to the parameters of one or many people with spinal drug."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.schema import ModelFile
from eutonia.model.csf import CsfParameters, SpinalLayout, steady_state
from eutonia.model.effect import (
    EffectParameters,
    adaptation_target,
    tolerance_target,
    tone_effect,
)
from eutonia.model.individual import (
    WITHOUT_A_MODEL,
    Covariates,
    DomainNote,
    FloatArray,
    Individual,
    check_domain,
    draw_individuals,
    refuse_outside,
    select_subjects,
    typical_individual,
)
from eutonia.model.seeds import SEEDS, check_seed

__all__ = [
    "HOURS_PER_DAY",
    "Patient",
    "SpinalState",
    "draw_patients",
    "rest",
    "select_patients",
    "settle",
    "typical_patient",
]

HOURS_PER_DAY = 24.0

# Which random number each spread takes. Append only: the order fixes which subject gets which value.
_ETAS = ("lumbar_volume", "spinal_clearance", "tone_ec50", "reflex_ec50", "tolerance_max", "sedation_ec50")
_NORMALS = 8
_NUMBERS_PER_SUBJECT = 12  # eight for the normals, the ninth for the paradoxical response, three to spare
_BLOCKS_PER_SUBJECT = 3
# The oral model takes keys of the counter below this, the spinal one those above.
_KEY = SEEDS


@dataclass(frozen=True, slots=True)
class Patient:
    """n people: what the oral model knows of them, their spinal fluid, and what the drug does to them.

    notes: how far they lie outside the people of the two models.
    """

    systemic: Individual
    csf: CsfParameters
    effect: EffectParameters
    notes: tuple[DomainNote, ...] = ()

    @property
    def n(self) -> int:
        return self.csf.n


@dataclass(frozen=True, slots=True, eq=False)
class SpinalState:
    """Where n people stand: the linear state (s, n) as in ``eutonia.model.csf``, tolerance and adaptation (n,).

    Raises InputRefused naming the first subject with an amount, a tolerance or an adaptation that is no number of at
    least 0.
    """

    linear: FloatArray
    tolerance: FloatArray
    adaptation: FloatArray

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises InputRefused as when the state was made; for arrays that have been written into since."""
        problems = []
        for name in ("linear", "tolerance", "adaptation"):
            values = np.asarray(getattr(self, name))
            wrong = ~(np.isfinite(values) & (values >= 0))
            if wrong.any():
                place = tuple(np.argwhere(wrong)[0].tolist())
                state = f", state {place[0]}" if len(place) > 1 else ""
                problems.append(
                    Problem(
                        Code.IMPOSSIBLE_VALUE,
                        "Where somebody stands must be a number of at least 0.",
                        path=f"initial.{name}, subject {place[-1] + 1}{state}",
                        given=f"{values[place]:g}",
                        accepted=("at least 0",),
                        next_step="Take it from the end of a simulation, from rest or from settle.",
                    )
                )
        if problems:
            raise InputRefused(problems)


def typical_patient(
    oral: ModelFile, spinal: ModelFile, covariates: Covariates, baseline_ashworth: float | None = None
) -> Patient:
    """The typical person with these covariates. baseline_ashworth: their own untreated score, 1 to 5.

    Raises OutsideDomain; InputRefused for a score outside the scale.
    """
    refuse_outside(spinal.name, check_domain(spinal, covariates), WITHOUT_A_MODEL)
    patient = Patient(
        typical_individual(oral, covariates),
        CsfParameters.from_file(spinal),
        _effect(spinal, covariates, 1),
        (*check_domain(oral, covariates), *check_domain(spinal, covariates)),
    )
    return _with_baseline(patient, baseline_ashworth)


def draw_patients(
    oral: ModelFile,
    spinal: ModelFile,
    covariates: Covariates,
    n: int,
    seed: int,
    first: int = 0,
    *,
    baseline_ashworth: float | None = None,
    with_paradox: bool = False,
) -> Patient:
    """``n`` virtual people with these covariates, numbers ``first`` onwards of the population of ``seed``.

    Subject i is the same person whatever ``n`` and ``first``; oral and spinal random numbers are independent.
    with_paradox: let the file's share of people answer with more tone. Raises OutsideDomain, InputRefused;
    ValueError for a negative count or a seed outside 0 to 2^64.
    """
    seed = check_seed(seed)
    refuse_outside(spinal.name, check_domain(spinal, covariates), WITHOUT_A_MODEL)
    systemic = draw_individuals(oral, covariates, n, seed, first)
    normals, uniform = _draw(n, seed, first)
    csf, effect = CsfParameters.from_file(spinal, n), _effect(spinal, covariates, n)

    def vary(name: str, value: FloatArray) -> FloatArray:
        spread = spinal.parameters[name].spread
        if spread is None:
            return value
        eta = normals[:, _ETAS.index(spread.shared_with or name)]
        return np.asarray(value * np.exp(np.sqrt(np.log1p(spread.value**2)) * eta))

    csf = replace(
        csf,
        lumbar_volume=vary("lumbar_volume", csf.lumbar_volume),
        lumbar_clearance=vary("lumbar_clearance", csf.lumbar_clearance),
        upper_clearance=vary("upper_clearance", csf.upper_clearance),
        exchange_flow=vary("exchange_flow", csf.exchange_flow),
    )
    effect = replace(
        effect,
        tone_ec50=vary("tone_ec50", effect.tone_ec50),
        reflex_ec50=vary("reflex_ec50", effect.reflex_ec50),
        tolerance_max=vary("tolerance_max", effect.tolerance_max),
        sedation_ec50=vary("sedation_ec50", effect.sedation_ec50),
        is_paradoxical=(uniform < spinal.value("paradox_probability")) & with_paradox,
    )
    notes = (*check_domain(oral, covariates), *check_domain(spinal, covariates))
    return _with_baseline(Patient(systemic, csf, effect, notes), baseline_ashworth)


def select_patients(patient: Patient, start: int, stop: int) -> Patient:
    """Subjects ``start`` to ``stop`` (not included)."""
    part = slice(start, stop)
    return replace(
        patient,
        systemic=select_subjects(patient.systemic, start, stop),
        csf=patient.csf.select(part),
        effect=patient.effect.select(part),
    )


def rest(patient: Patient) -> SpinalState:
    """Nobody has had any drug."""
    nothing = steady_state(patient.systemic, patient.csf, 0.0)
    return SpinalState(nothing, np.zeros(patient.n), np.zeros(patient.n))


def settle(patient: Patient, micrograms_per_day: float, *, is_tolerant: bool = True) -> SpinalState:
    """Where people stand who have had a constant infusion for ever, exactly.

    is_tolerant: tolerance and adaptation have settled too (many months); otherwise adaptation has and tolerance
    has not begun. Raises ValueError for a negative dose.
    """
    linear = steady_state(patient.systemic, patient.csf, micrograms_per_day / HOURS_PER_DAY)
    cord = linear[SpinalLayout.over(patient.systemic).cord]
    tolerance = tolerance_target(cord, patient.effect) if is_tolerant else np.zeros(patient.n)
    adaptation = adaptation_target(tone_effect(cord, tolerance, patient.effect), patient.effect)
    return SpinalState(linear, tolerance, adaptation)


def _effect(spinal: ModelFile, covariates: Covariates, n: int) -> EffectParameters:
    effect = EffectParameters.from_file(spinal, n)
    if covariates.age_years < spinal.value("adult_from_age"):
        return replace(effect, tone_ec50=effect.tone_ec50 * spinal.value("child_ec50_ratio"))
    return effect


def _with_baseline(patient: Patient, score: float | None) -> Patient:
    if score is None:
        return patient
    effect = patient.effect
    low, high = effect.ashworth_floor[0], effect.ashworth_ceiling[0]
    if not low < score <= high:
        raise InputRefused(
            [
                Problem(
                    Code.IMPOSSIBLE_VALUE,
                    "The untreated Ashworth score must show an increase in tone on the scale used here.",
                    path="baseline_ashworth",
                    given=f"{score:g}",
                    accepted=(f"above {low:g}, up to {high:g}",),
                    next_step="Add 1 to a score of the scale from 0 to 4.",
                )
            ]
        )
    return replace(patient, effect=replace(effect, baseline_ashworth=np.full(effect.n, float(score))))


def _draw(n: int, seed: int, first: int) -> tuple[FloatArray, FloatArray]:
    """Standard normals (n, 8) by Box and Muller and uniforms (n,), a fixed count of numbers for a subject."""
    stream = np.random.Philox(key=_KEY + seed)
    stream.advance(first * _BLOCKS_PER_SUBJECT)
    raw = stream.random_raw(n * _NUMBERS_PER_SUBJECT).reshape(n, _NUMBERS_PER_SUBJECT)
    uniform = ((raw >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    half = _NORMALS // 2
    radius = np.sqrt(-2.0 * np.log(uniform[:, :half]))
    angle = 2.0 * np.pi * uniform[:, half:_NORMALS]
    normals = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return normals, uniform[:, _NORMALS]
