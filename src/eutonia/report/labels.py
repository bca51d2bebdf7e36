"""Words for closed lists: countries, checks, grades, severities, and the facts of the glossary."""

from __future__ import annotations

import re

from eutonia.knowledge.schema import Check, Grade, Severity, Word
from eutonia.record import Jurisdiction
from eutonia.report.typography import run_on
from eutonia.trace import Step

_COUNTRIES = {
    Jurisdiction.US: "United States",
    Jurisdiction.UK: "United Kingdom",
    Jurisdiction.IE: "Ireland",
    Jurisdiction.EU: "European Union",
    Jurisdiction.DE: "Germany",
    Jurisdiction.FR: "France",
    Jurisdiction.CH: "Switzerland",
    Jurisdiction.AU: "Australia",
    Jurisdiction.CA: "Canada",
}
_CHECKS = {
    Check.READ: "read in the source",
    Check.READ_ABSTRACT: "only the abstract was read",
    Check.SECOND_HAND: "second-hand, read where another document reports it",
    Check.RECALLED: "not confirmed in the source",
    Check.OURS: "our own proposal",
}
_GRADES = {
    Grade.LABEL: "product label",
    Grade.GUIDELINE: "guideline",
    Grade.TRIAL: "trial",
    Grade.COHORT: "cohort study",
    Grade.CASE: "case report",
    Grade.OPINION: "expert opinion",
    Grade.OURS: "our own proposal",
}
_SEVERITIES = {
    Severity.BLOCK: Word.STOP.value,
    Severity.STOP: Word.STOP.value,
    Severity.WARN: Word.CHECK.value,
    Severity.CAUTION: Word.CHECK.value,
    Severity.INFO: "worth knowing",
}
# Names of facts that do not read well when only the underscores are taken out.
_FACTS = {
    "asks": "question",
    "has_oral_baclofen": "baclofen by mouth",
    "has_neurotoxic_sign": "sign of toxicity",
    "is_pregnant": "pregnancy",
    "is_frail": "frailty",
    "is_on_dialysis": "dialysis",
    "kidney_replacement": "kind of dialysis",
    "kidney_function_age": "age of the newest kidney value",
    "kept_fraction_by_egfr": "fraction of the usual dose kept, by eGFR",
    "kept_fraction_by_clearance": "fraction of the usual dose kept, by creatinine clearance",
    "creatinine_rise_48h": "rise of creatinine within 48 hours",
    "creatinine_ratio_7d": "creatinine against the lowest of 7 days",
    "egfr_fall_percent": "fall of eGFR",
    "is_starting": "start of baclofen by mouth",
    "is_increase": "rise of the dose",
    "is_reduction": "reduction of the dose",
    "is_stopping": "end of baclofen by mouth",
    "oral_daily_dose": "daily dose judged",
    "oral_single_dose": "largest single dose",
    "current_oral_daily_dose": "present daily dose",
    "oral_ceiling": "largest daily dose for this patient",
    "jurisdiction_maximum": "largest labelled daily dose",
    "takes_kidney_affecting_medicine": "medicine that can lower kidney function",
    "takes_z_drug": "Z-drug",
    "takes_mao_inhibitor": "MAO inhibitor",
    "takes_other_sedative": "other sedating medicine",
    "drinks_alcohol": "alcohol",
    "takes_two_depressants": "two other central depressants",
    "takes_three_depressants": "three other central depressants",
    "reduction_percent": "size of the last reduction",
    "largest_cut_percent": "largest single cut",
    "largest_early_cut_percent": "largest early cut",
    "days_at_max": "days at the largest dose",
    "has_response": "important fall of a score",
    "fewest_split_doses": "fewest doses on a day of at least 15 mg",
    "is_missing_doses": "doses missed now",
    "changes_liquid_strength": "change between liquids of different strength",
    "keeps_liquid_volume": "same volume after a change of liquid",
    "glasgow_coma_score": "Glasgow coma score",
    "creatine_kinase_ratio": "creatine kinase over the laboratory's limit",
    "reservoir_days_left": "volume and date of the last refill",
    "residual_difference": "residual volume against the expected one",
    "cannot_lie": "lying and sleeping",
    "cannot_sit": "sitting",
    "feeds_poorly": "feeding",
    "has_straining_pain": "pain on straining",
    "has_dystonia_sign": "dystonia",
    "has_trigger_found": "a trigger from bladder, bowel, skin, limbs or seating",
    "has_lost_delivery": "missed doses or a failing device",
    "has_excess_delivery": "a rise, an overdose or weak kidneys",
    "has_delivery_fault": "a fault of the device",
    "has_weak_kidneys": "kidney function of these days",
    "had_pump_lately": "a pump now or lately",
    "has_labile_pressure": "swinging blood pressure",
    "overdose_amount": "amount swallowed",
    "takes_tizanidine_inhibitor": "ciprofloxacin or fluvoxamine",
}


def country(jurisdiction: Jurisdiction) -> str:
    """The jurisdiction's name, without an article."""
    return _COUNTRIES[jurisdiction]


def check_words(check: Check) -> str:
    """How far a statement was checked against its source."""
    return _CHECKS[check]


def mark_words(mark: str) -> str:
    """The mark of a working, in the words of its check; empty for plain arithmetic on the record."""
    return _CHECKS[Check(mark)] if mark in set(Check) else mark


def grade_words(grade: Grade) -> str:
    """The kind of evidence behind a statement."""
    return _GRADES[grade]


def severity_word(severity: Severity) -> str:
    """The reader's word for a severity."""
    return _SEVERITIES[severity]


def how_words(step: Step) -> str:
    """How a fact came to be known, short enough for brackets; empty where there is nothing to say."""
    how = step.how.partition(": ")[0].rstrip(".")
    return "" if how == "as asked" else run_on(how)


def fact_words(name: str) -> str:
    """A fact's name for readers: “has_sleep_apnoea” is “sleep apnoea”."""
    if name in _FACTS:
        return _FACTS[name]
    bare = re.sub(r"^(is|has|takes)_", "", name).replace("_", " ")
    return re.sub(r"\begfr\b", "eGFR", bare)
