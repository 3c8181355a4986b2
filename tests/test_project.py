"""The project as a whole: one order of imports, one set of requirements, nothing of one machine or one source in it."""

from __future__ import annotations

import ast
import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from compare.cli import app
from compare.pipeline.registry import read_registry
from compare.readers import read_plan

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "src" / "compare"

# Each imports only from what stands before it.
ORDER = (
    "collector", "errors", "problems", "schema", "rows", "vocabulary", "readers", "sheets", "structure", "quantities",
    "targets", "themes", "priorities", "wording", "clusters", "comparison", "corrections", "changes", "pipeline",
    "style", "plots", "reading", "brief", "notebooks", "site", "evaluate", "cli", "__main__",
)  # fmt: skip
ANALYSIS = ORDER[: ORDER.index("style")]


def modules() -> Iterator[tuple[str, Path]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        top = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if top != "__init__":
            yield top, path


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Modules of the package that a file imports, wherever in the file, with the line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import in line {node.lineno}"
            names = [f"compare.{a.name}" for a in node.names] if node.module == "compare" else [node.module or ""]
        for name in names:
            if name.startswith("compare."):
                yield name.split(".")[1], node.lineno


def test_every_module_has_its_place():
    assert {top for top, _ in modules()} == set(ORDER)


@pytest.mark.parametrize("top", ORDER)
def test_modules_import_only_what_stands_before_them(top):
    allowed = ORDER[: ORDER.index(top) + 1]
    for path in (path for name, path in modules() if name == top):
        assert [f"{path.name}:{line} {other}" for other, line in imported(path) if other not in allowed] == []


def test_analysis_never_imports_plotting():
    for top, path in modules():
        if top in ANALYSIS:
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"^\s*(?:import|from) (?:matplotlib|seaborn|docx)", text, re.MULTILINE), path


def test_modules_stay_of_one_size():
    for _, path in modules():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 450, path


def requirement(text: str) -> tuple[str, str]:
    """Name in its normal form, and version range."""
    match = re.fullmatch(r"([\w.-]+)(.*)", text.strip())
    return re.sub(r"[-_.]+", "-", match.group(1)).lower(), match.group(2).replace(" ", "")


@pytest.fixture(scope="module")
def pyproject() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wanted(pyproject) -> dict[str, str]:
    project = pyproject["project"]
    return dict(map(requirement, project["dependencies"] + project["optional-dependencies"]["dev"]))


def test_conda_users_get_the_same_environment(wanted, pyproject):
    environment = yaml.safe_load((PROJECT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge"]
    lines = [d for d in environment["dependencies"] if isinstance(d, str)]
    (pip,) = (d["pip"] for d in environment["dependencies"] if not isinstance(d, str))
    assert "--editable ." in pip
    listed = dict(map(requirement, [*lines, *(p for p in pip if not p.startswith("--"))]))
    assert listed.pop("python") == pyproject["project"]["requires-python"]
    assert listed.pop("pip") == ""
    assert listed == wanted


def test_the_lock_pins_every_requirement_with_hashes(wanted):
    lock = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    pinned = {}
    for entry in entries:
        match = re.match(r"([\w.-]+)==([\w.!+]+)", entry)
        assert match, f"not pinned: {entry.splitlines()[0]}"
        assert "--hash=sha256:" in entry
        pinned.setdefault(requirement(match.group(1))[0], match.group(2))
    assert set(wanted) <= set(pinned)
    for name, wish in wanted.items():
        for clause in filter(None, wish.split(",")):
            match = re.fullmatch(r"(>=|<)([\d.]+)", clause)
            have, limit = ([int(n) for n in re.findall(r"\d+", v)[:3]] for v in (pinned[name], match.group(2)))
            assert have >= limit if match.group(1) == ">=" else have < limit, f"{name} {pinned[name]} is not {wish}"


@pytest.mark.parametrize("name", ["requirements.txt", "environment.yml", "pyproject.toml", "Makefile", ".ci/run"])
def test_no_host_is_named(name):
    assert "://" not in (PROJECT / name).read_text(encoding="utf-8")
    assert "index-url" not in (PROJECT / name).read_text(encoding="utf-8").replace("--no-emit-index-url", "")


def texts_of_the_project() -> Iterator[tuple[Path, str]]:
    for top in ("src", "tests", "notebooks", "docs", ".ci", "benchmarks"):
        for path in sorted((PROJECT / top).rglob("*")):
            if path.suffix in {".py", ".yml", ".md", ".ipynb", ".css", ".js", ".html", ""} and path.is_file():
                yield path, path.read_text(encoding="utf-8")
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile", "pyproject.toml"):
        if (PROJECT / name).exists():
            yield PROJECT / name, (PROJECT / name).read_text(encoding="utf-8")


def test_nothing_names_a_folder_of_one_machine():
    machine = re.compile(r"/(?:wor[k]|roo[t]|hom[e]/\w+|User[s]/\w+)/")
    found = [str(path) for path, text in texts_of_the_project() if machine.search(text)]
    assert found == []


def test_rules_name_no_sample_city_and_quote_none_of_their_sentences():
    raw = PROJECT / "data" / "raw"
    plans = read_registry(raw).plans
    cities = {re.sub(r"[市县区]$", "", p.registered.city) for p in plans if "x" not in p.registered.city}
    assert len(cities) >= 4
    plain = {p.file: re.sub(r"\s", "", read_plan(p.path).text) for p in plans}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".yml"):
            continue
        text = path.read_text(encoding="utf-8")
        assert [c for c in cities if c in text] == [], path
        for run in set(re.findall(r"[\u4e00-\u9fff0-9，、]{18,}", text)):
            assert [f for f, plan in plain.items() if run in plan] == [], f"{path}: {run}"


@pytest.mark.parametrize("path", sorted((PROJECT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebooks_are_stripped_and_thin(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    assert not any(c["outputs"] or c["execution_count"] for c in code)
    assert sum("parameters" in c["metadata"].get("tags", []) for c in code) == 1
    trees = [ast.parse("".join(c["source"])) for c in code]
    assert not any(isinstance(node, ast.FunctionDef) for tree in trees for node in ast.walk(tree))


def commands_of_the_readme() -> list[list[str]]:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```[a-z]*\n(.*?)```", readme, re.DOTALL) + re.findall(r"`([^`\n]+)`", readme)
    blocks += re.findall(r"^    (.+)$", readme, re.MULTILINE)
    lines = [line.split("#")[0].split() for block in blocks for line in block.splitlines()]
    return [w for w in lines if w == ["make"] or (len(w) > 1 and w[0] in ("plancompare", "make"))]


def test_every_command_of_the_readme_exists():
    targets = set(re.findall(r"^(\w+):", (PROJECT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    subcommands = {c.name for c in app.registered_commands}
    for words in commands_of_the_readme():
        known = subcommands if words[0] == "plancompare" else targets
        assert len(words) == 1 or words[1].startswith("-") or words[1] in known, " ".join(words)


def test_the_two_commands_of_the_readme_are_there():
    commands = [" ".join(words[:2]) for words in commands_of_the_readme()]
    assert {"make", "make test", "plancompare all"} <= set(commands)


def test_ci_runs_exactly_what_people_run():
    assert re.search(r"^make test$", (PROJECT / ".ci" / "run").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_raw_plans_are_all_registered():
    assert all(p.registered for p in read_registry(PROJECT / "data" / "raw").plans)
