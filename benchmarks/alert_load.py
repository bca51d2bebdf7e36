"""How often the rules speak where nothing is wrong. Run with ``python -m benchmarks.alert_load``.

The people are those of ``tests/unremarkable.py``: labelled use, ordinary dose, healthy kidneys, lists gone through.
"""

from __future__ import annotations

import sys
from collections import Counter

from tests.unremarkable import unremarkable

from eutonia.assess.facts import derive_facts
from eutonia.assess.findings import assess
from eutonia.intake import read_scenario
from eutonia.knowledge.loader import load_knowledge
from eutonia.knowledge.schema import Kind, Severity

PATIENTS = 1000


def main() -> None:
    """Print the rate of WARN or worse, and what each patient is shown at each severity."""
    knowledge = load_knowledge()
    warned, words, shown, rules = 0, Counter[str](), Counter[str](), Counter[str]()
    for data in unremarkable(PATIENTS):
        scenario, _ = read_scenario(data, knowledge)
        assessment = assess(derive_facts(scenario, knowledge)[0], knowledge)
        grave = [f.rule for f in assessment.findings if f.severity >= Severity.WARN]
        warned += bool(grave)
        rules.update(grave)
        words[assessment.word.value] += 1
        shown.update(
            f"{f.severity.name}{' (advice)' if f.kind is Kind.ADVICE else ''}" for f in assessment.findings
        )
    lines = [f"{warned} of {PATIENTS} unremarkable patients get WARN or worse ({warned / PATIENTS:.2%})."]
    lines += [f"{word}: {number}" for word, number in words.most_common()]
    lines += [
        f"{severity}: {number / PATIENTS:.2f} for each patient" for severity, number in shown.most_common()
    ]
    lines += [f"warned by {rule}: {number}" for rule, number in rules.most_common()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
