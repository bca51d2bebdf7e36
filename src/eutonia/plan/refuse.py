"""Why nothing can be planned for this patient, whatever is in stock: a fact is missing or too old, or no dose
is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from eutonia.assess.limits import Ceiling, apply_limits, number_of
from eutonia.assess.lists import instant_of
from eutonia.assess.sheet import FactSheet
from eutonia.knowledge.schema import Knowledge
from eutonia.plan.outcome import Reason, Refusal
from eutonia.record import EventKind, Moment, Scenario
from eutonia.show import show_exact, show_moment, show_number
from eutonia.simulate.therapy import end_of

_AFTER_OVERDOSE = "OD-19"  # the rule whose card says what comes before any rise


def refuse_missing(names: Sequence[str], sheet: FactSheet) -> Refusal:
    """Nothing can be planned before these facts are known."""
    words = [sheet.definitions[n].says.rstrip(".") for n in names]
    asks = [sheet.definitions[n].ask for n in names if sheet.definitions[n].ask]
    return Refusal(
        Reason.MISSING_FACTS,
        "No dose can be planned before this is known: " + "; ".join(words) + ".",
        " ".join(dict.fromkeys(asks)),
        missing=tuple(names),
    )


def refuse_unknown_present(scenario: Scenario, sheet: FactSheet) -> Refusal | None:
    """Doses that are being missed until now leave open what there is to rise from."""
    now = instant_of(scenario)
    events = [e for e in scenario.record.events if e.what is EventKind.MISSED_DOSES]
    missed = [e for e in events if (end_of(e.to) or now) >= now]
    if not missed:
        return None
    since = min((e.from_ for e in missed), key=Moment.start)
    return Refusal(
        Reason.MISSING_FACTS,
        f"Doses have been missed since {show_moment(since)}; what is taken now is not known, and the dose "
        "from before may be too much after a break.",
        sheet.definitions["current_oral_daily_dose"].ask,
        missing=("current_oral_daily_dose",),
    )


def refuse_after_overdose(knowledge: Knowledge, sheet: FactSheet) -> Refusal | None:
    """No dose is raised while an overdose is recent: what the body holds and why it happened come first."""
    if not sheet.is_true("has_recent_overdose"):
        return None
    titles = "”, “".join(rule.title for rule in knowledge.rules if rule.id == _AFTER_OVERDOSE)
    return Refusal(
        Reason.AVOID,
        "An overdose of baclofen is recorded; nothing is raised before that is settled.",
        f"See the card “{titles}”, and ask about intent.",
    )


def refuse_recent_overdose(sheet: FactSheet) -> Refusal | None:
    """No taper is drawn up while an overdose is recent: how much is in the body is not what the record takes off."""
    if not sheet.is_true("has_recent_overdose"):
        return None
    return Refusal(
        Reason.AVOID,
        "An overdose of baclofen is recorded; a taper from the prescribed dose says nothing of what is in the body.",
        "See the cards on the overdose: first the poisoning, then withdrawal, then how baclofen goes on.",
    )


#: What speaks for too much baclofen rather than too little, and what is asked to find out.
_FOR_TOXICITY = ("recent_increase", "has_acute_kidney_injury", "is_on_dialysis")


def refuse_unclear_withdrawal(knowledge: Knowledge, sheet: FactSheet) -> Refusal | None:
    """Going back to a higher dose is planned only after a cut, with signs, and with toxicity looked for.

    Withdrawal and toxicity look alike and need the opposite, so whatever is not known here is asked first.
    """
    signs = ("has_hallucination", "has_confusion", "has_agitation", "has_insomnia", "has_anxiety")
    present = [s for s in (*signs, "has_worse_spasticity") if sheet.is_true(s)]
    if not sheet.is_true("recent_reduction") or not present:
        missing = tuple(n for n in ("recent_reduction", *signs) if sheet.get(n) is None)
        if missing:
            return refuse_missing(missing, sheet)
        return Refusal(
            Reason.AVOID,
            "No cut in the last days with signs that fit withdrawal is recorded; there is nothing to catch up with.",
            "Record the cut and the signs with their dates, or ask for another taper.",
        )
    unknown = tuple(n for n in (*_FOR_TOXICITY, "egfr") if sheet.get(n) is None)
    if unknown:
        return refuse_missing(unknown, sheet)
    rate = sheet.number("egfr")
    border = number_of(
        apply_limits(knowledge, sheet, "toxicity.reason.egfr_below").limits[0], "mL/min/1.73m2"
    )
    if any(sheet.is_true(n) for n in _FOR_TOXICITY) or (rate is not None and rate < border):
        return Refusal(
            Reason.AVOID,
            "The signs fit withdrawal, and there is a reason for too much baclofen as well: a recent rise, or kidneys "
            "that clear it poorly. Going back to a higher dose could harm.",
            "Settle that first: see the card that tells withdrawal from toxicity. What is the creatinine now, and when "
            "did the signs begin, before or after the last cut?",
        )
    return None


def refuse_old_kidney(knowledge: Knowledge, sheet: FactSheet) -> Refusal | None:
    """A kidney value that is too old counts as not known; one that may be too old asks what decides it."""
    days = sheet.number("kidney_function_age")
    ages = apply_limits(knowledge, sheet, "kidney_function_max_age")
    holding = [x for x in ages.limits if days is not None and days > number_of(x, "day")]
    if holding:
        limit = min(holding, key=lambda x: number_of(x, "day"))
        return Refusal(
            Reason.MISSING_FACTS,
            f"The newest kidney value is {show_number(float(int(days or 0)))} days old. {limit.says}",
            sheet.definitions["kidney_function_age"].ask,
            limits=(limit,),
            missing=("egfr", "creatinine_clearance"),
        )
    if any(days is not None and days > number_of(x, "day") for x in ages.undecided):
        return refuse_missing(ages.missing, sheet)
    return None


def refuse_any_dose(
    target: Fraction, current: Fraction, ceiling: Ceiling, sheet: FactSheet
) -> Refusal | None:
    """Why no dose at all can be planned for this patient, if so."""
    if target <= current:
        return Refusal(
            Reason.NOT_UPWARDS,
            f"The target of {show_mg(target)} a day is not above the present {show_mg(current)} a day.",
            "A way down is a taper, not a titration.",
        )
    if ceiling.mg_per_day is None:
        return refuse_missing(ceiling.missing, sheet)
    if ceiling.mg_per_day == 0:
        says = "No dose by mouth is planned for this patient. " + " ".join(x.says for x in ceiling.binding)
        return Refusal(
            Reason.AVOID,
            says,
            "Look at the findings for what else can be done.",
            limits=ceiling.binding,
            considered=ceiling.considered,
        )
    return None


def show_mg(value: Fraction) -> str:
    """An amount for people: 7.5 mg."""
    digits = Decimal(value.numerator) / Decimal(value.denominator)
    is_exact = Fraction(digits) == value  # two thirds of a maximum is not: it is shown to four figures
    return f"{show_exact(digits) if is_exact else show_number(float(value), 4)} mg"
