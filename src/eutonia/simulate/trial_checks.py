"""What a trial may not say: every problem with its place; and which models cannot take its doses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import pairwise

import numpy as np

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.schema import ModelFile
from eutonia.model.individual import Covariates
from eutonia.model.published import is_apparent
from eutonia.model.residual import residual_error
from eutonia.model.seeds import seed_problem
from eutonia.simulate.events import HOURS_PER_DAY, DoseEvents
from eutonia.simulate.removal import check_session
from eutonia.simulate.side_by_side import reasons_against_doses
from eutonia.simulate.spinal_events import SpinalTherapy
from eutonia.simulate.trial import (
    CONCENTRATIONS,
    MOST_DAYS,
    OF_TONE,
    REFERENCE,
    REMOVAL,
    RESERVED,
    SPINAL,
    Outcome,
    Trial,
    pump_of,
)

__all__ = ["check_trial", "reasons_against", "refuse_trial"]

_WITH_LEVEL = OF_TONE | {"fraction_over_concentration"}
_MOST_PEOPLE = 1_000_000


def refuse_trial(trial: Trial, models: Mapping[str, ModelFile]) -> None:
    """Raises InputRefused with every problem of the trial, if there is one."""
    problems = check_trial(trial, models)
    if problems:
        raise InputRefused(problems)


def check_trial(trial: Trial, models: Mapping[str, ModelFile]) -> list[Problem]:
    """Every problem with a trial, with paths as in a trial file."""
    return [
        *_check_size(trial),
        *_check_form(trial),
        *_check_before(trial),
        *_check_alternatives(trial),
        *_check_regimen(trial),
        *_check_sessions(trial, models[REMOVAL]),
        *_check_outcomes(trial),
        *_check_models(trial, models),
        *_check_score(trial, models[SPINAL]),
    ]


def _wrong(
    path: str, given: str, why: str, accepted: str = "", code: Code = Code.IMPOSSIBLE_VALUE
) -> Problem:
    known = (accepted,) if accepted else ()
    return Problem(code, why, path=path, given=given, accepted=known, next_step="Nothing was simulated.")


def _check_size(trial: Trial) -> Iterable[Problem]:
    if not 1 <= trial.people <= _MOST_PEOPLE:
        yield _wrong("people", str(trial.people), "So many people cannot be drawn.", f"1 to {_MOST_PEOPLE:,}")
    wrong = seed_problem(trial.seed)
    if wrong is not None:
        yield wrong
    if not 0 < trial.hours <= MOST_DAYS * HOURS_PER_DAY:
        days = f"{trial.hours / HOURS_PER_DAY:g} days"
        yield _wrong("days", days, "A trial has a length.", f"above 0, up to {MOST_DAYS:,} days")
    if trial.step_h is not None and not 1 / 60 <= trial.step_h <= HOURS_PER_DAY:
        yield _wrong("every", f"{trial.step_h:g} h", "Output times cannot lie so far apart or so close.",
                     "from a minute to a day")  # fmt: skip


def _check_form(trial: Trial) -> Iterable[Problem]:
    if isinstance(trial.who, Covariates) and trial.who.formulation != trial.formulation:
        why = "The patient and the trial name different forms of the drug; absorption follows one of them."
        yield _wrong("formulation", f"{trial.formulation} and {trial.who.formulation}", why,
                     trial.formulation, Code.CONFLICTING_VALUES)  # fmt: skip


def _check_regimen(trial: Trial) -> Iterable[Problem]:
    if not (trial.injections or trial.pump or any(len(part) for part in _doses(trial))):
        yield _wrong("trial", "no drug", "Nothing is given.", "oral or spinal", Code.MISSING_VALUE)
    if trial.settled_on is not None:
        if trial.pump is None:
            why = "Whoever has had an infusion has a pump; what becomes of it must be said."
            yield _wrong("spinal.settled_on", f"{trial.settled_on:g} micrograms a day", why,
                         code=Code.MISSING_VALUE)  # fmt: skip
        if not (math.isfinite(trial.settled_on) and trial.settled_on >= 0):
            yield _wrong("spinal.settled_on", f"{trial.settled_on:g}", "It must be at least 0.")
    try:
        SpinalTherapy(injections=trial.injections, drainages=trial.drainages)
    except InputRefused as refused:
        yield from refused.problems
    if trial.pump is not None and 0 < trial.hours < math.inf:
        try:
            pump_of(trial)
        except InputRefused as refused:
            yield from refused.problems
    yield from _check_late(trial)


def _check_late(trial: Trial) -> Iterable[Problem]:
    dated = (
        ("injections", trial.injections),
        ("drainages", trial.drainages),
        ("pump", () if trial.pump is None else trial.pump.events),
    )
    for name, events in dated:
        for index, event in enumerate(events):
            if event.at_h > trial.hours:
                yield _late(f"{name}[{index}].at_h", event.at_h, trial)
    doses = trial.doses
    if doses is not None and len(doses) and doses.time_h[-1] > trial.hours:
        yield _late("oral" if doses.route[-1] == "oral" else "vein", float(doses.time_h[-1]), trial)


def _doses(trial: Trial) -> tuple[DoseEvents, ...]:
    """What is taken and what has been taken."""
    return tuple(part for part in (trial.doses, trial.taken_before) if part is not None)


def _check_alternatives(trial: Trial) -> Iterable[Problem]:
    if trial.with_paradox and not trial.is_spinal:
        why = "Who answers with more tone is only asked of a score, or of drug in the spinal fluid."
        yield _wrong("paradoxical_responders", "true", why, code=Code.CONFLICTING_VALUES)
    in_plasma = [o for o in trial.outcomes if o.of == "plasma" and o.kind not in OF_TONE]
    if trial.residual and not in_plasma:
        why = "Only levels in plasma are measured with a known error, and no outcome looks at them."
        yield _wrong("residual", "true", why, code=Code.CONFLICTING_VALUES)


def _check_before(trial: Trial) -> Iterable[Problem]:
    day = trial.taken_before
    if day is None:
        return
    if not len(day):
        yield _wrong("taken_before", "no dose", "It names no dose.", code=Code.MISSING_VALUE)
    elif (np.maximum(day.time_h, day.time_h + day.duration_h) > HOURS_PER_DAY).any() or day.time_h[
        -1
    ] == HOURS_PER_DAY:
        why = "What was taken before is the doses of one day, each over by its end."
        yield _wrong("taken_before", f"{day.time_h[-1]:g} h", why, "before 24 h", Code.CROSSED_DATES)


def _late(path: str, at_h: float, trial: Trial) -> Problem:
    why = "It comes after the end of the trial and would have no effect."
    return _wrong(path, f"{at_h:g} h", why, f"up to {trial.hours:g} h", Code.CROSSED_DATES)


def _check_sessions(trial: Trial, removal: ModelFile) -> Iterable[Problem]:
    if trial.sessions and trial.is_spinal:
        why = "Sessions that remove drug are simulated with doses by mouth and levels in plasma only."
        yield _wrong("sessions", "sessions in a spinal trial", why, code=Code.CONFLICTING_VALUES)
    for index, session in enumerate(trial.sessions):
        for note in check_session(removal, session):
            if note.level == "hard":
                low, high = note.limit
                yield _wrong(f"sessions[{index}].clearance", f"{session.clearance:g} L/h", note.because,
                             f"{low:g} to {high:g} L/h", Code.OUTSIDE_DOMAIN)  # fmt: skip
        if session.start >= trial.hours:
            yield _late(f"sessions[{index}].from", session.start, trial)
    for index, (one, other) in enumerate(pairwise(trial.sessions), 1):
        if other.start < one.end:
            yield _wrong(f"sessions[{index}].from", f"{other.start:g} h", "The session before has not ended yet.",
                         f"from {one.end:g} h", Code.CROSSED_DATES)  # fmt: skip


def _check_outcomes(trial: Trial) -> Iterable[Problem]:
    if not trial.outcomes:
        yield _wrong("outcomes", "none", "Nothing is looked at.", "at least one outcome", Code.MISSING_VALUE)
    names = [outcome.name for outcome in trial.outcomes]
    for index, outcome in enumerate(trial.outcomes):
        path = f"outcomes[{index}]"
        if outcome.name.strip().lower() in RESERVED:
            why = "The table of people has a column of this name, which the outcome would replace."
            problem = _wrong(f"{path}.name", outcome.name, why, code=Code.DUPLICATE_ID)
            yield replace(problem, accepted=(f"any other name than {', '.join(RESERVED)}",))
        if outcome.name in names[:index]:
            yield _wrong(
                f"{path}.name", outcome.name, "Another outcome has this name.", code=Code.DUPLICATE_ID
            )
        if not (math.isfinite(outcome.from_h) and 0 <= outcome.from_h < trial.hours):
            yield _wrong(f"{path}.from", f"{outcome.from_h:g} h", "It begins outside the trial.",
                         f"from 0 h, before {trial.hours:g} h")  # fmt: skip
        if not outcome.from_h < outcome.to_h <= trial.hours:
            yield _wrong(f"{path}.to", f"{outcome.to_h:g} h", "It must end after it begins, and within the trial.",
                         f"after {outcome.from_h:g} h, up to {trial.hours:g} h", Code.CROSSED_DATES)  # fmt: skip
        yield from _check_level(path, outcome)


def _check_level(path: str, outcome: Outcome) -> Iterable[Problem]:
    if outcome.kind in _WITH_LEVEL:
        if outcome.level is None:
            yield _wrong(f"{path}.level", "nothing", "This outcome needs a level.", code=Code.MISSING_VALUE)
        elif not (math.isfinite(outcome.level) and outcome.level > 0):
            yield _wrong(f"{path}.level", f"{outcome.level:g}", "A level is a number above 0.", "above 0")
    elif outcome.level is not None:
        why = f"An outcome of the kind {outcome.kind} has no level."
        yield _wrong(f"{path}.level", f"{outcome.level:g}", why, code=Code.CONFLICTING_VALUES)
    if outcome.height_cm and outcome.of != "lumbar fluid":
        why = "Only the lumbar fluid has a height above the tip of the catheter."
        yield _wrong(f"{path}.height", f"{outcome.height_cm:g} cm", why, code=Code.CONFLICTING_VALUES)
    if not (math.isfinite(outcome.height_cm) and outcome.height_cm >= 0):
        yield _wrong(f"{path}.height", f"{outcome.height_cm:g} cm", "It must be at least 0.", "0 cm and more")
    is_score = outcome.of not in CONCENTRATIONS
    if is_score and outcome.kind in ("fraction_over_concentration", "auc"):
        why = f"The {outcome.of} is no concentration."
        yield _wrong(f"{path}.of", outcome.of, why, "plasma or lumbar fluid", Code.CONFLICTING_VALUES)


def _check_score(trial: Trial, spinal: ModelFile) -> Iterable[Problem]:
    low, high = spinal.value("ashworth_floor"), spinal.value("ashworth_ceiling")
    score = trial.untreated_ashworth
    if score is not None and not low < score <= high:
        why = "The untreated score must show an increase in tone on the scale used here."
        yield _wrong("untreated_ashworth", f"{score:g}", why, f"above {low:g}, up to {high:g}")


def _check_models(trial: Trial, models: Mapping[str, ModelFile]) -> Iterable[Problem]:
    known = tuple(name for name in sorted(models) if name.startswith("oral."))
    if not trial.models:
        yield _wrong("models", "none", "A trial runs on a model.", ", ".join(known), Code.MISSING_VALUE)
    for index, name in enumerate(trial.models):
        path = f"models[{index}]"
        if name not in known:
            yield Problem(Code.UNKNOWN_WORD, "No such oral model.", path=path, given=name, accepted=known)
        elif name in trial.models[:index]:
            yield _wrong(path, name, "It is named twice.", code=Code.DUPLICATE_ID)
        elif is_apparent(models[name]) and (trial.is_spinal or trial.sessions):
            why = "Its clearance is per absorbed fraction, so it cannot take drug from the spinal fluid or lose any "
            why += "to a machine."
            yield _wrong(path, name, why, REFERENCE, Code.CONFLICTING_VALUES)
    against = {name: reasons_against(trial, models[name]) for name in trial.models if name in known}
    if against and all(against.values()):
        for index, name in enumerate(trial.models):
            for why in against.get(name, ()):
                yield _wrong(f"models[{index}]", name, why, REFERENCE, Code.CONFLICTING_VALUES)


def reasons_against(trial: Trial, model: ModelFile) -> tuple[str, ...]:
    """Why the model cannot take the doses of the trial, in sentences; empty when it can."""
    routes = {route for part in _doses(trial) for route in part.route}
    reasons = reasons_against_doses(model, routes, trial.formulation)
    if trial.residual and residual_error(model) is None:
        reasons = (*reasons, "It states no residual error, so nothing can be measured in it.")
    return reasons
