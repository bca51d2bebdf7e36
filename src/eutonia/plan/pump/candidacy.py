"""Whether intrathecal therapy is worth considering: what speaks for it, what against it, what nobody answered."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction

from eutonia.knowledge.pump_numbers import PumpNumber
from eutonia.knowledge.schema import Knowledge, Word
from eutonia.plan.pump.exact import Amount, Reading, show_amount
from eutonia.plan.pump.label import number_of
from eutonia.plan.pump.outcome import PumpPlan

__all__ = ["Candidacy", "CandidacyPlan", "Candidate", "consider", "plan_candidacy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is known of somebody a pump is thought of for. None: nobody has answered, which is never a no.

    months_since_brain_injury: asked only where the cause is a traumatic brain injury.
    """

    age_years: Amount | None = None
    is_from_brain_injury: bool | None = None
    months_since_brain_injury: Amount | None = None
    is_severe: bool | None = None
    has_failed_oral: bool | None = None
    has_infection: bool | None = None
    is_allergic: bool | None = None
    spine_allows_catheter: bool | None = None
    body_holds_pump: bool | None = None
    can_come_for_refills: bool | None = None
    needs_tone_to_stand: bool | None = None
    takes_anticoagulant: bool | None = None
    has_agreed_goal: bool | None = None


@dataclass(frozen=True, slots=True)
class Candidacy:
    """word: one of the four. against, with_care, met: sentences. not_known: what has to be answered."""

    word: Word
    against: tuple[str, ...]
    with_care: tuple[str, ...]
    met: tuple[str, ...]
    not_known: tuple[str, ...]
    numbers: tuple[PumpNumber, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question: the answer that speaks for the pump, and the sentences of each answer."""

    name: str
    wanted: bool
    met: str
    against: str
    ask: str
    is_hard: bool = True


_ASKED = (
    _Asked(
        "is_severe",
        True,
        "The spasticity is severe.",
        "Labels ask for severe spasticity.",
        "Is the spasticity severe?",
    ),
    _Asked(
        "has_failed_oral",
        True,
        "Medicines by mouth did not control it, or only with side effects that were too great.",
        "Labels ask that medicines by mouth failed or were not borne; an expert panel would not wait for that.",
        "Were medicines by mouth tried, at which doses, and what came of them?",
        is_hard=False,
    ),
    _Asked(
        "has_infection",
        False,
        "No infection now.",
        "No test dose and no pump while an infection is active.",
        "Is there an infection anywhere?",
    ),
    _Asked(
        "is_allergic",
        False,
        "No allergy to baclofen.",
        "An allergy to baclofen excludes it.",
        "Is there an allergy to baclofen?",
    ),
    _Asked(
        "spine_allows_catheter",
        True,
        "The spine lets a catheter pass.",
        "No pump is placed where the spine does not let a catheter pass.",
        "Does the spine allow a puncture and a catheter?",
    ),
    _Asked(
        "body_holds_pump",
        True,
        "The body is large enough for the pump.",
        "The body has to be large enough to hold the pump.",
        "Is the body large enough for the pump that is thought of?",
    ),
    _Asked(
        "can_come_for_refills",
        True,
        "Refills can be kept.",
        "A missed refill is dangerous; without a way to keep them a pump is a trap.",
        "Can the patient be brought for every refill, and who tells them the date?",
    ),
    _Asked(
        "needs_tone_to_stand",
        False,
        "The stiffness is not needed to stand or walk.",
        "The stiffness is used to stand or walk: the first screening dose is the lower one, and gait is judged too.",
        "Is the stiffness used to stand, transfer or walk?",
        is_hard=False,
    ),
    _Asked(
        "takes_anticoagulant",
        False,
        "Nothing taken thins the blood.",
        "What thins the blood is planned for before a needle goes into the spine.",
        "Is anything taken that thins the blood?",
        is_hard=False,
    ),
    _Asked(
        "has_agreed_goal",
        True,
        "A goal is agreed on.",
        "Without a goal nobody can say afterwards whether it worked.",
        "What is the goal, and how will it be measured?",
        is_hard=False,
    ),
)


def consider(knowledge: Knowledge, candidate: Candidate) -> Candidacy:
    """What speaks for and against; Cannot tell as long as an answer that could exclude is missing.

    Raises InputRefused for an age or a time that cannot be, and for an answer that is neither yes, no nor None.
    """
    reading = Reading()
    against: list[str] = []
    care: list[str] = []
    met: list[str] = []
    open_hard: list[str] = []
    open_soft: list[str] = []
    age_limit = number_of(knowledge, "candidacy.age.least")
    wait = number_of(knowledge, "candidacy.after_brain_injury")
    _check_answers(reading, candidate)
    age = _optional(reading, "age_years", candidate.age_years, "The age", "year")
    since = _optional(
        reading, "months_since_brain_injury", candidate.months_since_brain_injury, "The time", "month"
    )
    reading.done()
    if age is None:
        open_hard.append("How old is the patient?")
    elif age < age_limit.exact:
        against.append(f"{age_limit.says} Below that a centre for small children decides.")
    else:
        met.append(age_limit.says)
    if candidate.is_from_brain_injury is None:
        open_hard.append("Does the spasticity come from an injury of the brain, and since when?")
    elif candidate.is_from_brain_injury and since is None:
        open_hard.append("How long ago was the brain injured?")
    elif candidate.is_from_brain_injury and since is not None:
        (met if since >= wait.exact else against).append(
            f"{wait.says} It was {show_amount(since)} months ago."
        )
    for asked in _ASKED:
        answer = getattr(candidate, asked.name)
        if answer is None:
            (open_hard if asked.is_hard else open_soft).append(asked.ask)
        elif answer == asked.wanted:
            met.append(asked.met)
        else:
            (against if asked.is_hard else care).append(asked.against)
    word = (
        Word.STOP
        if against
        else Word.CANNOT_TELL
        if open_hard
        else Word.CHECK
        if care or open_soft
        else Word.NO_PROBLEM
    )
    return Candidacy(
        word, tuple(against), tuple(care), tuple(met), (*open_hard, *open_soft), (age_limit, wait)
    )


def _check_answers(reading: Reading, candidate: Candidate) -> None:
    for field in fields(candidate):
        answer = getattr(candidate, field.name)
        is_yes_or_no = field.name.startswith(("is_", "has_", "needs_", "takes_", "can_", "body_", "spine_"))
        if is_yes_or_no and answer is not None and not isinstance(answer, bool):
            reading.word(field.name, str(answer), ("True", "False", "None"))


def _optional(reading: Reading, path: str, value: Amount | None, what: str, unit: str) -> Fraction | None:
    return None if value is None else reading.amount(path, value, what, unit, may_be_zero=True)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CandidacyPlan(PumpPlan):
    """The same as an answer to a question: what speaks against it and with which word."""

    word: Word
    against: tuple[str, ...]


def plan_candidacy(knowledge: Knowledge, candidate: Candidate) -> CandidacyPlan:
    """``consider``, told as a plan: the sentences against it first. Raises InputRefused as that does."""
    found = consider(knowledge, candidate)
    head = {
        Word.STOP: "Something speaks against a pump.",
        Word.CANNOT_TELL: "Whether a pump is worth considering cannot be told yet.",
        Word.CHECK: "A pump can be considered, with care.",
        Word.NO_PROBLEM: "Nothing that was asked speaks against a pump; a screening trial comes next.",
    }[found.word]
    return CandidacyPlan(
        says=(head, *found.against, *found.met),
        second_look=tuple(f"Second look: {text[:1].lower()}{text[1:]}" for text in found.with_care),
        questions=found.not_known,
        settle=("Is it known who fills the pump for years, and who is called at night?",),
        numbers=found.numbers,
        word=found.word,
        against=found.against,
    )
