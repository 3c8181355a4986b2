"""The notebooks as they are kept: thin, without outputs, with one cell of parameters and no number typed into prose."""

from __future__ import annotations

import ast
import json
import re

import pytest

from conftest import PROJECT

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def test_there_is_one_for_each_question():
    assert [p.stem for p in NOTEBOOKS] == [
        "00_coverage",
        "01_targets",
        "02_priorities",
        "03_clusters",
        "04_brief",
        "05_review",
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebooks_are_thin_and_stripped(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    prose = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert all(c["outputs"] == [] and c["execution_count"] is None for c in code)
    assert [c["metadata"].get("tags") for c in code].count(["parameters"]) == 1
    assert "？" in prose[0]
    assert prose[0].startswith("# ")
    assert not any(re.search(r"\d", text) for text in prose)
    for cell in code:
        tree = ast.parse("".join(cell["source"]))
        assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda) for node in ast.walk(tree))
        assert len(cell["source"]) <= 16
