"""The pumps the device tests share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from eutonia.errors import Problem
from eutonia.knowledge.devices import Device, read_devices
from eutonia.knowledge.items import Item, read_items
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Check, Citation
from eutonia.model.device import PumpSystem

#: Arithmetic only: tubing and catheter of the worked examples, which no source supports.
EXAMPLE = PumpSystem(
    reservoir_ml=20,
    tubing_ml=0.199,
    catheter_ml=80 * 0.0022,
    minimum_flow=0.048,
    maximum_flow=24.0,
    alarm_ml=2.0,
)
LARGE = PumpSystem(40, 0.199, 80 * 0.0022, 0.048, 24.0, 2.0)
NO_PATH = PumpSystem(20, 0.0, 0.0, alarm_ml=2.0)
DAY = 24.0


def cite(item: Item) -> tuple[Citation, ...]:
    """Citations that must be in the sources register."""
    known = load_knowledge().sources
    found = []
    for entry in item.items("evidence"):
        assert entry.text("source") in known, entry.text("source")
        citation = Citation(
            entry.text("source"), entry.text("at", ""), entry.word("check", Check), entry.date_of("on")
        )
        found.append(citation)
    return tuple(found)


def read(text: str) -> tuple[Mapping[str, Device], list[Problem]]:
    problems: list[Problem] = []
    document = read_items("devices.yaml", text, problems)
    devices = read_devices(document, cite)
    document.complain_of_unread()
    return devices, problems


@cache
def packaged() -> Mapping[str, Device]:
    folder = files("eutonia.knowledge") / "data"
    name = next(n for n in ("devices.yaml", "devices.yml") if (folder / n).is_file())
    devices, problems = read((folder / name).read_text(encoding="utf-8"))
    assert not problems, problems
    return devices
