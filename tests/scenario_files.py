"""Reading scenario files and patches for tests."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eutonia.consult import Result, consult_data
from eutonia.knowledge.loader import load_knowledge
from eutonia.plain_yaml import parse_yaml

HERE = Path(__file__).parent
SCENARIOS = HERE / "scenarios"
PUBLISHED = HERE.parent / "scenarios"


def read(path: Path) -> dict[str, Any]:
    data = parse_yaml(path.read_text(encoding="utf-8"))
    assert isinstance(data, dict)
    return data


def base(name: str) -> dict[str, Any]:
    return read(SCENARIOS / "bases" / f"{name}.yaml")


def patched(document: Any, change: Any) -> Any:
    """JSON merge patch (RFC 7396): null removes, lists are replaced whole."""
    if not isinstance(change, dict):
        return copy.deepcopy(change)
    result = copy.deepcopy(document) if isinstance(document, dict) else {}
    for key, value in change.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = patched(result.get(key), value)
    return result


def files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.glob("*.yaml"))


def ask(data: object, people: int = 0) -> Result:
    """Consult without bands: what the rules say does not depend on them."""
    return consult_data(data, load_knowledge(), people=people)
