"""Reading trial files: plain data in, a ``Trial`` out, or every problem at once with its place in the file.

Quantities are texts with their unit, as in scenario files. Nothing about a pump is filled in here: what is not known of
it is written as “not known”. Hour 0 is a midnight; phases of tablets follow one another from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.populations import Population
from eutonia.knowledge.schema import Knowledge
from eutonia.model.device import PumpSystem
from eutonia.model.individual import Covariates, Formulation
from eutonia.simulate.events import HOURS_PER_DAY, DoseEvents, join_events, repeat_daily
from eutonia.simulate.pump_events import (
    Bolus,
    CatheterFault,
    Continuous,
    Fill,
    FixedVolume,
    FlexDay,
    PeriodicBolus,
    PumpEvent,
    Standstill,
)
from eutonia.simulate.removal import Session
from eutonia.simulate.spinal_events import Drainage, Injection
from eutonia.simulate.trial import (
    KINDS,
    MEASURES,
    MOST_DAYS,
    REFERENCE,
    Kind,
    Outcome,
    PumpPlan,
    Trial,
)
from eutonia.simulate.trial_checks import check_trial
from eutonia.simulate.trial_fields import Fields, Reading

__all__ = ["FORMAT", "read_trial"]

FORMAT = "eutonia-trial/1"

_FORMS: Mapping[str, Formulation] = {"tablet": "tablet", "liquid": "solution", "granules": "granules"}
_SESSIONS = ("haemodialysis", "haemofiltration", "peritoneal dialysis")
_CAUSES = ("stopped", "magnet", "stall")
_LEVEL_UNITS = {"plasma": "ng/mL", "lumbar fluid": "microgram/mL"}
# Paths of the simulation beside those of the file.
_PLACES = (
    ("injections[", "spinal.boluses["),
    ("drainages[", "spinal.drainages["),
    ("pump[", "spinal.pump.events["),
    ("tip", "spinal.pump"),
)
_NAMES = (
    (".at_h", ".at"), (".until_h", ".until"), (".ml", ".volume"), (".duration_h", ".lasting"), (".every_h", ".every"),
    (".micrograms_per_day", ".dose"), (".base_micrograms_per_day", ".base"), (".micrograms", ".dose"),
)  # fmt: skip


def read_trial(data: object, knowledge: Knowledge) -> Trial:
    """The trial of a file's plain data. Raises InputRefused with every problem, each with its path."""
    reading = Reading()
    top = reading.fields(
        data,
        "",
        ("format", "title", "seed", "people", "days", "outcomes"),
        (
            "says",
            "population",
            "patient",
            "untreated_ashworth",
            "oral",
            "taken_before",
            "vein",
            "paradoxical_responders",
            "residual",
            "spinal",
            "sessions",
            "models",
            "every",
        ),
    )
    trial = _Reader(reading, knowledge).trial(top) if top is not None else None
    if trial is not None and not reading.problems:
        reading.problems += [_placed(problem) for problem in check_trial(trial, knowledge.models)]
    if reading.problems or trial is None:
        raise InputRefused(reading.problems)
    return trial


def _placed(problem: Problem) -> Problem:
    path = problem.path
    for inner, outer in _PLACES:
        if path.startswith(inner):
            path = outer + path.removeprefix(inner)
            for name, key in _NAMES:
                path = path.removesuffix(name) + key if path.endswith(name) else path
            break
    return replace(problem, path=path)


@dataclass(slots=True)
class _Reader:
    """Each part returns None (or leaves its entry out) when something in it was wrong; the problems are in reading."""

    reading: Reading
    knowledge: Knowledge

    def trial(self, top: Fields) -> Trial | None:
        top.word("format", (FORMAT,))
        title, seed, people = top.text("title"), top.count("seed"), top.count("people")
        says = top.text("says") if top.has("says") else ""
        days = top.number("days", above_zero=True)
        step = top.quantity("every", "h", above_zero=True) if top.has("every") else None
        score = top.number("untreated_ashworth", above_zero=True) if top.has("untreated_ashworth") else None
        models = tuple(top.texts("models")) if top.has("models") else (REFERENCE,)
        doses, before, form = self._oral(top)
        who = self._who(top, form)
        spinal = self._spinal(top)
        into_vein = self._vein(top)
        sessions = [self._session(f) for f in top.entries("sessions", ("kind", "from", "to", "clearance"))]
        kept = [s for s in sessions if s is not None]
        outcomes = [
            self._outcome(f)
            for f in top.entries(
                "outcomes", ("name", "kind", "from", "to"), ("level", "of", "holds", "height")
            )
        ]
        found = [o for o in outcomes if o is not None]
        given = [part for part in (doses, into_vein) if part is not None]
        if who is None or title is None or seed is None or people is None or days is None:
            return None
        return Trial(
            title=title, says=says or "", seed=seed, people=people, who=who, hours=HOURS_PER_DAY * days,
            outcomes=tuple(found), doses=join_events(*given) if given else None, formulation=form,
            with_paradox=top.flag("paradoxical_responders"), residual=top.flag("residual"), taken_before=before,
            **spinal, untreated_ashworth=score, sessions=tuple(kept),
            models=models, step_h=step,
        )  # fmt: skip

    def _who(self, top: Fields, form: Formulation) -> Population | Covariates | None:
        if top.has("population") == top.has("patient"):
            why = "Exactly one of “population” and “patient” says who takes part."
            self.reading.complain(Code.CONFLICTING_VALUES, "population", why)
            return None
        if top.has("population"):
            name = top.word("population", tuple(sorted(self.knowledge.populations)))
            return self.knowledge.populations[name] if name is not None else None
        patient = top.inside("patient", ("age", "weight", "filtration"))
        if patient is None:
            return None
        age = patient.quantity("age", "year", above_zero=True)
        weight = patient.quantity("weight", "kg", above_zero=True)
        filtration = patient.quantity("filtration", "mL/min")
        if age is None or weight is None or filtration is None:
            return None
        return Covariates(age, weight, filtration, form)

    def _oral(self, top: Fields) -> tuple[DoseEvents | None, DoseEvents | None, Formulation]:
        """What is taken, what has been taken every day before, and in which form."""
        parts, forms = [], []
        start = 0.0
        for phase in top.entries("oral", ("dose", "times", "days", "form")):
            day, form = self._day(phase)
            days = phase.count("days", at_least=1, at_most=MOST_DAYS)
            if day is not None and form is not None and days is not None:
                forms.append(form)
                parts.append(repeat_daily(day, days, start))
                start += HOURS_PER_DAY * days
        before = None
        if top.has("taken_before"):
            usual = top.inside("taken_before", ("dose", "times", "form"))
            before, form = self._day(usual) if usual is not None else (None, None)
            forms += [form] if form is not None else []
        if len(set(forms)) > 1:
            why = "The model of absorption is chosen once: all phases must be of one form."
            self.reading.complain(Code.CONFLICTING_VALUES, "oral", why, given=", ".join(dict.fromkeys(forms)))
        return (join_events(*parts) if parts else None), before, _FORMS[forms[0]] if forms else "tablet"

    def _day(self, phase: Fields) -> tuple[DoseEvents | None, str | None]:
        """The doses of a day, and their form."""
        mg, hours = phase.quantity("dose", "mg", route="oral.single_dose"), self._clocks(phase)
        form = phase.word("form", tuple(_FORMS))
        return (None if mg is None or not hours else DoseEvents(hours, [mg] * len(hours))), form

    def _clocks(self, phase: Fields) -> list[float]:
        hours = phase.clocks("times")
        if any(not a < b for a, b in pairwise(hours)):
            why = "The times of a day must rise; each is written once."
            self.reading.complain(Code.CROSSED_DATES, phase.at("times"), why)
            return []
        return hours

    def _vein(self, top: Fields) -> DoseEvents | None:
        """Injections and infusions into a vein, in order of time."""
        given: list[tuple[float, float, float]] = []
        for entry in top.entries("vein", ("at", "dose"), ("lasting",)):
            at, mg = entry.quantity("at", "h"), entry.quantity("dose", "mg", above_zero=True)
            lasting = entry.quantity("lasting", "h", above_zero=True) if entry.has("lasting") else 0.0
            if at is None or mg is None or lasting is None:
                continue
            if given and at < given[-1][0]:
                why = f"It comes before the dose at {given[-1][0]:g} h."
                self.reading.complain(Code.CROSSED_DATES, entry.at("at"), why, given=f"{at:g} h")
                continue
            given.append((at, mg, lasting))
        if not given:
            return None
        hours, amounts, lengths = zip(*given, strict=True)
        return DoseEvents(hours, amounts, "iv", lengths)

    def _spinal(self, top: Fields) -> dict[str, Any]:
        """What goes into the spinal fluid and out of it, by the names of ``Trial``."""
        known = ("boluses", "drainages", "pump", "settled_on")
        spinal = top.inside("spinal", (), known) if top.has("spinal") else None
        if spinal is None:
            return {}
        boluses = [
            (entry.quantity("at", "h"), entry.micrograms("dose"))
            for entry in spinal.entries("boluses", ("at", "dose"))
        ]
        drainages = [
            (entry.quantity("at", "h"), entry.quantity("volume", "mL", above_zero=True))
            for entry in spinal.entries("drainages", ("at", "volume"))
        ]
        settled = spinal.micrograms("settled_on", "microgram/day") if spinal.has("settled_on") else None
        return {
            "injections": tuple(
                Injection(at, dose) for at, dose in boluses if at is not None and dose is not None
            ),
            "drainages": tuple(Drainage(at, ml) for at, ml in drainages if at is not None and ml is not None),
            "settled_on": settled,
            "pump": self._pump(spinal) if spinal.has("pump") else None,
        }

    def _pump(self, spinal: Fields) -> PumpPlan | None:
        volumes = ("reservoir", "tubing_volume", "catheter_volume", "alarm_volume")
        flows = ("minimum_flow", "maximum_flow")
        needed = (*volumes, *flows, "stopped_alarm_after", "in_path", "flow_factor", "events")
        pump = spinal.inside("pump", needed)
        if pump is None:
            return None
        reservoir = pump.quantity("reservoir", "mL", above_zero=True)
        tubing, catheter = pump.quantity("tubing_volume", "mL"), pump.quantity("catheter_volume", "mL")
        alarm = pump.quantity("alarm_volume", "mL", or_not_known=True)
        low, high = (pump.flow(name) for name in flows)
        stopped = pump.quantity("stopped_alarm_after", "h", or_not_known=True)
        in_path = pump.quantity("in_path", "microgram/mL")
        factor = pump.number("flow_factor", above_zero=True)
        kinds = ("at", "what")
        read = [self._event(entry) for entry in pump.entries("events", kinds, tuple(_EVENT_KEYS))]
        if reservoir is None or tubing is None or catheter is None or in_path is None or factor is None:
            return None
        system = PumpSystem(reservoir, tubing, catheter, low, high, alarm, stopped)
        return PumpPlan(system, tuple(event for event in read if event is not None), in_path, factor)

    def _event(self, entry: Fields) -> PumpEvent | None:
        what = entry.word("what", tuple(_EVENTS))
        at = entry.quantity("at", "h")
        if what is None:
            return None
        kind, needed, optional = _EVENTS[what]
        values: dict[str, Any] = {}
        for key in (*needed, *optional):
            if entry.has(key):
                name = _EVENT_KEYS[key][0]
                name = "micrograms" if key == "dose" and kind is not Continuous else name
                values[name] = self._event_value(entry, key)
            elif key in needed:
                entry.miss(key)
        entry.only(("at", "what", *needed, *optional))
        if at is None or None in values.values() or any(not entry.has(key) for key in needed):
            return None
        late = values.pop("late", 0.0)
        if kind is CatheterFault:
            values["kind"] = what
        event: PumpEvent = kind(at + late, **values)
        return event

    def _event_value(self, entry: Fields, key: str) -> Any:
        unit = _EVENT_KEYS[key][1]
        if key == "dose" and entry.raw("what") in ("bolus", "periodic bolus"):
            return entry.micrograms(key)
        if key in ("dose", "base"):
            return entry.micrograms(key, "microgram/day")
        if key == "reason":
            return entry.word(key, _CAUSES)
        if key == "lost":
            return entry.number(key, above_zero=True)
        if key == "steps":
            return self._steps(entry)
        return entry.quantity(key, unit)

    def _steps(self, entry: Fields) -> tuple[tuple[float, float], ...]:
        steps = []
        for step in entry.entries("steps", ("from", "dose")):
            hour, rate = step.clock("from"), step.micrograms("dose", "microgram/day")
            if hour is not None and rate is not None:
                steps.append((hour, rate / HOURS_PER_DAY))
        return tuple(steps)

    def _session(self, entry: Fields) -> Session | None:
        kind = entry.word("kind", _SESSIONS)
        start, end = entry.quantity("from", "h"), entry.quantity("to", "h")
        clearance = entry.quantity("clearance", "L/h", above_zero=True)
        if start is not None and end is not None and end <= start:
            why = "A session ends after it begins."
            self.reading.complain(Code.CROSSED_DATES, entry.at("to"), why, given=f"{end:g} h")
            return None
        if kind is None or start is None or end is None or clearance is None:
            return None
        try:
            return Session(kind, start, end, clearance)
        except ValueError as error:
            why = f"{error}."
            self.reading.complain(Code.IMPOSSIBLE_VALUE, entry.at("clearance"), why[:1].upper() + why[1:])
            return None

    def _outcome(self, entry: Fields) -> Outcome | None:
        name, kind = entry.text("name"), entry.word("kind", KINDS)
        of = entry.word("of", MEASURES) if entry.has("of") else "plasma"
        holds = (
            entry.word("holds", ("at some time", "all the time")) if entry.has("holds") else "at some time"
        )
        start, end = entry.quantity("from", "h"), entry.quantity("to", "h")
        if kind is None or of is None:
            return None
        for key, kinds in (("of", _ASKS_OF), ("holds", ("fraction_over_concentration",))):
            if entry.has(key) and kind not in kinds:
                why = f"An outcome of the kind {kind} does not ask for it."
                self.reading.complain(Code.CONFLICTING_VALUES, entry.at(key), why)
        level = None
        if entry.has("level"):
            is_points = kind in ("fraction_with_ashworth_fall", "time_to_loss_of_effect")
            level = (
                entry.points("level") if is_points else entry.quantity("level", _LEVEL_UNITS.get(of, "ng/mL"))
            )
        if name is None or holds is None or start is None or end is None:
            return None
        height = entry.quantity("height", "cm") if entry.has("height") else 0.0
        if height is None:
            return None
        return Outcome(name, kind, start, end, level, of, holds, height)  # type: ignore[arg-type]


_ASKS_OF: tuple[Kind, ...] = ("fraction_over_concentration", "peak", "trough", "average", "auc")
# Key in the file: field of the event, unit.
_EVENT_KEYS: Mapping[str, tuple[str, str]] = {
    "volume": ("ml", "mL"),
    "concentration": ("concentration", "microgram/mL"),
    "programmed_concentration": ("programmed_concentration", "microgram/mL"),
    "late": ("late", "h"),
    "dose": ("micrograms_per_day", "microgram"),
    "base": ("base_micrograms_per_day", "microgram/day"),
    "lasting": ("duration_h", "h"),
    "every": ("every_h", "h"),
    "until": ("until_h", "h"),
    "reason": ("reason", ""),
    "lost": ("lost", "1"),
    "steps": ("steps", ""),
}
_EVENTS: Mapping[str, tuple[Any, tuple[str, ...], tuple[str, ...]]] = {
    "fill": (Fill, ("volume", "concentration"), ("programmed_concentration", "late")),
    "continuous": (Continuous, ("dose",), ()),
    "flex day": (FlexDay, ("steps",), ()),
    "periodic bolus": (PeriodicBolus, ("dose", "lasting", "every", "base"), ()),
    "bolus": (Bolus, ("dose", "lasting"), ()),
    "fixed volume": (FixedVolume, ("volume", "lasting"), ()),
    "standstill": (Standstill, ("reason",), ("until",)),
    "leak": (CatheterFault, ("lost",), ("until",)),
    "kink": (CatheterFault, (), ("until",)),
    "disconnection": (CatheterFault, (), ("until",)),
}
