"""Pump and catheter: the path from the reservoir to the catheter tip, and the arithmetic of changing solutions.

The path (tubing in the pump and catheter) is plug flow: what enters leaves in the same order, unmixed, after as
much fluid as the path holds has been pumped. Doses are micrograms, volumes mL, times h; flows as the clinic
programs them are mL a day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eutonia.errors import Code, InputRefused, Problem
from eutonia.knowledge.devices import Device
from eutonia.model.intrathecal import HOURS_PER_DAY

__all__ = [
    "Bridge",
    "PumpSystem",
    "assemble_system",
    "bridge_bolus",
    "flow_ml_per_day",
    "hours_until_tip",
    "old_solution_at_new_programme",
]


@dataclass(frozen=True, slots=True)
class PumpSystem:
    """One pump with its catheter. ``None`` means not known: what depends on it is then not checked.

    tubing_ml, catheter_ml: fluid between reservoir and tip. minimum_flow, maximum_flow: mL a day. alarm_ml: volume
    left at the low-reservoir alarm. stopped_alarm_h: hours of standstill after which the pump sounds.
    """

    reservoir_ml: float
    tubing_ml: float
    catheter_ml: float
    minimum_flow: float | None = None
    maximum_flow: float | None = None
    alarm_ml: float | None = None
    stopped_alarm_h: float | None = None

    @property
    def path_ml(self) -> float:
        """All fluid between reservoir and tip."""
        return self.tubing_ml + self.catheter_ml


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bolus that empties the path of old solution at the old dose: micrograms, hours, mL a day."""

    micrograms: float
    hours: float
    flow: float


def assemble_system(
    pump: Device, catheter: Device, implanted_cm: float, filled_in: Mapping[str, float] | None = None
) -> PumpSystem:
    """A pump and a catheter as implanted. ``filled_in``: the clinic's own values, by name of the setting.

    The clinic's value goes before the sourced one. Raises InputRefused naming every setting that is needed and
    known to nobody, with what to fill in; and for a name that is no setting, or a value that cannot be.
    """
    own = dict(filled_in or {})
    problems: list[Problem] = []
    for name in sorted(set(own) - set(pump.settings) - set(catheter.settings)):
        accepted = tuple(sorted({*pump.settings, *catheter.settings}))
        problems.append(
            Problem(Code.UNKNOWN_KEY, "No such setting.", path=f"filled_in.{name}", accepted=accepted)
        )

    def value(device: Device, name: str, *, is_needed: bool) -> float | None:
        setting = device.settings.get(name)
        known = own.get(name, setting.value if setting is not None else None)
        if known is None and is_needed:
            why = setting.says if setting is not None else f"The {device.kind} has no such setting."
            problems.append(
                Problem(
                    Code.MISSING_VALUE,
                    why,
                    path=f"{device.name}.{name}",
                    given="not known",
                    next_step=f"Fill in “{name}” from the manual or the programmer of this very device.",
                )
            )
        if known is not None and not 0 <= known < float("inf"):
            problems.append(
                Problem(
                    Code.IMPOSSIBLE_VALUE,
                    "It must be a number of at least 0.",
                    path=f"filled_in.{name}",
                    given=f"{known:g}",
                )
            )
        return known

    reservoir = value(pump, "reservoir_volume", is_needed=True)
    tubing = value(pump, "tubing_volume", is_needed=True)
    per_cm = value(catheter, "volume_per_cm", is_needed=True)
    optional = [
        value(pump, name, is_needed=False)
        for name in ("minimum_flow", "maximum_flow", "alarm_volume", "stopped_alarm_after")
    ]
    longest = value(catheter, "length", is_needed=False)
    if not 0 < implanted_cm < float("inf") or (longest is not None and implanted_cm > longest):
        problems.append(
            Problem(
                Code.IMPOSSIBLE_VALUE,
                "The implanted length must be above 0 and no more than the whole catheter.",
                path="implanted_cm",
                given=f"{implanted_cm:g} cm",
                accepted=() if longest is None else (f"up to {longest:g} cm",),
            )
        )
    if problems or reservoir is None or tubing is None or per_cm is None:
        raise InputRefused(problems)
    return PumpSystem(reservoir, tubing, implanted_cm * per_cm, *optional)


def flow_ml_per_day(micrograms_per_day: float, concentration: float) -> float:
    """The flow that delivers a daily dose of a solution (micrograms per mL)."""
    return micrograms_per_day / concentration


def bridge_bolus(path_ml: float, old_concentration: float, old_micrograms_per_day: float) -> Bridge:
    """The bolus after a change of solution: the old drug in the path finishes at the old daily dose."""
    return Bridge(
        micrograms=path_ml * old_concentration,
        hours=HOURS_PER_DAY * path_ml * old_concentration / old_micrograms_per_day,
        flow=old_micrograms_per_day / old_concentration,
    )


def old_solution_at_new_programme(
    path_ml: float, old_concentration: float, new_concentration: float, new_micrograms_per_day: float
) -> tuple[float, float]:
    """What happens without the bridge: micrograms a day really delivered at first, and for how many hours."""
    flow = new_micrograms_per_day / new_concentration
    return flow * old_concentration, HOURS_PER_DAY * path_ml / flow


def hours_until_tip(path_ml: float, flow: float) -> float:
    """Hours until new solution reaches the tip at a flow in mL a day."""
    return HOURS_PER_DAY * path_ml / flow
