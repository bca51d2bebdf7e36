"""``eutonia print``: the same as from Python, refusals before work, whole files or none."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

import eutonia
from eutonia.faces.cli import Exit, app
from eutonia.knowledge.loader import load_knowledge
from eutonia.notation import Violation, violations
from eutonia.printed import What, make_print
from eutonia.printed import make as make_room
from tests.printed.printed_base import pages, taper
from tests.scenario_files import PUBLISHED, base

TAPER = PUBLISHED / "taper.yaml"
REFILL = PUBLISHED / "handouts" / "pump-refill.yaml"
runner = CliRunner()


def shell(*arguments: str | Path) -> tuple[int, str, str]:
    done = runner.invoke(app, ["print", *(str(a) for a in arguments)])
    return done.exit_code, done.stdout, done.stderr


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("what", "suffix"),
    [
        ("calendar", ".pdf"),
        ("calendar", ".html"),
        ("leaflet", ".pdf"),
        ("wallet", ".html"),
        ("ics", ".ics"),
        ("pharmacy", ".txt"),
        ("pharmacy", ".json"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "de", "fr"])
def test_the_shell_writes_what_python_makes(tmp_path: Path, what: str, suffix: str, lang: str) -> None:
    out = tmp_path / f"made{suffix}"
    code, said, _ = shell(TAPER, "--what", what, "--lang", lang, "-o", out)
    assert code == Exit.ANSWERED
    assert out.read_bytes() == make_print(taper(), What(what), lang, suffix)
    assert "Read it before you hand it out" in said
    assert [p.name for p in tmp_path.iterdir()] == [out.name]


def test_a_refill_card_is_printed_from_a_hand_out_file(tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    assert shell(REFILL, "--what", "refill", "--out", out, "--paper", "a4")[0] == Exit.ANSWERED
    text = flat(" ".join(pages(out.read_bytes())))
    assert "Refill by Monday 15 March 2027" in text
    assert "The alarm is expected on Monday 22 March 2027." in text
    assert f"eutonia {eutonia.__version__}" in text


def test_an_unknown_language_is_refused_with_the_list(tmp_path: Path) -> None:
    code, _, error = shell(TAPER, "--what", "calendar", "--lang", "es", "-o", tmp_path / "c.pdf")
    assert code == 2
    assert all(f"'{known}'" in error for known in ("en", "de", "fr"))
    assert list(tmp_path.iterdir()) == []


def test_a_form_it_cannot_have_is_refused_with_the_list(tmp_path: Path) -> None:
    code, _, error = shell(TAPER, "--what", "calendar", "-o", tmp_path / "c.docx")
    assert code == 2
    assert ".pdf or .html" in flat(error)


@pytest.mark.parametrize("target", ["missing/c.pdf", "folder.pdf"])
def test_a_target_that_cannot_be_written_is_said_before_any_work(
    tmp_path: Path, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "folder.pdf").mkdir()
    monkeypatch.setattr("eutonia.faces.printing._read", lambda file: pytest.fail("it was read"))
    code, _, error = shell(TAPER, "--what", "calendar", "-o", tmp_path / target)
    assert code == Exit.CANNOT_WRITE
    assert "Nothing was done." in error


def test_a_folder_without_the_right_to_write_is_said_before_any_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode, **_: mode != os.W_OK)
    code, _, error = shell(TAPER, "--what", "calendar", "-o", tmp_path / "c.pdf")
    assert code == Exit.CANNOT_WRITE
    assert "may not be written" in error


def test_a_disk_that_fails_leaves_the_old_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "c.html"
    out.write_text("the old one", encoding="utf-8")

    def fail(self: Path, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", fail)
    code, _, error = shell(TAPER, "--what", "calendar", "-o", out)
    assert code == Exit.CANNOT_WRITE
    assert "No space left on device" in error
    assert out.read_text(encoding="utf-8") == "the old one"


def test_a_plan_that_a_rule_stops_is_refused_in_the_shell(tmp_path: Path) -> None:
    file = tmp_path / "dialysis.yaml"
    file.write_text(yaml.safe_dump(base("kidney-dialysis"), default_flow_style=False), encoding="utf-8")
    code, _, error = shell(file, "--what", "leaflet", "-o", tmp_path / "l.pdf")
    assert code == Exit.INPUT_REFUSED
    assert "What a rule stops is not printed for a patient." in flat(error)
    assert not (tmp_path / "l.pdf").exists()


def test_what_else_was_found_is_told_to_the_professional_and_not_put_on_paper(tmp_path: Path) -> None:
    file = tmp_path / "taper.yaml"
    data: dict[str, Any] = yaml.safe_load(TAPER.read_text(encoding="utf-8"))
    del data["record"]["reviewed"]
    file.write_text(yaml.safe_dump(data, default_flow_style=False), encoding="utf-8")
    code, _, error = shell(file, "--what", "calendar", "-o", tmp_path / "c.html")
    assert code == Exit.ANSWERED
    assert "None of this stands on the paper: read it first." in flat(error)


def test_a_translation_nobody_has_checked_says_so(tmp_path: Path) -> None:
    _, _, german = shell(TAPER, "--what", "calendar", "--lang", "de", "-o", tmp_path / "c.html")
    _, _, english = shell(TAPER, "--what", "calendar", "-o", tmp_path / "c.html")
    assert "have it read" in german
    assert "translation" not in english


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eutonia.printed import pdf

    pdf._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    code, _, error = shell(TAPER, "--what", "calendar", "-o", tmp_path / "c.pdf")
    pdf._compiler.cache_clear()
    assert code == Exit.CANNOT_WRITE
    assert "the package typst is not installed" in error
    assert "eutonia[print]" in error


def test_a_text_against_the_rules_of_notation_is_never_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Violation("R-06", "10mg", "take 10mg")]
    monkeypatch.setattr(make_room, "violations", lambda *_, **__: found)
    code, _, error = shell(TAPER, "--what", "calendar", "-o", tmp_path / "c.pdf")
    assert code == Exit.CANNOT_WRITE
    assert "R-06" in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("format: eutonia-handout/2\nas_of: 2026-11-22\njurisdiction: UK\n", "format", "not read"),
        ("format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: XX\n", "jurisdiction", "not one of"),
        ("format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\n", "phases", "nothing to print"),
        (
            "format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\npump: {refill_by: soon}\n",
            "pump.refill_by",
            "date",
        ),
        (
            "format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\n"
            "pump: {refill_by: 2027-03-15, daily_dose: 0.3 mg/day}\n",
            "pump.daily_dose",
            "micrograms",
        ),
        (
            "format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\n"
            "phases:\n  - {from: 2026-11-30, doses: [{when: noon, take: "
            "[{units: 1, form: tablet, strength: 10 mg}]}]}\n",
            "phases[0].doses[0].when",
            "noon",
        ),
        (
            "format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\n"
            "phases:\n  - {from: 2026-11-30, doses: [{when: morning, take: [{units: '1', form: tablet}]}]}\n",
            "phases[0].doses[0].take[0].units",
            "number",
        ),
        (
            "format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\n"
            "phases:\n  - {from: 2026-11-30, doses: [{when: morning, take: "
            "[{units: 0.5, form: tablet, strength: 10 mg}]}]}\n",
            "phases[0].doses[0].take[0]",
            "scored",
        ),
        (
            "format: eutonia-handout/1\nas_of: 2026-11-22\njurisdiction: UK\npump: {refill: 2027-03-15}\n",
            "pump.refill",
            "refill_by",
        ),
    ],
)
def test_a_hand_out_file_that_cannot_be_read_is_refused_at_its_place(
    tmp_path: Path, text: str, path: str, why: str
) -> None:
    file = tmp_path / "handout.yaml"
    file.write_text(text, encoding="utf-8")
    code, _, error = shell(file, "--what", "leaflet", "-o", tmp_path / "l.html")
    assert code == Exit.INPUT_REFUSED
    assert path in error
    assert why in flat(error)
    assert "nothing was read or changed" in error


def test_a_hand_out_file_gives_the_same_calendar_as_the_plan_it_writes_down(tmp_path: Path) -> None:
    file = tmp_path / "handout.yaml"
    phases = [
        {
            "from": p.first,
            **({"to": p.last} if p.last else {}),
            "doses": [
                {
                    "when": d.when.value,
                    "at": f"{d.at:%H:%M}",
                    "take": [
                        {"units": float(x.units), "form": "tablet", "strength": "10 mg", "scored": True}
                        for x in d.portions
                    ],
                }
                for d in p.doses
            ],
        }
        for p in taper().phases
    ]
    data = {"format": "eutonia-handout/1", "as_of": taper().as_of, "jurisdiction": "UK", "phases": phases}
    data["unchanged_until"] = taper().unchanged_until
    file.write_text(yaml.safe_dump(data, default_flow_style=False), encoding="utf-8")
    for path, out in ((file, "a.json"), (TAPER, "b.json")):
        assert shell(path, "--what", "pharmacy", "-o", tmp_path / out)[0] == Exit.ANSWERED
    first, second = ((tmp_path / name).read_text(encoding="utf-8") for name in ("a.json", "b.json"))
    made = f"eutonia {eutonia.__version__}"
    assert first.replace(made, "") == second.replace(f"{made}, {load_knowledge().hash[:12]}", "")


def test_everything_the_command_says_follows_the_display_rules(tmp_path: Path) -> None:
    for lang in ("en", "de"):
        _, out, error = shell(TAPER, "--what", "calendar", "--lang", lang, "-o", tmp_path / "c.html")
        said = flat(f"{out} {error}").replace(str(tmp_path), "")
        assert violations(said, is_page=False) == []
