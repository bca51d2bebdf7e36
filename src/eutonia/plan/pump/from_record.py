"""What a plan for a pump takes from the record: what is there is taken as it stands, what is not there is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from fractions import Fraction
from typing import Any

from eutonia.assess.lists import Lists
from eutonia.assess.sheet import FactSheet
from eutonia.errors import OutsideDomain, Problem
from eutonia.knowledge.pump_numbers import LABELS
from eutonia.knowledge.schema import Knowledge
from eutonia.model.intrathecal import Patient, typical_patient
from eutonia.plan.expose import NoCourse, find_covariates
from eutonia.plan.pump.exact import DAY_H
from eutonia.plan.pump.implant import Implant, read_implant
from eutonia.plan.pump.label import Guide
from eutonia.plan.pump.outcome import PumpRefusal, Why
from eutonia.plan.pump.programme import Programme, Simple, read_pattern, read_periodic, read_simple
from eutonia.plan.pump.refill import RefillPlan, plan_refill
from eutonia.record import Implanted, Moment, PumpTherapy, PumpWanted, Scenario
from eutonia.show import show_moment
from eutonia.simulate.therapy import end_of
from eutonia.units import Quantity

__all__ = ["Lacking", "OnRecord", "at_home", "hours_of", "lacking", "programme_of"]

_ORAL_MODEL, _SPINAL_MODEL = "oral.reference2026", "intrathecal.reference2026"
_USUAL_SOLUTION = "baclofen alone"
#: Where an amount that a plan refuses stands in the scenario.
_PATHS = {
    "fill_ml": "question.pump.fill",
    "filled_ml": "question.pump.fill",
    "new_concentration": "question.pump.concentration",
    "old_concentration": "record.pump_therapy",
    "concentration": "question.pump.concentration",
    "current_micrograms": "record.pump_therapy",
    "goal_micrograms": "question.pump.daily_dose",
    "floor_micrograms": "question.pump.daily_dose",
    "micrograms_per_day": "question.pump.daily_dose",
    "percent": "question.pump.percent",
    "every_h": "question.pump.every",
    "pace": "question.pump.pace",
    "screening_micrograms": "question.pump.screening_dose",
    "first_micrograms": "question.pump.screening_dose",
    "effect_h": "question.pump.effect_lasted",
    "scan_h": "question.pump.scan_lasts",
    "reset_h": "question.pump.restarted_after",
    "left_ml": "question.pump.left",
    "stopped_h": "question.pump.stopped_for",
    "lead_days": "question.pump.lead",
    "duration_h": "question.pump.takes",
    "days_late": "question.pump.late_by",
    "stability_days": "question.pump.stability",
    "expires_on": "question.pump.expires_on",
    "solution": "question.pump.solution",
    "implanted_cm": "record.pump.catheter_length",
    "catheter": "record.pump.catheter",
    "filled_in.reservoir_volume": "record.pump.reservoir",
    "filled_in.tubing_volume": "record.pump.tubing",
    "filled_in.alarm_volume": "record.pump.alarm",
    "filled_in.flow_tolerance": "record.pump.flow_error",
    "replace_by": "record.pump.replace_by",
    "label": "question.pump.text",
    "population": "question.pump.population",
    "steps": "question.pump.pattern",
}


class Lacking(Exception):
    """What a plan needs of the record and does not find there."""

    def __init__(self, refusal: PumpRefusal) -> None:
        super().__init__(refusal.says)
        self.refusal = refusal


@dataclass(slots=True)
class OnRecord:
    """One question on its way to a plan. implant is filled in when it is first needed."""

    scenario: Scenario
    knowledge: Knowledge
    sheet: FactSheet
    wanted: PumpWanted
    implant: Implant | None = None

    @property
    def lists(self) -> Lists:
        return Lists(self.scenario, self.knowledge)

    @property
    def now(self) -> datetime:
        return self.lists.now

    def device(self) -> Implanted:
        """The pump of the record."""
        device = self.scenario.record.pump
        if device is None:
            raise lacking("which pump is implanted", "pump", "Name it under record.pump, with its catheter.")
        return device

    def read_implant(self) -> Implant:
        """The pump and catheter with what was read from this very device."""
        device, devices = self.device(), self.knowledge.devices
        filled_in: dict[str, Any] = {
            "reservoir_volume": device.reservoir,
            "tubing_volume": device.tubing,
            "alarm_volume": device.alarm,
        }
        if device.flow_error is not None:
            filled_in["flow_tolerance"] = Fraction(device.flow_error.value) / 100
        self.implant = read_implant(
            devices[device.model],
            devices[device.catheter] if device.catheter else None,
            implanted_cm=device.catheter_length,
            filled_in={name: value for name, value in filled_in.items() if value is not None},
        )
        return self.implant

    def entries(self) -> tuple[PumpTherapy, ...]:
        """The programmes on record, the oldest first."""
        return tuple(sorted(self.scenario.record.pump_therapy, key=lambda p: p.from_.start()))

    def running(self) -> tuple[PumpTherapy, ...]:
        """The programmes that have not ended, the newest last."""
        return tuple(p for p in self.entries() if (end_of(p.to) or datetime.max) > self.now)

    def present(self) -> PumpTherapy:
        """The programme that runs now."""
        running = self.running()
        if not running:
            step = "Read the pump, and enter it under record.pump_therapy."
            raise lacking("which programme runs now", "pump_therapy", step)
        return running[-1]

    def programme(self) -> Programme:
        return programme_of(self.knowledge, self.present())

    def simple(self) -> Simple:
        """The programme that runs now, where it is one rate; a ladder of a day pattern is nobody's text."""
        found = self.programme()
        if isinstance(found, Simple):
            return found
        raise Lacking(
            PumpRefusal(
                Why.NOT_READ,
                "The texts on steps speak of one even flow; this pump runs a day pattern or repeated boluses.",
                "Plan each step as a change, with its new pattern.",
            )
        )

    def concentration(self) -> Quantity:
        """What is in the pump now."""
        found = self.present().concentration
        if found is None:
            raise lacking(
                "how strong the solution in the pump is",
                "concentration",
                "Enter it with the programme that runs.",
            )
        return found

    def hours_since(self, moment: Moment) -> Fraction | None:
        """Hours that have certainly gone by; None where the day may be today and no hour is known."""
        latest = moment.start() if moment.at is not None else datetime.combine(moment.on, time.max)
        gone = self.now - latest
        return Fraction(int(gone.total_seconds()), 3600) if gone >= timedelta() else None

    def filling(self) -> tuple[datetime, Quantity]:
        """When the reservoir was filled, and with how much."""
        if self.wanted.fill is not None:
            return self.now, self.wanted.fill
        last = self.lists.newest("volume at the last refill")
        if last is None or not isinstance(last.value, Quantity):
            step = (
                "Enter “volume at the last refill” with its day among the observations, or fill for today’s."
            )
            raise lacking(
                "when the reservoir was filled, and with how much", "volume at the last refill", step
            )
        began = self.present().from_
        if began.start() > datetime.combine(last.on.on, last.on.at or time.max):
            raise Lacking(
                PumpRefusal(
                    Why.NOT_KNOWN,
                    f"The programme that runs began on {show_moment(began)}, after the filling of "
                    f"{show_moment(last.on)}; what is left cannot be reckoned from one programme.",
                    "Read the pump, and give the volume it shows as fill.",
                    missing=("fill",),
                )
            )
        return last.on.start(), last.value

    def refill(self) -> RefillPlan | PumpRefusal:
        filled_on, volume = self.filling()
        wanted = self.wanted
        return plan_refill(
            self.knowledge,
            self.implant or self.read_implant(),
            self.programme(),
            filled_on=filled_on.date(),
            filled_ml=volume,
            concentration=self.concentration(),
            solution=wanted.solution or _USUAL_SOLUTION,
            lead_days=wanted.lead,
            stability_days=wanted.stability,
            expires_on=wanted.expires_on,
        )

    def who(self) -> Patient | None:
        """A typical person like the patient, for the course of tone; None where too little is known of the patient."""
        found = find_covariates(self.scenario, self.knowledge, self.sheet)
        if isinstance(found, NoCourse):
            return None
        models = self.knowledge.models
        try:
            return typical_patient(models[_ORAL_MODEL], models[_SPINAL_MODEL], found[0])
        except OutsideDomain:
            return None

    def guide(self) -> Guide:
        """The text the clinic follows; that of the country, where nothing else is said."""
        wanted = self.wanted
        assert wanted.population is not None, "intake asks for it"
        label = wanted.text or self.scenario.jurisdiction.value
        if wanted.text is None and label not in LABELS:
            raise Lacking(
                PumpRefusal(
                    Why.NOT_READ,
                    "No text of this country on dosing by pump was read, and none of another country is taken over.",
                    f"Name the text the clinic follows under text: {', '.join(LABELS)}.",
                    missing=("text",),
                )
            )
        return Guide(self.knowledge, label, wanted.population.value)


def lacking(what: str, name: str, step: str) -> Lacking:
    """To be raised where the record lacks something. what: in words; name: its field; step: how to get it."""
    return Lacking(PumpRefusal(Why.NOT_KNOWN, f"Cannot tell: nobody has said {what}.", step, missing=(name,)))


def hours_of(value: Quantity) -> Fraction:
    """Hours exactly; a minute is a sixtieth, of which the table of units holds only 28 digits."""
    if value.unit.symbol == "min":
        return Fraction(value.value) / 60
    return Fraction(value.to("h").value)


def programme_of(knowledge: Knowledge, said: PumpTherapy | PumpWanted) -> Programme:
    """A programme as stated, exactly."""
    daily = said.daily_dose
    if said.pattern:
        steps = [
            (Fraction(s.at.hour) + Fraction(s.at.minute, 60), Fraction(s.dose.to("microgram").value))
            for s in said.pattern
        ]
        return read_pattern(knowledge, steps)
    assert daily is not None, "intake asks for it"
    micrograms = Fraction(daily.to("microgram/day").value)
    if said.bolus is None:
        return read_simple(knowledge, micrograms)
    dose, every = Fraction(said.bolus.dose.to("microgram").value), hours_of(said.bolus.every)
    return read_periodic(
        knowledge,
        micrograms=dose,
        duration_h=hours_of(said.bolus.lasting),
        every_h=every,
        base_micrograms_per_day=micrograms - dose * DAY_H / every,
    )


def at_home(problem: Problem) -> Problem:
    """The problem of a plan at the place in the scenario its amount came from."""
    if problem.path.startswith("record."):
        return problem
    name, bracket, rest = problem.path.partition("[")
    return problem.at(_PATHS.get(name, f"question.pump.{name}") + bracket + rest)
