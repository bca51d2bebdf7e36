"""One pump with its catheter, exactly: what is known of it, what the clinic filled in, and what nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType

from eutonia.errors import Code
from eutonia.knowledge.devices import Device
from eutonia.model.device import PumpSystem
from eutonia.plan.pump.exact import Amount, Reading, show_amount, to_fraction

__all__ = ["Implant", "path_gap", "read_implant"]

_UNITS = {"minimum_flow": "mL/day", "maximum_flow": "mL/day", "volume_per_cm": "mL/cm", "flow_tolerance": "1"}
#: Nothing of these is a slip: what is not known is left out, never written as 0.
_NEVER_ZERO = {
    "reservoir_volume",
    "tubing_volume",
    "volume_per_cm",
    "length",
    "maximum_flow",
    "flow_tolerance",
    "alarm_volume",
}
_KINDS = {"mL": "mL", "h": "h", "cm": "cm", "min": "min", "year": "year"}


@dataclass(frozen=True, slots=True)
class Implant:
    """A pump and its catheter as implanted; None means not known, and what depends on it is then not checked.

    tubing_ml: inside the pump. catheter_ml: lowest and highest volume the catheter can have (equal where its
    length is known). settings: everything else that is known, by name.
    """

    title: str
    reservoir_ml: Fraction
    tubing_ml: Fraction | None = None
    catheter_ml: tuple[Fraction, Fraction] | None = None
    minimum_flow: Fraction | None = None
    maximum_flow: Fraction | None = None
    alarm_ml: Fraction | None = None
    flow_tolerance: Fraction | None = None
    stopped_alarm_h: Fraction | None = None
    settings: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def path_range_ml(self) -> tuple[Fraction, Fraction] | None:
        """Lowest and highest volume between reservoir and tip; None when a part of it is not known."""
        if self.tubing_ml is None or self.catheter_ml is None:
            return None
        return self.tubing_ml + self.catheter_ml[0], self.tubing_ml + self.catheter_ml[1]

    @property
    def path_ml(self) -> Fraction | None:
        """The volume between reservoir and tip, where it is one number."""
        found = self.path_range_ml
        return found[0] if found is not None and found[0] == found[1] else None

    @property
    def missing_for_path(self) -> tuple[str, ...]:
        """What has to be filled in before the path is known."""
        named = (("tubing_volume", self.tubing_ml), ("volume of the catheter", self.catheter_ml))
        return tuple(name for name, value in named if value is None)

    def system(self, path_ml: Fraction | None = None) -> PumpSystem:
        """For the simulation; ``path_ml`` where another one is to be tried. The path is 0 where none is known."""
        path = path_ml if path_ml is not None else self.path_ml

        def number(value: Fraction | None) -> float | None:
            return None if value is None else float(value)

        return PumpSystem(
            reservoir_ml=float(self.reservoir_ml),
            tubing_ml=float(path or 0),
            catheter_ml=0.0,
            minimum_flow=number(self.minimum_flow),
            maximum_flow=number(self.maximum_flow),
            alarm_ml=number(self.alarm_ml),
            stopped_alarm_h=number(self.stopped_alarm_h),
        )

    def check_flow(self, flow: Fraction, what: str) -> str | None:
        """Why a flow in mL a day is outside the pump, or None; a bound that is not known does not object."""
        low, high = self.minimum_flow, self.maximum_flow
        if low is not None and flow < low:
            return (
                f"{what} needs {show_amount(flow)} mL a day; the lowest flow of this pump is "
                f"{show_amount(low)} mL a day."
            )
        if high is not None and flow > high:
            return (
                f"{what} needs {show_amount(flow)} mL a day; the highest flow of this pump is "
                f"{show_amount(high)} mL a day."
            )
        return None

    def not_checked(self) -> tuple[str, ...]:
        """What of this pump nobody knows, as sentences."""
        named = (
            ("the lowest flow of the pump", self.minimum_flow),
            ("the highest flow of the pump", self.maximum_flow),
        )
        return tuple(f"Not checked: {what} is not known." for what, value in named if value is None)


def read_implant(
    pump: Device,
    catheter: Device | None = None,
    *,
    implanted_cm: Amount | tuple[Amount, Amount] | None = None,
    filled_in: Mapping[str, Amount] | None = None,
) -> Implant:
    """A pump and catheter of the knowledge base with the clinic's own values, which go before the sourced ones.

    implanted_cm: the implanted length, or the shortest and longest it can be. Settings are taken in the unit the
    base states. Raises InputRefused for a name that is no setting, a value that cannot be, a catheter longer
    than it is made, and a reservoir that nobody knows. Any other gap stays a gap.
    """
    own, reading = dict(filled_in or {}), Reading()
    devices = [pump] if catheter is None else [pump, catheter]
    known = {name: setting for device in devices for name, setting in device.settings.items()}
    found: dict[str, Fraction] = {}
    for name, setting in known.items():
        if setting.value is not None:
            found[name] = to_fraction(setting.value)
    for name, given in own.items():
        if name not in known:
            accepted = tuple(sorted(known))
            reading.add(Code.UNKNOWN_KEY, "No such setting.", f"filled_in.{name}", accepted=accepted)
            continue
        unit = _UNITS.get(name, _KINDS.get(known[name].unit, "1"))
        most = Fraction(1) if unit == "1" else None
        found[name] = reading.amount(
            f"filled_in.{name}",
            given,
            known[name].says.split(".")[0],
            unit,
            may_be_zero=name not in _NEVER_ZERO,
            at_most=most,
        )
        if name == "flow_tolerance" and found[name] == 1:
            why = "An error of the whole flow is none; it is written as a part of 1."
            reading.add(Code.IMPOSSIBLE_VALUE, why, f"filled_in.{name}", given="1", accepted=("below 1",))
    if not found.get("reservoir_volume") and "reservoir_volume" not in own:
        reading.add(
            Code.MISSING_VALUE,
            "How much the reservoir holds is not known for this pump.",
            "filled_in.reservoir_volume",
            given="not known",
            next_step="Fill it in from the manual or the programmer of this very device.",
        )
    if catheter is None and implanted_cm is not None:
        reading.add(
            Code.MISSING_VALUE,
            "An implanted length says nothing without the catheter it belongs to.",
            "catheter",
            given="not known",
            next_step="Name the catheter, or leave the length out.",
        )
    volume = _catheter_volume(reading, found, implanted_cm) if catheter is not None else None
    low, high = found.get("minimum_flow"), found.get("maximum_flow")
    if low is not None and high is not None and low > high:
        why = "The lowest flow is above the highest."
        reading.add(Code.CONFLICTING_VALUES, why, "filled_in.minimum_flow", given=show_amount(low))
    reading.done()
    return Implant(
        title=pump.title,
        reservoir_ml=found["reservoir_volume"],
        tubing_ml=found.get("tubing_volume"),
        catheter_ml=volume,
        minimum_flow=low,
        maximum_flow=high,
        alarm_ml=found.get("alarm_volume"),
        flow_tolerance=found.get("flow_tolerance"),
        stopped_alarm_h=found.get("stopped_alarm_after"),
        settings=MappingProxyType(found),
    )


def _catheter_volume(
    reading: Reading, found: Mapping[str, Fraction], implanted: Amount | tuple[Amount, Amount] | None
) -> tuple[Fraction, Fraction] | None:
    if implanted is None:
        return None
    ends = implanted if isinstance(implanted, tuple) else (implanted,)
    whole = found.get("length")
    cm = [reading.amount("implanted_cm", e, "The implanted length", "cm", at_most=whole) for e in ends]
    if cm[0] > cm[-1]:
        reading.add(Code.CONFLICTING_VALUES, "The shortest length is above the longest.", "implanted_cm")
    per_cm = found.get("volume_per_cm")
    return None if per_cm is None else (cm[0] * per_cm, cm[-1] * per_cm)


def path_gap(implant: Implant) -> tuple[str, ...]:
    """What a simulation has to leave out while the path is not known; nothing where it is."""
    if implant.path_ml is not None:
        return ()
    return ("Not simulated: the way to the tip. The volume of the path is not known and was left out.",)
