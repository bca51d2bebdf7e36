"""What a question can ask of a plan for a pump."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from eutonia.fields import described as _is
from eutonia.units import Quantity

__all__ = [
    "CandidateAnswers",
    "Implanted",
    "PatternStep",
    "PeriodicDose",
    "PumpAsk",
    "PumpPace",
    "PumpPopulation",
    "PumpWanted",
]


class PumpAsk(StrEnum):
    """Which plan."""

    CANDIDACY = "candidacy"
    CHANGE = "change"
    REFILL = "refill dates"
    VOLUMES = "volume audit"
    SCREENING = "screening"
    START = "start"
    PRIMING = "priming"
    TITRATION = "titration"
    WAY_DOWN = "way down"
    SCAN = "scan"
    MISSED = "missed refill"
    LATE = "late refill"
    RESTART = "restart"
    REPLACEMENT = "replacement"


class PumpPopulation(StrEnum):
    """Whom the texts on dosing by pump tell apart."""

    SPINAL = "spinal"
    CEREBRAL = "cerebral"
    CHILD = "child"


class PumpPace(StrEnum):
    """By which published pace a pump is brought down."""

    PLANNED = "planned stop"
    IN_HOSPITAL = "in hospital"


class PumpPart(StrEnum):
    """What is primed: all of a new system, or a new catheter on a pump that is full up to it."""

    WHOLE = "whole path"
    CATHETER = "catheter only"


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateAnswers:
    """What has to be known before a pump is thought of. What is left out is asked for; it is never a no."""

    from_brain_injury: bool | None = _is(
        "Whether the spasticity comes from an injury of the brain.", default=None
    )
    brain_injured_on: date | None = _is("When the brain was injured.", default=None)
    severe: bool | None = _is("Whether the spasticity is severe.", default=None)
    failed_oral: bool | None = _is("Whether medicines by mouth failed, or were not borne.", default=None)
    infection: bool | None = _is("Whether there is an infection anywhere.", default=None)
    allergic: bool | None = _is("Whether there is an allergy to baclofen.", default=None)
    spine_allows_catheter: bool | None = _is(
        "Whether the spine allows a puncture and a catheter.", default=None
    )
    body_holds_pump: bool | None = _is("Whether the body is large enough for the pump.", default=None)
    can_come_for_refills: bool | None = _is("Whether every refill can be kept.", default=None)
    needs_tone_to_stand: bool | None = _is(
        "Whether the stiffness is used to stand, transfer or walk.", default=None
    )
    takes_anticoagulant: bool | None = _is("Whether anything taken thins the blood.", default=None)
    has_agreed_goal: bool | None = _is("Whether a goal is agreed on.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PatternStep:
    """One step of a day pattern: from this hour to that of the next step."""

    at: time = _is("Clock time at which the step begins; the first at “00:00”.")
    dose: Quantity = _is(
        "Micrograms of this step, never a rate.", dimension="mass", bounds="intrathecal.step_dose"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicDose:
    """A bolus that the pump repeats."""

    dose: Quantity = _is("Micrograms of each.", dimension="mass", bounds="intrathecal.step_dose")
    lasting: Quantity = _is("How long each takes.", dimension="time", bounds="pump.bolus_length")
    every: Quantity = _is(
        "From the start of one to that of the next.", dimension="time", bounds="pump.bolus_every"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Implanted:
    """The pump and its catheter. What is left out and stands in no text that was read is not known."""

    model: str = _is("Which pump, as in the list of devices, for example “prometra_ii_20”.")
    catheter: str | None = _is("Which catheter, as in the list of devices.", default=None)
    catheter_length: Quantity | None = _is(
        "Implanted length, after trimming.", dimension="length", bounds="pump.catheter_length", default=None
    )
    reservoir: Quantity | None = _is(
        "What the reservoir holds.", dimension="volume", bounds="pump.volume", default=None
    )
    tubing: Quantity | None = _is(
        "Volume of the tubing inside this pump, from its manual or programmer.",
        dimension="volume",
        bounds="pump.path_volume",
        default=None,
    )
    alarm: Quantity | None = _is(
        "Volume at which its low-reservoir alarm is set, from the programmer.",
        dimension="volume",
        bounds="pump.volume",
        default=None,
    )
    flow_error: Quantity | None = _is(
        "How far the flow may be off, as its maker states.",
        dimension="proportion",
        bounds="pump.flow_error",
        default=None,
    )
    replace_by: date | None = _is("Date of replacement the pump itself reports.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpWanted:
    """A plan for a pump. Which fields a plan needs, and which have no meaning in it, intake says."""

    plan: PumpAsk = _is("Which plan.")
    text: str | None = _is(
        "Country of the text on dosing by pump the clinic follows; absent: that of the scenario.",
        default=None,
    )
    population: PumpPopulation | None = _is(
        "Spasticity from the cord or from the brain, or a child: the texts differ.", default=None
    )
    daily_dose: Quantity | None = _is(
        "Change: the new dose in 24 hours. Way down: the floor. Titration: the goal.",
        dimension="mass rate",
        bounds="intrathecal.daily_dose",
        default=None,
    )
    pattern: tuple[PatternStep, ...] = _is("Change: the new day pattern, where there is one.", default=())
    bolus: PeriodicDose | None = _is("Change: the new repeated bolus, where there is one.", default=None)
    concentration: Quantity | None = _is(
        "Solution to be filled in; absent: the one in the pump.",
        dimension="mass concentration",
        bounds="intrathecal.concentration",
        default=None,
    )
    fill: Quantity | None = _is(
        "Volume in the reservoir after the fill, as the programmer counts it.",
        dimension="volume",
        bounds="pump.volume",
        default=None,
    )
    solution: str | None = _is("What is in the pump; absent: “baclofen alone”.", default=None)
    lead: Quantity | None = _is(
        "Refill so long before the alarm; absent: our setting.",
        dimension="time",
        bounds="pump.span",
        default=None,
    )
    stability: Quantity | None = _is(
        "How long the clinic's own solution keeps.", dimension="time", bounds="pump.span", default=None
    )
    expires_on: date | None = _is("Expiry of the solution on its label.", default=None)
    percent: Quantity | None = _is(
        "Titration and way down: each step, of the dose before.",
        dimension="proportion",
        bounds="taper.percent",
        default=None,
    )
    every: Quantity | None = _is(
        "Titration and way down: from step to step.", dimension="time", bounds="pump.span", default=None
    )
    pace: PumpPace | None = _is("Way down: which published pace.", default=None)
    screening_dose: Quantity | None = _is(
        "Screening: the first dose. Start: the screening dose that worked.",
        dimension="mass",
        bounds="intrathecal.step_dose",
        default=None,
    )
    effect_lasted: Quantity | None = _is(
        "Start: how long the effect of that dose lasted.", dimension="time", bounds="pump.span", default=None
    )
    has_responded: bool | None = _is("Start: whether the screening dose worked.", default=None)
    had_adverse_reaction: bool | None = _is("Start: whether it brought an adverse reaction.", default=None)
    is_primed: bool | None = _is("Start: whether the catheter is filled with drug.", default=None)
    scan_lasts: Quantity | None = _is(
        "Scan: how long in the magnet.", dimension="time", bounds="pump.span", default=None
    )
    restarted_after: Quantity | None = _is(
        "Scan: for a pump started by hand, from the beginning of the scan until somebody starts it.",
        dimension="time",
        bounds="pump.span",
        default=None,
    )
    left: Quantity | None = _is(
        "Scan and restart: what is in the reservoir now.",
        dimension="volume",
        bounds="pump.volume",
        default=None,
    )
    stopped_for: Quantity | None = _is(
        "Restart: how long nothing was given.", dimension="time", bounds="pump.span", default=None
    )
    late_by: Quantity | None = _is(
        "Late refill: how many days after the day it is due.",
        dimension="time",
        bounds="pump.span",
        default=None,
    )
    has_signs: bool | None = _is(
        "Missed refill: whether there are signs of withdrawal or of too much.", default=None
    )
    candidate: CandidateAnswers | None = _is(
        "Candidacy: what is known of the patient; absent: all of it is asked for.", default=None
    )
    part: PumpPart | None = _is("Priming: what is empty and has to be filled.", default=None)
    takes: Quantity | None = _is(
        "Priming: over how long, as the programmer states it.",
        dimension="time",
        bounds="pump.span",
        default=None,
    )
    keeps_catheter: bool | None = _is("Replacement: whether the old catheter stays.", default=None)
