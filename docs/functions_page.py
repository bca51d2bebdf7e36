"""The public functions of the simulating rooms, as the table of docs/reference/python.md."""

from __future__ import annotations

import inspect
import re
from importlib import import_module

from side_by_side_tables import Row, table

#: In the order of a reader: what goes in, what runs, what comes out.
MODULES = (
    "eutonia.model.individual",
    "eutonia.model.published",
    "eutonia.simulate.events",
    "eutonia.simulate.run",
    "eutonia.simulate.population",
    "eutonia.simulate.summary",
    "eutonia.simulate.side_by_side",
    "eutonia.simulate.removal",
    "eutonia.simulate.overdose",
    "eutonia.simulate.milk",
    "eutonia.simulate.tables",
    "eutonia.simulate.table_run",
    "eutonia.simulate.nca",
    "eutonia.simulate.exact",
    "eutonia.model.device",
    "eutonia.simulate.pump_events",
    "eutonia.simulate.device",
    "eutonia.model.intrathecal",
    "eutonia.simulate.spinal_events",
    "eutonia.simulate.intrathecal",
    "eutonia.simulate.settled",
    "eutonia.simulate.titration",
)
_PLUMBING = {"Pieces", "check_number", "check_order", "cut_pieces"}


def functions() -> str:
    """Name, place and first sentence of everything these modules offer."""
    rows: list[Row] = []
    for path in MODULES:
        module = import_module(path)
        for name in module.__all__:
            found = getattr(module, name)
            if name not in _PLUMBING and (inspect.isclass(found) or inspect.isfunction(found)):
                rows.append((f"`{name}`", f"`{path}`", _first_sentence(found)))
    return table(("name", "in", "what it is"), rows)


def _first_sentence(found: object) -> str:
    paragraph = (inspect.getdoc(found) or "").partition("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=[^.]\.)\s+(?=[A-Z])", paragraph)[0].replace("``", "`").replace("|", "or")
