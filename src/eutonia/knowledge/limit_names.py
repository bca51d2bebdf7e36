"""The names a limit can have, and the units its value can be in.

A closed list: a misspelt name, or a value in the wrong unit, would otherwise be a limit nobody keeps to. The unit is
the one named here and no other of its kind: 80 micrograms a day is a slip for 80 mg, not a limit. No unit means a plain
number or a fraction.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

from eutonia.units import Quantity

__all__ = ["LIMIT_UNITS", "accepts"]

_PLAIN = ""

LIMIT_UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "oral.daily_dose.max": ("mg/day",),
        "oral.daily_dose.max.alcohol": ("mg/day",),
        "oral.daily_dose.max.child": ("mg/day",),
        "oral.daily_dose.max.dialysis": ("mg/day",),
        "oral.daily_dose.max.older_kidney": ("mg/day",),
        "oral.dose_per_weight.max.child": ("mg/kg/day",),
        "oral.single_dose.max": ("mg",),
        "oral.start.daily_dose": ("mg/day", "mg/kg/day"),
        "oral.start.doses_per_day": (_PLAIN,),
        "oral.step.size": ("mg/day",),
        "oral.step.days": ("day",),
        "oral.frequency.twice_from": ("mg/day",),
        "oral.frequency.thrice_from": ("mg/day",),
        "oral.kept_fraction.egfr": (_PLAIN,),
        "oral.kept_fraction.clearance": (_PLAIN,),
        "oral.tablet.weight_from": ("kg",),
        "oral.liquid.smallest_volume": ("mL",),
        "oral.liquid.handy_volume": ("mL",),
        "oral.liquid.handy_spread": (_PLAIN,),
        "kidney_function_max_age": ("day",),
        "pregnancy.asked.from_age": ("year",),
        "pregnancy.asked.to_age": ("year",),
        "therapy.gap_bridged": ("day",),
        "review.problems.max_age": ("day",),
        "review.medicines.max_age": ("day",),
        "review.therapy.max_age": ("day",),
        "recent_change": ("day",),
        "recent_fall": ("day",),
        "withdrawal.course": ("day",),
        "withdrawal.long_use": ("day",),
        "fever.from": ("degC",),
        "bedside.max_age": ("day",),
        "standing_pressure.max_age": ("day",),
        "standing_pressure.same_visit": ("min",),
        "glucose.max_age": ("day",),
        "recent_overdose": ("day",),
        "toxicity.reason.egfr_below": ("mL/min/1.73m2",),
        "taper.small_steps_from": ("mg/day",),
        "taper.cut.max": ("mg/day",),
        "taper.cut.share": (_PLAIN,),
        "taper.cut.small": ("mg/day",),
        "taper.cut.share_of_start": (_PLAIN,),
        "taper.last.share_of_start": (_PLAIN,),
        "taper.small.share_of_start": (_PLAIN,),
        "taper.step.days": ("day",),
        "taper.total.days": ("day",),
        "taper.return.days": ("day",),
        "taper.return.times_as_long": (_PLAIN,),
        "withdrawal.onset.earliest": ("h",),
        "withdrawal.onset.from": ("h",),
        "withdrawal.onset.to": ("h",),
        "withdrawal.watch": ("h",),
        "restart.same_dose_within": ("h",),
        "trial.decide_from": ("day",),
        "trial.decide_by": ("day",),
        "trial.from_start": ("day",),
        "switch.hold.days": ("day",),
        "switch.pump.cut_least": (_PLAIN,),
        "switch.pump.cut_most": (_PLAIN,),
        "response.modified_ashworth_fall": (_PLAIN,),
        "response.modified_ashworth_fall_leg": (_PLAIN,),
        "response.modified_ashworth_muscles": (_PLAIN,),
        "response.one_plus_as": (_PLAIN,),
        "response.spasm_frequency_fall": (_PLAIN,),
        "response.dystonia_improvement": ("percent",),
        "response.score_after": ("day",),
        "response.score_max_age": ("day",),
        "exposure.comparison_below": ("mL/min",),
        "exposure.comparison_filtration": ("mL/min",),
        "exposure.difference_from": (_PLAIN,),
    }
)


def accepts(name: str, value: Quantity | Fraction) -> bool:
    """Whether a limit called ``name`` (one of the list) can have this value."""
    units = LIMIT_UNITS[name]
    if isinstance(value, Fraction):
        return _PLAIN in units
    return value.unit.symbol in units
