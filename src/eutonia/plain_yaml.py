"""YAML as people mean it: the core schema of YAML 1.2, and no key written twice.

YAML 1.1, which most Python readers follow, turns the key ``on`` into the truth value true, 08:00 into 480 and
010 into 8, and keeps the last of two equal keys. In a patient's record each of these would be a silent change.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import yaml

LINE = "__line__"  # where a mapping began, kept on request

_RESOLVERS = [
    ("tag:yaml.org,2002:bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("tag:yaml.org,2002:int", r"^[-+]?(?:0|[1-9][0-9]*)$", "-+0123456789"),
    (
        "tag:yaml.org,2002:float",
        r"^(?:[-+]?(?:0|[1-9][0-9]*)?\.[0-9]+(?:[eE][-+]?[0-9]+)?|[-+]?(?:0|[1-9][0-9]*)[eE][-+]?[0-9]+"
        r"|[-+]?\.inf|\.nan)$",
        "-+0123456789.",
    ),
    ("tag:yaml.org,2002:null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("tag:yaml.org,2002:timestamp", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "0123456789"),
    ("tag:yaml.org,2002:merge", r"^(?:<<)$", "<"),
]


class _Plain(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - replaces the base class's table


class _WithLines(_Plain):
    """Keeps the line on which each mapping begins, under the key LINE."""


for _tag, _pattern, _first in _RESOLVERS:
    _Plain.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    written = [loader.construct_object(key, deep=True) for key, _ in node.value if key.value != "<<"]
    for index, key in enumerate(written):
        if isinstance(key, (str, int, float)) and key in written[:index]:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key “{key}” is written twice", node.value[index][0].start_mark
            )
    loader.flatten_mapping(node)
    result: dict[Any, Any] = {LINE: node.start_mark.line + 1} if isinstance(loader, _WithLines) else {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int, float, bool)) and key is not None:
            raise yaml.constructor.ConstructorError(None, None, "a key must be a word", key_node.start_mark)
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _date(_loader: Any, node: yaml.ScalarNode) -> date:
    try:
        return date.fromisoformat(node.value)
    except ValueError:
        raise yaml.constructor.ConstructorError(
            None, None, f"“{node.value}” is not a day of the calendar", node.start_mark
        ) from None


for _loader in (_Plain, _WithLines):
    _loader.add_constructor("tag:yaml.org,2002:timestamp", _date)
    _loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def parse_yaml(text: str, *, lines: bool = False) -> Any:
    """The data of one YAML document. lines: keep each mapping's first line under LINE.

    Raises yaml.YAMLError: for what is no YAML, a key written twice, or a date that does not exist.
    """
    return yaml.load(text, Loader=_WithLines if lines else _Plain)
