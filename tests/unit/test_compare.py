"""Versions of the knowledge side by side: nothing that answers or recognises may change unsaid."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

from eutonia.compare import compare_items
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.recognition import Recognition
from eutonia.knowledge.schema import Knowledge
from tests.unit.broken_base import copy_of, swap

KNOWLEDGE = load_knowledge()


def said(after: Knowledge) -> list[str]:
    return [f"{i.change} {i.kind} {i.id}" for i in compare_items(KNOWLEDGE, after)]


def test_what_recognising_weighs_with_is_compared_as_rules_are(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, "recognise/red_flags.yaml", "urgency: emergency", "urgency: same day")
    swap(root, "recognise/priors.yaml", "low: 0.35", "low: 0.25")
    swap(root, "recognise/settings.yaml", "likely: 5", "likely: 6")
    swap(root, "plausibility.yaml", '"125 years"', '"126 years"')
    swap(root, "words.yaml", "bachofen, ", "")
    after = load_knowledge(root=root)
    assert said(after) == [
        "changed bounds patient.age",
        "changed word baclofen",
        "changed red flag B-1",
        "changed prior device-referred",
        "changed setting of recognising cutoffs",
    ]


def test_every_part_of_the_base_is_compared() -> None:
    # How a base is named, and the log of what was looked up, answer nobody.
    parts = {f.name for f in fields(Knowledge)} - {"hash", "base", "as_of", "upgrades", "recognition"}
    for name in sorted(parts):
        kept = getattr(KNOWLEDGE, name)
        empty = {} if hasattr(kept, "keys") else type(kept)(())
        without = replace(KNOWLEDGE, **{name: empty})
        assert any(line.startswith("removed ") for line in said(without)), name


def test_every_part_of_recognising_is_compared() -> None:
    for field in fields(Recognition):
        kept = getattr(KNOWLEDGE.recognition, field.name)
        empty = {} if hasattr(kept, "keys") else () if isinstance(kept, tuple) else None
        without = replace(KNOWLEDGE, recognition=replace(KNOWLEDGE.recognition, **{field.name: empty}))
        assert said(without), field.name
