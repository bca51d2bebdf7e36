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
from eutonia.model.checks import check_number
from eutonia.model.intrathecal import HOURS_PER_DAY

__all__ = [
    "Bridge",
    "PumpSystem",
    "VolumeAudit",
    "assemble_system",
    "audit_volume",
    "bridge_bolus",
    "flow_ml_per_day",
    "flushed_micrograms",
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

    def __post_init__(self) -> None:
        """Raises InputRefused naming every volume, flow or time that cannot be."""
        problems = check_number(
            "pump.reservoir_ml", self.reservoir_ml, "The reservoir", above_zero=True, words="mL"
        )
        problems += check_number("pump.tubing_ml", self.tubing_ml, "The tubing volume", words="mL")
        problems += check_number("pump.catheter_ml", self.catheter_ml, "The catheter volume", words="mL")
        for name, what, words in (
            ("minimum_flow", "The lowest flow", "mL a day"),
            ("maximum_flow", "The highest flow", "mL a day"),
            ("alarm_ml", "The volume at the alarm", "mL"),
            ("stopped_alarm_h", "The hours until the alarm", "h"),
        ):
            value = getattr(self, name)
            if value is not None:
                problems += check_number(f"pump.{name}", value, what, words=words)
        low, high = self.minimum_flow, self.maximum_flow
        if low is not None and high is not None and low > high:
            problems.append(
                Problem(
                    Code.CONFLICTING_VALUES,
                    "The lowest flow is above the highest.",
                    path="pump.minimum_flow",
                    given=f"{low:g} mL a day",
                    accepted=(f"up to {high:g} mL a day",),
                )
            )
        if problems:
            raise InputRefused(problems)

    @property
    def path_ml(self) -> float:
        """All fluid between reservoir and tip."""
        return self.tubing_ml + self.catheter_ml


@dataclass(frozen=True, slots=True)
class VolumeAudit:
    """What a refill shows: mL the programmer reckoned to be gone, mL really gone, and how far they differ in %."""

    reckoned_ml: float
    gone_ml: float
    error_percent: float


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
    """The flow that delivers a daily dose of a solution (micrograms per mL). Raises InputRefused."""
    _refuse(
        check_number("micrograms_per_day", micrograms_per_day, "The daily dose", words="micrograms"),
        _concentration("concentration", concentration),
    )
    return micrograms_per_day / concentration


def bridge_bolus(path_ml: float, old_concentration: float, old_micrograms_per_day: float) -> Bridge:
    """The bolus after a change of solution: the old drug in the path finishes at the old daily dose.

    Raises InputRefused for a negative path, and a concentration or dose that is not above 0.
    """
    _refuse(
        _path(path_ml),
        _concentration("old_concentration", old_concentration),
        _daily("old_micrograms_per_day", old_micrograms_per_day),
    )
    return Bridge(
        micrograms=path_ml * old_concentration,
        hours=HOURS_PER_DAY * path_ml * old_concentration / old_micrograms_per_day,
        flow=old_micrograms_per_day / old_concentration,
    )


def old_solution_at_new_programme(
    path_ml: float, old_concentration: float, new_concentration: float, new_micrograms_per_day: float
) -> tuple[float, float]:
    """What happens without the bridge: micrograms a day really delivered at first, and for how many hours.

    Raises InputRefused as ``bridge_bolus`` does.
    """
    _refuse(
        _path(path_ml),
        _concentration("old_concentration", old_concentration),
        _concentration("new_concentration", new_concentration),
        _daily("new_micrograms_per_day", new_micrograms_per_day),
    )
    flow = new_micrograms_per_day / new_concentration
    return flow * old_concentration, HOURS_PER_DAY * path_ml / flow


def hours_until_tip(path_ml: float, flow: float) -> float:
    """Hours until new solution reaches the tip at a flow in mL a day. Raises InputRefused unless it flows."""
    _refuse(_path(path_ml), check_number("flow", flow, "The flow", above_zero=True, words="mL a day"))
    return HOURS_PER_DAY * path_ml / flow


def flushed_micrograms(volume_ml: float, concentration: float) -> float:
    """What a flush of so much solution drives out of the tip at once, micrograms: why one aspirates first.

    Raises InputRefused for a negative volume or a concentration that is not above 0.
    """
    _refuse(
        check_number("volume_ml", volume_ml, "The volume", words="mL"),
        _concentration("concentration", concentration),
    )
    return volume_ml * concentration


def audit_volume(filled_ml: float, expected_ml: float, found_ml: float) -> VolumeAudit:
    """The reservoir at a refill: filled before, expected by the programmer, and found, all mL.

    No limit is applied: how much error a pump may have is a setting of the device. Raises InputRefused for a
    negative volume, and when the programmer expects nothing to have been delivered.
    """
    gone = filled_ml - expected_ml
    _refuse(
        check_number("expected_ml", expected_ml, "The expected volume", words="mL"),
        check_number("found_ml", found_ml, "The volume found", words="mL"),
        check_number("filled_ml - expected_ml", gone, "What was delivered", above_zero=True, words="mL"),
    )
    really = filled_ml - found_ml
    return VolumeAudit(gone, really, 100.0 * (really / gone - 1.0))


def _path(path_ml: float) -> list[Problem]:
    return check_number("path_ml", path_ml, "The volume of the path", words="mL")


def _concentration(name: str, value: float) -> list[Problem]:
    return check_number(name, value, "The concentration", above_zero=True, words="micrograms per mL")


def _daily(name: str, value: float) -> list[Problem]:
    return check_number(name, value, "The daily dose", above_zero=True, words="micrograms")


def _refuse(*problems: list[Problem]) -> None:
    found = [problem for some in problems for problem in some]
    if found:
        raise InputRefused(found)
