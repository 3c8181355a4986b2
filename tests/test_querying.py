"""The snippets of docs/querying.md run as they stand, on a small set of tables and on a large one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from compare.pipeline import build, load_tables, sets

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "querying.md").read_text(encoding="utf-8")
WHOLE, PARTS = PAGE.split("## Large sets")


def snippets(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def run(code: str, folder: Path, monkeypatch, capsys) -> str:
    pytest.importorskip(code.split()[1], reason="not installed")
    monkeypatch.chdir(folder)
    exec(compile(code, "docs/querying.md", "exec"), {})
    return capsys.readouterr().out


@pytest.fixture(scope="module")
def small(shipped, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    shutil.copytree(shipped, folder / "data" / "processed")
    return folder


@pytest.fixture(scope="module")
def large(project, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sets, "MOST_TOGETHER", 2)
        patch.setattr(sets, "PLANS_A_PART", 2)
        build(project / "data" / "raw", folder / "data" / "processed", jobs=1)
    return folder


def test_there_is_one_snippet_for_each_tool_in_both_forms():
    for text in (WHOLE, PARTS):
        assert [code.split()[1] for code in snippets(text)] == ["duckdb", "pandas", "polars"]
    assert all(len(code.splitlines()) <= 3 for code in snippets(PAGE))


@pytest.mark.parametrize("code", snippets(WHOLE), ids=lambda code: code.split()[1])
def test_snippets_for_a_small_set(code, small, monkeypatch, capsys):
    printed = run(code, small, monkeypatch, capsys)
    counts = load_tables(small / "data" / "processed").targets["indicator"].value_counts()
    assert re.search(rf"{counts.index[0]}\W+{counts.iloc[0]}\b", printed)


@pytest.mark.parametrize("code", snippets(PARTS), ids=lambda code: code.split()[1])
def test_snippets_for_a_large_set(code, large, monkeypatch, capsys):
    printed = run(code, large, monkeypatch, capsys)
    assert re.search(rf"\b{len(load_tables(large / 'data' / 'processed').targets)}\b", printed)
