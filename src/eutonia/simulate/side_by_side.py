"""The same course on every model that admits the person: how far models disagree, and people within each.

A band within one model shows how people differ if that model is right. That the models differ among themselves
says how little is known, and no number of virtual people makes it smaller.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import Covariates, DomainNote, FloatArray, Formulation, Individual
from eutonia.model.published import (
    check_people,
    draw_people,
    half_life_h,
    has_spread,
    is_apparent,
    typical_person,
)
from eutonia.simulate.events import DoseEvents, Route
from eutonia.simulate.run import Trajectory, simulate, steady_state_amounts

__all__ = [
    "LeftOut",
    "ModelCurve",
    "SideBySide",
    "reasons_against_doses",
    "simulate_side_by_side",
    "zero_order_input",
]

_ORAL = "oral."
_BAND = (10.0, 90.0)


@dataclass(frozen=True, slots=True, eq=False)
class ModelCurve:
    """One model's answer: typical (T,) in ng/mL; low and high (T,), the 10th and 90th percentile of its people, None
    where the model gives no spread; people (T, n) their curves; auc: ng h/mL of the typical person over the course;
    half_life_h of the typical person; notes on extrapolation."""

    model: str
    title: str
    typical: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    people: FloatArray | None
    auc: float
    half_life_h: float
    notes: tuple[DomainNote, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A model that was not run, and why, in sentences."""

    model: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class SideBySide:
    """All models together, (T,) each in ng/mL.

    between_low, between_high: lowest and highest typical curve. low, high: 10th and 90th percentile of all virtual
    people, each model with equal weight, and so the spread between and within; models without a spread are not
    in it; None when no model has one. fold_between: highest over lowest exposure of the typical persons.
    """

    times_h: FloatArray
    curves: tuple[ModelCurve, ...]
    left_out: tuple[LeftOut, ...]
    between_low: FloatArray
    between_high: FloatArray
    low: FloatArray | None
    high: FloatArray | None
    fold_between: float
    n: int
    seed: int


def simulate_side_by_side(
    models: Mapping[str, ModelFile],
    covariates: Covariates,
    events: DoseEvents,
    times_h: ArrayLike,
    *,
    seed: int,
    n: int = 500,
    before: DoseEvents | None = None,
) -> SideBySide:
    """Run a course on every oral model of ``models`` whose hard domain admits the person.

    times_h: (T,) hours from 0, in order. before: the doses of one day taken for long. Person i has the same luck in
    every model. Raises ValueError for fewer than two people, wrong times, or when no model is left.
    """
    if n < 2:
        raise ValueError("a spread needs at least two virtual people")
    curves, left_out = [], []
    for name in sorted(models):
        if not name.startswith(_ORAL):
            continue
        reasons = _reasons_against(models[name], covariates, events, before)
        if reasons:
            left_out.append(LeftOut(name, reasons))
        else:
            curves.append(_run(models[name], covariates, events, times_h, before, n, seed))
    if not curves:
        told = "; ".join(f"{out.model}: {' '.join(out.because)}" for out in left_out) or "none was given"
        raise ValueError(f"no model admits this person and course: {told}")
    typical = np.array([curve.typical for curve in curves])
    crowds = [curve.people for curve in curves if curve.people is not None]
    band = np.percentile(np.concatenate(crowds, axis=1), _BAND, axis=1) if crowds else None
    aucs = [curve.auc for curve in curves]
    return SideBySide(
        times_h=np.asarray(times_h, dtype=np.float64),
        curves=tuple(curves),
        left_out=tuple(left_out),
        between_low=typical.min(axis=0),
        between_high=typical.max(axis=0),
        low=None if band is None else band[0],
        high=None if band is None else band[1],
        fold_between=max(aucs) / min(aucs) if min(aucs) > 0 else float("nan"),
        n=n,
        seed=seed,
    )


def zero_order_input(events: DoseEvents, duration_h: float) -> DoseEvents:
    """Every dose by mouth as an input at a constant rate into the central compartment, over ``duration_h``.

    This is the input of the intestinal infusion study; its length is not published, so it must be given. Meant for
    models with apparent parameters, whose absorbed fraction is 1. Raises ValueError for a length of 0 or a dose
    that is not by mouth.
    """
    if not (np.isfinite(duration_h) and duration_h > 0):
        raise ValueError(f"the input must last longer than 0 h, not {duration_h:g} h")
    for index, route in enumerate(events.route):
        if route != "oral":
            raise ValueError(f"dose {index + 1} is not given by mouth")
    return DoseEvents(events.time_h, events.amount_mg, "iv", np.full(len(events), duration_h))


def _reasons_against(
    model: ModelFile, covariates: Covariates, events: DoseEvents, before: DoseEvents | None
) -> tuple[str, ...]:
    reasons = [note.because for note in check_people(model, covariates) if note.level == "hard"]
    routes = {*events.route, *(before.route if before is not None else ())}
    return (*reasons, *reasons_against_doses(model, routes, covariates.formulation))


def reasons_against_doses(
    model: ModelFile, routes: Collection[Route], formulation: Formulation
) -> tuple[str, ...]:
    """Why a model cannot take doses by these routes in this form, in sentences; empty when it can."""
    reasons = []
    if is_apparent(model):
        if "iv" in routes:
            reasons.append("It knows doses by mouth only: its clearance is per absorbed fraction.")
        if "oral" in routes and formulation != "tablet":
            reasons.append("It was made with tablets.")
    return tuple(reasons)


def _run(
    model: ModelFile,
    covariates: Covariates,
    events: DoseEvents,
    times_h: ArrayLike,
    before: DoseEvents | None,
    n: int,
    seed: int,
) -> ModelCurve:
    def run(who: Individual) -> Trajectory:
        return simulate(who, events, times_h, None if before is None else steady_state_amounts(who, before))

    person = typical_person(model, covariates)
    typical = run(person)
    people = run(draw_people(model, covariates, n, seed)).concentration if has_spread(model) else None
    band = None if people is None else np.percentile(people, _BAND, axis=1)
    return ModelCurve(
        model=model.name,
        title=model.title,
        typical=typical.concentration[:, 0],
        low=None if band is None else band[0],
        high=None if band is None else band[1],
        people=people,
        auc=float(typical.exposure[-1, 0]),
        half_life_h=float(half_life_h(person)[0]),
        notes=check_people(model, covariates),
    )
