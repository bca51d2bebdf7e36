"""What stands beside every result of a trial: who is outside a model's people, what it cannot see, what is assumed."""

from __future__ import annotations

from dataclasses import dataclass

from eutonia.knowledge.populations import Population
from eutonia.knowledge.schema import Knowledge, ModelFile
from eutonia.model.individual import GRANULES
from eutonia.show import show_number
from eutonia.simulate.removal import check_session
from eutonia.simulate.trial import REMOVAL, SPINAL, Trial
from eutonia.units import unit

__all__ = ["Assumed", "ModelNotes", "notes_on"]

_OURS = "ours"
_ERRORS = {
    False: "the laboratory's error is left out.",
    True: "each level in plasma is a measured one, with the error the model states, so the highest of many lies too "
    "high and the lowest too low.",
}
_WORDS = {"age": "age", "weight": "body weight", "glomerular_filtration": "filtration of the kidneys"}


@dataclass(frozen=True, slots=True)
class Assumed:
    """A number of a model or population that was chosen or calibrated here, not measured by others."""

    owner: str
    name: str
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class ModelNotes:
    """Notes on one model's run, in sentences. cannot_see: (model or population, what its own file says of it)."""

    remarks: tuple[str, ...]
    outside: tuple[str, ...]
    cannot_see: tuple[tuple[str, str], ...]
    assumed: tuple[Assumed, ...]


def notes_on(
    trial: Trial,
    model: ModelFile,
    knowledge: Knowledge,
    outside: tuple[tuple[int, ...], ...],
    *,
    has_people: bool,
) -> ModelNotes:
    """The notes for a trial on one oral model, with those of the spinal model where it is used.

    outside: how many people lie outside each limit of each file, as ``Crowd.count_outside`` gives them.
    """
    files = [model, knowledge.models[SPINAL]] if trial.is_spinal else [model]
    owners = [(file.name, file.parameters) for file in files]
    unseen = [(file.name, text) for file in files for text in file.cannot_see]
    if isinstance(trial.who, Population):
        owners.append((trial.who.name, trial.who.parameters))
        unseen += [(trial.who.name, text) for text in trial.who.cannot_see]
    return ModelNotes(
        remarks=_remarks(trial, model, knowledge, has_people=has_people),
        outside=tuple(
            text
            for file, counts in zip(files, outside, strict=True)
            for text in _outside(file, counts, trial)
        )
        + _sessions(trial, knowledge.models[REMOVAL]),
        cannot_see=tuple(unseen),
        assumed=tuple(
            Assumed(owner, p.name, p.value, p.unit)
            for owner, parameters in owners
            for p in parameters.values()
            if p.grade == _OURS
        ),
    )


def _remarks(trial: Trial, model: ModelFile, knowledge: Knowledge, *, has_people: bool) -> tuple[str, ...]:
    found = []
    if not has_people:
        found.append(f"{model.name} says nothing of how people differ: one typical person stands for all.")
    elif all(p.spread is None for p in model.parameters.values()):
        found.append(f"{model.name} says nothing of how people differ beyond their age, weight and kidneys.")
    if trial.is_spinal and trial.untreated_ashworth is None:
        score = show_number(knowledge.models[SPINAL].value("baseline_ashworth"))
        found.append(
            f"The untreated Ashworth score is taken as {score} in everybody, on the scale from 1 to 5."
        )
    if trial.taken_before is not None:
        mg = show_number(float(trial.taken_before.amount_mg.sum()))
        found.append(
            f"Everybody has taken {mg} mg a day for so long before the start that levels, tolerance and adaptation "
            "no longer change from day to day."
        )
    minutes = show_number(60 * trial.resolution_h)
    found.append(f"Highest and lowest values are read every {minutes} minutes; {_ERRORS[trial.residual]}")
    if trial.doses is not None and "oral" in trial.doses.route and trial.formulation == "granules":
        found.append(GRANULES)
    return tuple(found)


def _outside(model: ModelFile, counts: tuple[int, ...], trial: Trial) -> tuple[str, ...]:
    """A sentence for each limit of the model's own people that somebody in the trial is outside of."""
    found = []
    for limit, beyond in zip(model.domain, counts, strict=True):
        if not beyond:
            continue
        low, high = limit.soft
        words = unit(limit.unit).words
        span = (
            f"from {low:g}" if high is None else f"up to {high:g}" if low is None else f"{low:g} to {high:g}"
        )
        is_crowd = isinstance(trial.who, Population)
        count = f"{beyond:,} of {trial.people:,} people have" if is_crowd else "The patient has"
        what = _WORDS.get(limit.covariate, limit.covariate.replace("_", " "))
        found.append(f"{count} a value of {what} outside {span} {words} ({model.name}). {limit.because}")
    return tuple(found)


def _sessions(trial: Trial, removal: ModelFile) -> tuple[str, ...]:
    """A sentence for each session whose clearance lies outside those known."""
    return tuple(
        f"A session of {session.kind} clears {show_number(session.clearance)} L per hour ({removal.name}). "
        f"{note.because}"
        for session in trial.sessions
        for note in check_session(removal, session)
    )
