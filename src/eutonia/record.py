"""A patient's record, a question and a date: frozen data, no behaviour beyond reading itself.

Absent is not known. An entry that is missing from a list counts as absent only from the day on which
somebody reviewed that list (``reviewed``); before that it is not known. Field metadata carries what intake
and the published JSON Schema need: the dimension of a quantity, the plausibility bounds by name, the key
used in files where it differs from the field's name, and a sentence of explanation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

from eutonia.fields import Moment as Moment
from eutonia.fields import described as _is
from eutonia.units import Quantity
from eutonia.wanted import Direction as Direction
from eutonia.wanted import Mishap as Mishap
from eutonia.wanted import Partner as Partner
from eutonia.wanted import Prefer as Prefer
from eutonia.wanted import Switch as Switch
from eutonia.wanted import Taper as Taper
from eutonia.wanted import TaperWay as TaperWay
from eutonia.wanted import WhatIf as WhatIf
from eutonia.wanted_pump import CandidateAnswers as CandidateAnswers
from eutonia.wanted_pump import Implanted as Implanted
from eutonia.wanted_pump import PatternStep as PatternStep
from eutonia.wanted_pump import PeriodicDose as PeriodicDose
from eutonia.wanted_pump import PumpAsk as PumpAsk
from eutonia.wanted_pump import PumpWanted as PumpWanted

FORMAT = "eutonia/1"


class Jurisdiction(StrEnum):
    """Whose labels and limits apply."""

    US = "US"
    UK = "UK"
    IE = "IE"
    EU = "EU"
    DE = "DE"
    FR = "FR"
    CH = "CH"
    AU = "AU"
    CA = "CA"


class Sex(StrEnum):
    """Sex as used by equations and pregnancy rules."""

    FEMALE = "female"
    MALE = "male"


class Dialysis(StrEnum):
    """Kidney replacement therapy."""

    NONE = "none"
    HAEMODIALYSIS = "haemodialysis"
    PERITONEAL = "peritoneal dialysis"
    CONTINUOUS = "continuous"


class Status(StrEnum):
    """How a problem stands: on the list now, in the past, or looked for and absent."""

    ACTIVE = "active"
    PAST = "past"
    ABSENT = "absent"


class Phase(StrEnum):
    """Whether spasticity has settled."""

    ACUTE = "acute"
    STABLE = "stable"


class Form(StrEnum):
    """Dosage form of baclofen by mouth; the order is the order of preference for a plan."""

    TABLET = "tablet"
    LIQUID = "liquid"
    GRANULES = "granules"


class Ask(StrEnum):
    """What the reader wants to know."""

    CHECK = "check"
    TITRATION = "titration"
    WORSE = "worse"
    TAPER = "taper"
    SWITCH = "switch"
    WHAT_IF = "what if"
    PUMP = "pump"


class EventKind(StrEnum):
    """What can happen to a patient that matters to a dose."""

    MISSED_DOSES = "missed doses"
    ADMISSION = "admission"
    SURGERY = "surgery"
    ACUTE_KIDNEY_INJURY = "acute kidney injury"
    VOMITING = "vomiting"
    FALL = "fall"
    OVERDOSE = "overdose"


class CodeSystem(StrEnum):
    """Code systems a record may use."""

    ICD10CM = "ICD-10-CM"
    SNOMED = "SNOMED CT"
    RXNORM = "RxNorm"
    ATC = "ATC"
    LOINC = "LOINC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A code and the system it belongs to."""

    system: CodeSystem = _is("Code system.")
    code: str = _is("The code as printed in that system.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who the patient is, without a name."""

    birth_date: date | None = _is("Date of birth; give this or an age.", default=None)
    age: Quantity | None = _is(
        "Age, for example “67 years”.", dimension="time", bounds="patient.age", default=None
    )
    sex: Sex | None = _is("Sex as used by the kidney equations and pregnancy rules.", default=None)
    weight: Quantity | None = _is("Body weight.", dimension="mass", bounds="patient.weight", default=None)
    height: Quantity | None = _is("Height.", dimension="length", bounds="patient.height", default=None)
    pregnant: bool | None = _is("Whether pregnant; leave out when not known.", default=None)
    expected_delivery_on: date | None = _is("Expected date of delivery.", default=None)
    breastfeeding: bool | None = _is("Whether breastfeeding; leave out when not known.", default=None)
    dialysis: Dialysis | None = _is("Kidney replacement; leave out when not known.", default=None)
    frail: bool | None = _is("Judged frail by a clinician; leave out when not known.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """An entry of the problem list, or what baclofen is for."""

    what: str | None = _is("Plain name, for example “multiple sclerosis”; give this or a code.", default=None)
    code: Coded | None = _is("ICD-10-CM or SNOMED CT code.", default=None)
    status: Status = _is(
        "active (as listed), past, or absent (looked for, not there).", default=Status.ACTIVE
    )
    phase: Phase | None = _is("For spasticity: acute (not yet stabilised) or stable.", default=None)
    since: date | None = _is("When it began or was found.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is dispensed."""

    form: Form = _is("Tablet, liquid or granules.")
    strength: Quantity | None = _is(
        "Content of one tablet or packet.", dimension="mass", bounds="product.strength", default=None
    )
    concentration: Quantity | None = _is(
        "Content of a liquid, for example “1 mg/mL”.",
        dimension="mass concentration",
        bounds="product.concentration",
        default=None,
    )
    scored: bool | None = _is("Whether the tablet has a score line; leave out when not known.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedDose:
    """One dose of the day at its clock time."""

    at: time = _is("Clock time, for example “08:00”.")
    dose: Quantity = _is("Amount taken then.", dimension="mass", bounds="oral.single_dose")


@dataclass(frozen=True, slots=True, kw_only=True)
class OralTherapy:
    """Baclofen by mouth over a span of days, taken or proposed."""

    dose: Quantity | None = _is(
        "Amount of each dose.", dimension="mass", bounds="oral.single_dose", default=None
    )
    times_per_day: int | None = _is("How many equal doses a day.", bounds="oral.times_per_day", default=None)
    times: tuple[time, ...] = _is("Clock times of the equal doses.", default=())
    doses: tuple[TimedDose, ...] = _is("Unequal doses: time and amount of each.", default=())
    product: Product | None = _is("What is dispensed.", default=None)
    from_: Moment | None = _is(
        "First day (and hour, where known) it is taken; absent: not known.", key="from", default=None
    )
    to: Moment | None = _is(
        "Last day it is taken, or the hour from which it is no longer taken; absent: goes on.", default=None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PumpTherapy:
    """Baclofen into the spinal fluid by an implanted pump."""

    daily_dose: Quantity = _is(
        "Programmed dose, in micrograms a day.", dimension="mass rate", bounds="intrathecal.daily_dose"
    )
    concentration: Quantity | None = _is(
        "Drug in the reservoir.",
        dimension="mass concentration",
        bounds="intrathecal.concentration",
        default=None,
    )
    pattern: tuple[PatternStep, ...] = _is(
        "The steps of the day, where it is no even flow; together they make the dose.", default=()
    )
    bolus: PeriodicDose | None = _is(
        "The bolus the pump repeats; the rest of the dose flows evenly.", default=None
    )
    from_: Moment = _is("When this programme began.", key="from")
    to: Moment | None = _is("When it ended; absent: goes on.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Medicine:
    """A medicine other than baclofen."""

    what: str | None = _is("Plain generic name; give this or a code.", default=None)
    code: Coded | None = _is("RxNorm ingredient or ATC code.", default=None)
    morphine_equivalent: Quantity | None = _is(
        "For an opioid: daily dose in oral morphine equivalents.",
        dimension="mass rate",
        bounds="medicine.morphine_equivalent",
        default=None,
    )
    from_: Moment | None = _is("When it was started; absent: not known.", key="from", default=None)
    to: Moment | None = _is("When it was stopped; absent: goes on.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """A measurement or a graded scale. The value keeps its grade as written ("1+" stays "1+")."""

    what: str = _is("What was measured, for example “creatinine” or “modified Ashworth”.")
    value: Quantity | str = _is("Number with unit, or the grade of a scale.")
    on: Moment = _is("When it was measured.")
    method: str | None = _is("For an eGFR: the equation the laboratory used.", default=None)
    site: str | None = _is("For a scale: the muscle or limb.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A symptom or sign, present or looked for and not there."""

    what: str = _is("A symptom or sign, for example “hallucination”.")
    present: bool = _is("Whether it is there (false: looked for and not there).", default=True)
    onset: Moment | None = _is("When it began.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened."""

    what: EventKind = _is("What happened.")
    from_: Moment = _is("When it began; for surgery also a day that lies ahead.", key="from")
    to: Moment | None = _is("When it ended.", default=None)
    amount: Quantity | None = _is(
        "For an overdose: the baclofen swallowed in all; leave out when not known.",
        dimension="mass",
        bounds="oral.overdose",
        default=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The day on which somebody went through a list and found it complete.

    From then on, what is not in the list counts as absent. Without it, what is not listed is not known.
    """

    problems: date | None = _is("Problem list reviewed.", default=None)
    medicines: date | None = _is("Medicines reconciled.", default=None)
    signs: date | None = _is("All signs asked for.", default=None)
    therapy: date | None = _is("Baclofen history (oral and pump) gone through.", default=None)
    events: date | None = _is("Missed doses, admissions and other events asked for.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Everything recorded about a patient."""

    patient: Patient = _is("Who the patient is, without a name.")
    indication: Diagnosis | None = _is("What baclofen is taken or wanted for.", default=None)
    problems: tuple[Diagnosis, ...] = _is("Problem list.", default=())
    oral_therapy: tuple[OralTherapy, ...] = _is("Baclofen by mouth: what was and is taken.", default=())
    pump: Implanted | None = _is("The pump and its catheter.", default=None)
    pump_therapy: tuple[PumpTherapy, ...] = _is("Baclofen by pump: what was and is given.", default=())
    medicines: tuple[Medicine, ...] = _is("Other medicines.", default=())
    observations: tuple[Observation, ...] = _is("Measurements and scores.", default=())
    signs: tuple[Sign, ...] = _is("Symptoms and signs with their onset.", default=())
    events: tuple[Event, ...] = _is("What happened, and when.", default=())
    reviewed: Reviewed = _is("Which lists were gone through, and when.", factory=Reviewed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Something the reader was told or has read, to be held against what is known."""

    text: str = _is("What it says, in the reader's words.")
    daily_dose: Quantity | None = _is(
        "A daily dose it recommends.", dimension="mass rate", bounds="quote.daily_dose", default=None
    )
    study: str | None = _is("A study it names.", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked."""

    ask: Ask = _is(
        "check a prescription, plan a titration, taper, switch or pump, what could happen, or the patient is worse."
    )
    proposed: tuple[OralTherapy, ...] = _is("What is to be prescribed, phase by phase.", default=())
    target: Quantity | None = _is(
        "For a titration: the daily dose aimed at; for a taper: where it ends, absent: at none.",
        dimension="mass rate",
        bounds="oral.daily_dose",
        default=None,
    )
    start_on: date | None = _is("For a plan: its first day; absent: as_of.", default=None)
    stock: tuple[Product, ...] = _is(
        "Products in stock; absent: those usual in the jurisdiction.", default=()
    )
    prefer: Prefer = _is("What a plan saves on first; absent: pieces.", default=Prefer.PIECES)
    taper: Taper | None = _is("For a taper: how the dose is to fall.", default=None)
    switch: Switch | None = _is("For a switch: which partner, and which way.", default=None)
    what_if: tuple[WhatIf, ...] = _is("For “what if”: what could happen.", default=())
    pump: PumpWanted | None = _is("For a pump: which plan, and what it needs.", default=None)
    quotes: tuple[Quote, ...] = _is("Advice the reader has met elsewhere.", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a scenario used as a test expects; consult ignores it."""

    fires: tuple[str, ...] = _is("Rules that must fire.", default=())
    does_not_fire: tuple[str, ...] = _is("Rules that must not fire.", default=())
    cannot_tell: tuple[str, ...] = _is("Rules that must say they cannot tell.", default=())
    top: str | None = _is("Severity of the gravest finding.", default=None)
    answer: str | None = _is("The word of the whole answer.", default=None)
    severities: tuple[str, ...] = _is("Severities by rule, each as “RULE SEVERITY”.", default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A record, a question and a date."""

    format: str = _is(f"Always “{FORMAT}”.")
    title: str = _is("A line that says what this is.")
    says: str | None = _is("The story, for people.", default=None)
    sources: tuple[str, ...] = _is("Where the story comes from.", default=())
    as_of: Moment = _is("The day (and hour) of the question; there is no other clock.")
    jurisdiction: Jurisdiction = _is("Whose labels and limits apply.")
    record: Record = _is("The patient's record.")
    question: Question = _is("What is asked.")
    expect: Expectation | None = _is("For tests: what must come out.", default=None)
