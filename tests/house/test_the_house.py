"""The rules the house keeps for itself: floors, purity, cleanliness of what is written."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "eutonia"
BELOW_THE_FACES = [p for p in SOURCE.rglob("*.py") if "faces" not in p.parts]


def test_imports_go_down_the_floors_only() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def _names_used(path: Path) -> frozenset[str]:
    """Every attribute with what stands before it, and everything that is called."""
    dotted = [node for node in _nodes(path) if isinstance(node, ast.Attribute)]
    called = [node.func for node in _nodes(path) if isinstance(node, ast.Call)]
    return frozenset(_written(node) for node in (*dotted, *called))


def _written(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_written(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else f"({type(node).__name__})"


def test_a_clock_or_a_file_is_found_however_it_is_reached(tmp_path: Path) -> None:
    path = tmp_path / "room.py"
    path.write_text("now = datetime.now\nold = date.today().isoformat()\nopen(x)\n(a / b).read_text()\n")
    used = _names_used(path)
    assert {"datetime.now", "date.today", "open"} <= used
    assert any(name.endswith(".read_text") for name in used)


def test_no_clock_is_read_below_the_faces() -> None:
    clocks = {
        "datetime.now",
        "datetime.today",
        "date.today",
        "datetime.utcnow",
        "time.time",
        "time.monotonic",
    }
    found = {p.name: clocks & _names_used(p) for p in BELOW_THE_FACES}
    assert not any(found.values()), found


def test_no_network_file_or_hidden_randomness_is_used_below_the_faces() -> None:
    forbidden_imports = {"socket", "urllib", "http", "requests", "random", "secrets", "subprocess", "os"}
    allowed_files = {"loader.py"}  # knowledge is read once, from the package
    for path in BELOW_THE_FACES:
        nodes = _nodes(path)
        imported = {a.name.split(".")[0] for n in nodes if isinstance(n, ast.Import) for a in n.names}
        imported |= {(n.module or "").split(".")[0] for n in nodes if isinstance(n, ast.ImportFrom)}
        assert not imported & forbidden_imports, path
        used = _names_used(path)
        assert "open" not in used, path
        assert not {u for u in used if u.startswith("np.random.") and u.endswith((".seed", ".rand"))}, path
        if path.name not in allowed_files:
            reads = {u for u in used if u.endswith((".read_text", ".read_bytes"))}
            # What is shipped in the package: styles, templates, catalogues.
            assert not reads or path.parts[-2] in {"report", "printed"}, f"{path} reads files: {reads}"


def test_everything_written_speaks_of_the_project_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    # Acting and blocking ones are groups of the ATC classification.
    forbidden = re.compile(
        r"/work/|/tmp/|/root/|\bclaude\b|\banthropic\b|\bLLM\b|pypi\.org|files\.pythonhosted|"
        r"(?<!acting )(?<!blocking )(?<!angiotensin )\bagents?\b(?! and| acting)|"
        r"deb\.debian|registry\.npmjs",
        re.IGNORECASE,
    )
    offenders = []
    for name in listed:
        path = ROOT / name
        if name == str(Path(__file__).relative_to(ROOT)) or not path.is_file():
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        offenders += [f"{name}: {m.group()}" for m in forbidden.finditer(text)]
    assert not offenders


def test_no_stub_is_left_in_the_source() -> None:
    marks = re.compile(r"\bTODO\b|\bFIXME\b|\bXXX\b|NotImplementedError|not implemented")
    offenders = [
        str(p)
        for p in SOURCE.rglob("*")
        if p.suffix in {".py", ".yaml", ".j2"} and marks.search(p.read_text(encoding="utf-8"))
    ]
    assert not offenders


def test_no_source_file_grows_past_four_hundred_lines() -> None:
    long = {p.name: n for p in SOURCE.rglob("*.py") if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_every_public_function_says_what_goes_in_and_out() -> None:
    silent = []
    for path in SOURCE.rglob("*.py"):
        module = _nodes(path)[0]
        assert isinstance(module, ast.Module)
        for node in module.body:
            if (
                isinstance(node, (ast.FunctionDef, ast.ClassDef))
                and not node.name.startswith("_")
                and ast.get_docstring(node) is None
            ):
                silent.append(f"{path.relative_to(SOURCE)}: {node.name}")
    assert not silent
