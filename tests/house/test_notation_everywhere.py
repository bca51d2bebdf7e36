"""The linter of notation over everything that is rendered: pages, PDF text, terminal, calendar files and JSON.

Pages and JSON of consultations are linted in test_display_language.py; here is the rest. A breach fails the build. What
shows conditions and cited titles in their own wording (explain, cite, knowledge) is for those who keep the knowledge.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eutonia.faces.cli import Exit, app
from eutonia.notation import LANGUAGES, calendar_violations, json_violations, page_violations, violations
from eutonia.printed import SUFFIXES, Handout, What, make_print, read_handout
from tests.printed.printed_base import both, handout_from, pages, taper
from tests.scenario_files import PUBLISHED, SCENARIOS, files, read

SCENARIO_FILES = [*files(PUBLISHED), *files(SCENARIOS / "vignettes")]
HANDOUTS: dict[str, Handout] = {
    "worked taper": taper(),
    "worked titration": handout_from(read(PUBLISHED / "worked-example.yaml")),
    "tablets, liquid, packets and a pump": both(),
    "pump alone": read_handout(read(PUBLISHED / "handouts" / "pump-refill.yaml")),
}
runner = CliRunner()


def can_be(what: What, handout: Handout) -> bool:
    needs_phases = what in {What.CALENDAR, What.PHARMACY}
    return bool(handout.phases) if needs_phases else what is not What.REFILL or handout.pump is not None


FORMS = [
    pytest.param(handout, what, suffix, id=f"{name}-{what.value}{suffix}")
    for name, handout in HANDOUTS.items()
    for what in What
    for suffix in SUFFIXES[what]
    if can_be(what, handout)
]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(("handout", "what", "suffix"), FORMS)
def test_every_hand_out_in_every_form_follows_the_rules(
    handout: Handout, what: What, suffix: str, code: str
) -> None:
    data = make_print(handout, what, code, suffix)
    if suffix == ".pdf":
        # A PDF gives its lines broken where the sheet breaks them; numbers and units must not be parted there.
        found = violations("\n".join(pages(data)), is_page=True, language=code)
    elif suffix == ".html":
        found = page_violations(data.decode(), code)
    elif suffix == ".ics":
        found = calendar_violations(data.decode(), code)
    elif suffix == ".json":
        found = json_violations(json.loads(data), code)
    else:
        found = violations(data.decode(), is_page=True, language=code)
    assert found == []


@pytest.mark.parametrize("path", SCENARIO_FILES, ids=lambda p: p.stem)
def test_the_terminal_answers_by_the_rules(path: Path) -> None:
    done = runner.invoke(app, ["consult", str(path), "--people", "0"])
    assert done.exit_code == Exit.ANSWERED
    assert violations(" ".join(done.stdout.split()), is_page=False) == []
