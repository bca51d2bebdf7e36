"""A trial in silico as plain data: a regimen, the people it is given to, and what is looked at.

Times are hours from the start, which is a midnight. Nothing here runs anything; ``run_trial`` in
``eutonia.simulate.trial_run`` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from eutonia.knowledge.populations import Population
from eutonia.knowledge.relied_on import REFERENCE_MODEL, REMOVAL_MODEL, SPINAL_MODEL
from eutonia.model.device import PumpSystem
from eutonia.model.individual import Covariates, Formulation
from eutonia.simulate.device import PumpRun, run_pump
from eutonia.simulate.events import HOURS_PER_DAY, DoseEvents
from eutonia.simulate.pump_events import PumpEvent
from eutonia.simulate.removal import Session
from eutonia.simulate.spinal_events import Drainage, Injection

__all__ = [
    "CONCENTRATIONS",
    "FRACTIONS",
    "KINDS",
    "MEASURES",
    "MOST_DAYS",
    "OF_TONE",
    "REFERENCE",
    "REMOVAL",
    "RESERVED",
    "SPINAL",
    "Holds",
    "Kind",
    "Measure",
    "Outcome",
    "PumpPlan",
    "Trial",
    "pump_of",
]

Kind = Literal[
    "fraction_over_concentration",
    "fraction_with_ashworth_fall",
    "time_to_loss_of_effect",
    "peak",
    "trough",
    "average",
    "auc",
]
Measure = Literal["plasma", "lumbar fluid", "Ashworth score", "spasm score", "H reflex", "sedation"]
Holds = Literal["at some time", "all the time"]

KINDS: tuple[Kind, ...] = (
    "fraction_over_concentration",
    "fraction_with_ashworth_fall",
    "time_to_loss_of_effect",
    "peak",
    "trough",
    "average",
    "auc",
)
FRACTIONS: frozenset[Kind] = frozenset({"fraction_over_concentration", "fraction_with_ashworth_fall"})
MEASURES: tuple[Measure, ...] = (
    "plasma", "lumbar fluid", "Ashworth score", "spasm score", "H reflex", "sedation",
)  # fmt: skip
CONCENTRATIONS: frozenset[Measure] = frozenset({"plasma", "lumbar fluid"})
REFERENCE, REMOVAL, SPINAL = REFERENCE_MODEL, REMOVAL_MODEL, SPINAL_MODEL

OF_TONE: frozenset[Kind] = frozenset({"fraction_with_ashworth_fall", "time_to_loss_of_effect"})
# Columns of the table of people: no outcome may take one of these names.
RESERVED = (
    "model", "person", "age", "is_female", "weight", "height", "filtration", "is_paradoxical",
)  # fmt: skip
MOST_DAYS = 1_100  # three years: curves of one block of people are held at once


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that is looked at in every person, from ``from_h`` to ``to_h``.

    level: ng/mL in plasma, micrograms/mL in the lumbar fluid, points of the Ashworth score; None where the kind has
    none. height_cm: in the lumbar fluid, so far above the tip of the catheter towards the head. holds: for a fraction
    over a concentration, whether once is enough. time_to_loss_of_effect is the time from
    ``from_h`` until the score has risen by ``level`` above what it was then.
    """

    name: str
    kind: Kind
    from_h: float
    to_h: float
    level: float | None = None
    of: Measure = "plasma"
    holds: Holds = "at some time"
    height_cm: float = 0.0


@dataclass(frozen=True, slots=True)
class PumpPlan:
    """A pump with what is done to it. path_concentration: micrograms per mL in its path at hour 0. flow_factor: true
    flow over programmed flow."""

    system: PumpSystem
    events: tuple[PumpEvent, ...]
    path_concentration: float
    flow_factor: float


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A regimen x people x outcomes.

    who: a population, or one patient's covariates (then ``people`` are all the people such a patient could be).
    drainages: fluid let out by puncture. with_paradox: let the model file's share of people answer with more tone.
    residual: outcomes in plasma are of measured levels, with the error the oral model states.
    settled_on: micrograms a day that everybody has had into the spinal fluid for many months before hour 0.
    taken_before: the doses of one day (hours 0 to 24) that everybody has taken every day for many months before hour 0.
    untreated_ashworth: None takes the model file's. models: oral models, side by side when there are several.
    step_h: between output times; None chooses by the length of the trial.
    """

    title: str
    seed: int
    people: int
    who: Population | Covariates
    hours: float
    outcomes: tuple[Outcome, ...]
    doses: DoseEvents | None = None
    formulation: Formulation = "tablet"
    injections: tuple[Injection, ...] = ()
    drainages: tuple[Drainage, ...] = ()
    pump: PumpPlan | None = None
    with_paradox: bool = False
    residual: bool = False
    settled_on: float | None = None
    taken_before: DoseEvents | None = None
    untreated_ashworth: float | None = None
    sessions: tuple[Session, ...] = ()
    models: tuple[str, ...] = (REFERENCE,)
    step_h: float | None = None
    says: str = ""

    @property
    def is_spinal(self) -> bool:
        """Whether the model of the spinal fluid and of tone is needed."""
        treated = bool(self.injections or self.drainages) or self.pump is not None
        return treated or any(o.kind in OF_TONE or o.of != "plasma" for o in self.outcomes)

    @property
    def resolution_h(self) -> float:
        """Hours between output times."""
        if self.step_h is not None:
            return self.step_h
        days = self.hours / HOURS_PER_DAY
        return 0.25 if days <= 10 else 0.5 if days <= 35 else 1.0


def pump_of(trial: Trial) -> PumpRun | None:
    """The pump over the trial. Raises InputRefused with paths ``pump[i]``."""
    plan = trial.pump
    if plan is None:
        return None
    return run_pump(plan.system, plan.events, trial.hours, plan.path_concentration, plan.flow_factor)
