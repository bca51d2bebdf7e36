"""The times of the day have one list of names, whatever shows them."""

from __future__ import annotations

import re
from pathlib import Path

from eutonia.printed.languages import language
from eutonia.printed.phrases import at_part_of_day
from eutonia.report.plan_words import WHEN
from eutonia.simulate.course import ASSUMED_TIMES
from eutonia.simulate.day import PARTS, PartOfDay

SOURCE = Path(__file__).parents[2] / "src" / "eutonia"


def test_no_other_file_lists_the_parts_of_the_day() -> None:
    lists = [p.name for p in SOURCE.rglob("*.py") if re.search(r"""["']midday["']""", p.read_text())]
    assert lists == ["day.py"]


def test_report_and_paper_name_each_part_of_the_day_in_the_same_words() -> None:
    assert list(WHEN) == list(PartOfDay)
    assert [at_part_of_day(part, language("en")) for part in PartOfDay] == list(WHEN.values())


def test_the_doses_of_a_day_have_as_many_names_as_clock_times_and_keep_their_order() -> None:
    order = list(PartOfDay)
    for count, parts in PARTS.items():
        assert len(parts) == len(ASSUMED_TIMES[count]) == count
        assert list(parts) == sorted(parts, key=order.index)
