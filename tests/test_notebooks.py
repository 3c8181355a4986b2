"""Notebooks run in this interpreter, with other parameters, untouched, and become pages that load nothing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from nbformat import read, write
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from compare.errors import CompareError
from compare.notebooks import export_page, run_notebooks
from compare.schema import TABLES, to_csv
from made_tables import make_tables


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notebooks"
    made.mkdir()
    cells = [
        new_markdown_cell("# 哪些目标 & 可比？"),
        new_code_cell('city = "甲市"\nlang = "zh"', metadata={"tags": ["parameters"]}),
        new_code_cell("import sys\nprint(sys.executable, city, lang)"),
        new_markdown_cell("## 一张图"),
        new_code_cell("import matplotlib.pyplot as plt\nplt.plot([1, 2]);"),
        new_code_cell("plt.figure()\nplt.plot([2, 1]);"),
    ]
    write(new_notebook(cells=cells), made / "01_good.ipynb")
    return made


def _add(folder: Path, name: str, *cells: str) -> None:
    write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), folder / f"{name}.ipynb")


def test_page_has_results_of_this_interpreter(folder: Path, tmp_path: Path) -> None:
    before = (folder / "01_good.ipynb").read_bytes()
    (page,) = run_notebooks(folder, tmp_path / "html", parameters={"city": "乙县"}, lang="en")
    html = page.read_text(encoding="utf-8")
    assert page == tmp_path / "html" / "01_good.html"
    assert f"{sys.executable} 乙县 en" in html
    assert "<title>哪些目标 &amp; 可比？</title>" in html
    assert html.count("data:image/png") == html.count('alt="一张图"') == 2
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", html)
    assert "default-src &#39;none&#39;" in html
    assert (folder / "01_good.ipynb").read_bytes() == before
    assert [p.name for p in folder.iterdir()] == ["01_good.ipynb"]


def test_failure_names_notebook_cell_and_error(folder: Path, tmp_path: Path) -> None:
    _add(folder, "00_bad", "x = 1", "# why\ny = 1 / 0")
    with pytest.raises(CompareError, match=r"00_bad\.ipynb: cell 2 \(y = 1 / 0\) failed: ZeroDivisionError") as caught:
        run_notebooks(folder, tmp_path / "html")
    assert "make lab" in str(caught.value)
    assert [p.name for p in (tmp_path / "html").iterdir()] == ["01_good.html"]


def test_cell_that_hangs_is_stopped(folder: Path, tmp_path: Path) -> None:
    _add(folder, "02_slow", "import time\ntime.sleep(60)")
    with pytest.raises(CompareError, match="longer than 1 seconds"):
        run_notebooks(folder, tmp_path / "html", only=["02_slow"], timeout=1)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"parameters": {"town": 1}}, "city, lang"), ({"only": ["07_none"]}, "01_good")],
)
def test_wrong_name_is_an_error_that_lists_the_right_ones(folder: Path, options: dict, message: str) -> None:
    with pytest.raises(CompareError, match=message):
        run_notebooks(folder, folder.parent / "html", **options)


def test_broken_notebook_is_named(folder: Path) -> None:
    (folder / "03_broken.ipynb").write_text("{", encoding="utf-8")
    with pytest.raises(CompareError, match=r"03_broken\.ipynb"):
        run_notebooks(folder, folder.parent / "html")


def test_folder_without_notebooks_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CompareError, match="no notebooks"):
        run_notebooks(tmp_path, tmp_path / "html")


def test_code_is_folded_away(folder: Path) -> None:
    html = export_page(read(folder / "01_good.ipynb", as_version=4))
    assert html.count('<details class="code"><summary>代码</summary>') == 3
    assert html.count('<details class="code"><summary>参数（代码）</summary>') == 1


def test_a_page_speaks_one_language() -> None:
    cells = [new_markdown_cell("# 哪些目标？ · Which targets?"), new_markdown_cell("先看图。\n\nThe figure first.")]
    chinese, english = (export_page(new_notebook(cells=cells), lang=lang) for lang in ("zh", "en"))
    assert "<title>哪些目标？</title>" in chinese
    assert "先看图。" in chinese
    assert "figure first" not in chinese
    assert "<title>Which targets?</title>" in english
    assert "The figure first." in english
    assert "先看图" not in english


def test_a_figure_is_described_by_its_own_words(folder: Path, tmp_path: Path) -> None:
    made = make_tables(tmp_path / "processed")
    for name in TABLES:
        (made.folder / f"{name}.csv").write_bytes(to_csv(getattr(made, name)))
    draw = "import compare\nt = compare.load_tables()\ncompare.plot_coverage(t.targets, plans=t.plans);"
    _add(folder, "04_figure", draw)
    (page,) = run_notebooks(folder, tmp_path / "html", only=["04_figure"], tables=made.folder)
    (said,) = re.findall(r'alt="([^"]*)"', page.read_text(encoding="utf-8"))
    assert said.startswith("3份计划共提出")


def test_a_notebook_runs_again_only_when_something_changed(folder: Path, tmp_path: Path) -> None:
    tables, out = tmp_path / "processed", tmp_path / "html"
    tables.mkdir()
    (tables / "targets.csv").write_text("a", encoding="utf-8")

    def run(**options) -> bool:
        """Whether the notebook was run, and not taken as it was."""
        before = (out / "01_good.html").stat().st_mtime_ns if (out / "01_good.html").exists() else 0
        (page,) = run_notebooks(folder, out, **({"inputs": [tables]} | options))
        return page.stat().st_mtime_ns != before

    assert run()
    assert not run()
    assert run(lang="en")
    assert run(parameters={"city": "乙县"})
    assert run()
    (tables / "targets.csv").write_text("b", encoding="utf-8")
    assert run()
    notebook = folder / "01_good.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("[1, 2]", "[1, 3]"), encoding="utf-8")
    assert run()
    (out / "01_good.html").write_text("mine", encoding="utf-8")
    assert run()
    assert not run()
    assert run(inputs=())


def test_notebooks_read_the_tables_they_are_given(folder: Path, tmp_path: Path) -> None:
    made = make_tables(tmp_path / "other" / "processed")
    for name in TABLES:
        (made.folder / f"{name}.csv").write_bytes(to_csv(getattr(made, name)))
    _add(folder, "02_tables", "from compare.pipeline import load_tables\nprint(*load_tables().plans['plan_id'])")
    (page,) = run_notebooks(folder, tmp_path / "html", only=["02_tables"], tables=made.folder)
    assert "alpha beta gamma" in page.read_text(encoding="utf-8")
