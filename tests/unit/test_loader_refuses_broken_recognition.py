"""A broken item of the recognising files stops the whole base, with file, line and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from eutonia.errors import Code
from tests.unit.broken_base import copy_of, refused, stands_at, swap, the_problem

EXPLANATIONS = "recognise/explanations/too-little.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "words"),
    [
        ("recognise/accuracies.yaml", "positive: 11.7", "positive: 17.1", Code.CONFLICTING_VALUES, "does not follow"),
        ("recognise/accuracies.yaml", "counts: [17, 4, 2, 27]", "counts: [17, 4, 2]", Code.WRONG_TYPE, "four"),
        (EXPLANATIONS, "weight: strong", "accuracy: hunter, weight: strong", Code.CONFLICTING_VALUES, "never both"),
        (EXPLANATIONS, "accuracy: cap-ct", "accuracy: cap-tc", Code.UNKNOWN_REFERENCE, "cap-tc"),
        (EXPLANATIONS, "has_hallucination", "has_halucination", Code.BROKEN_CONDITION, "has_halucination"),
        (EXPLANATIONS, "ladders: [withdrawal]", "ladders: [withdrawel]", Code.UNKNOWN_REFERENCE, "withdrawel"),
        (EXPLANATIONS, "from: 12, to: 168", "from: 12, to: 6", Code.CROSSED_DATES, "before it begins"),
        ("recognise/priors.yaml", "low: 0.35", "low: 35", Code.IMPOSSIBLE_VALUE, "between 0 and 1"),
        ("recognise/rules.yaml", "enough: 2", "enough_of: 2", Code.CONFLICTING_VALUES, "enough"),
        ("recognise/rules.yaml", "at_least: 10", "at_least: 2", Code.CROSSED_DATES, "lowest to the highest"),
        ("recognise/ladders.yaml", "conflicts: [CON-10]", "conflicts: [CON-99]", Code.UNKNOWN_REFERENCE, "CON-99"),
        ("recognise/red_flags.yaml", "source: SCIRE-AD", "source: SCIRE-ADD", Code.UNKNOWN_REFERENCE, "SCIRE-ADD"),
        ("recognise/settings.yaml", "unknown: >-", "unkown: >-", Code.MISSING_VALUE, "unknown"),
    ],
)  # fmt: skip
def test_a_broken_item_is_named_with_its_file_and_what_is_wrong(
    tmp_path: Path, file: str, old: str, new: str, code: Code, words: str
) -> None:
    root = copy_of(tmp_path)
    line = swap(root, file, old, new)
    told = [p for p in refused(root) if p.code is code and words in p.why]
    assert told, [str(p) for p in refused(root)]
    assert stands_at(told[0], file, line, within=30)


def test_a_dose_that_was_only_recalled_does_not_load(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    file = "recognise/ladders.yaml"
    dose = 'amount: "5 to 10 mg every 6 to 12 hours", people: "4 patients", evidence: '
    line = swap(
        root,
        file,
        f'{dose}[{{source: MEYTHALER03, at: "abstract", check: read abstract',
        f'{dose}[{{source: MEYTHALER03, at: "abstract", check: recalled',
    )
    assert stands_at(the_problem(root, Code.RECALLED_BLOCKS), file, line)


def test_an_emergency_does_not_rest_on_memory(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    file = "recognise/red_flags.yaml"
    swap(
        root,
        file,
        'source: SCIRE-AD, at: "abstract", check: read',
        'source: SCIRE-AD, at: "abstract", check: recalled',
    )
    assert "memory" in the_problem(root, Code.RECALLED_BLOCKS).why


def test_a_misspelt_key_is_not_lost_in_silence(tmp_path: Path) -> None:
    root = copy_of(tmp_path)
    swap(root, EXPLANATIONS, "    against:", "    agianst:")
    problem = the_problem(root, Code.UNKNOWN_KEY)
    assert "agianst" in problem.why
    assert "against" in problem.next_step
