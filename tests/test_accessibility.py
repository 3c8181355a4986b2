"""Pages for everyone: images described, headings in order, links and fields named, enough contrast."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from accessibility import find_contrasts, find_faults, measure_contrast
from compare.brief import write_brief
from compare.notebooks import export_page
from compare.pipeline import Tables
from compare.reading import write_reading
from compare.site import write_site
from made_tables import make_tables

GOOD = '<html lang="zh-CN"><title>甲</title><main><h1>甲</h1>{}</main></html>'


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return make_tables(tmp_path_factory.mktemp("made") / "processed")


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Title", "三地都提高新技术企业")
    texts.add_itxt("Description", "三行两列的格子图")
    for lang in ("zh", "en"):
        (tmp_path / "figures").mkdir(exist_ok=True)
        Image.new("RGB", (400, 200), "white").save(tmp_path / "figures" / f"01_coverage_{lang}.png", pnginfo=texts)
    return tmp_path


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ('<img src="a.png">', "alternative text"), ("<h3>乙</h3>", "heading 3 after 1"), ("<h1>乙</h1>", "2 first"),
        ('<a href="a.html"></a>', "without a name"), ('<a href="a.html">更多</a>', "更多"), ("<input>", "label"),
        ('<p id="a"></p><p id="a"></p>', "twice"), ('<iframe src="a"></iframe>', "frame"),
    ],
)  # fmt: skip
def test_the_check_finds_faults(html: str, fault: str) -> None:
    assert not find_faults(GOOD.format('<a href="a.html"><img src="a.png" alt="图"></a>'))
    (found,) = find_faults(GOOD.format(html))
    assert fault in found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_of_the_site_are_for_everyone(made: Tables, reports: Path, lang: str) -> None:
    write_brief(made, reports / "brief.html", lang=lang)
    write_site(made, reports / "html", lang=lang)
    pages = {page.name: find_faults(page.read_text(encoding="utf-8")) for page in reports.rglob("*.html")}
    assert len(pages) > 10
    assert not {name: faults for name, faults in pages.items() if faults}


def test_reading_views_of_the_shipped_plans_are_for_everyone(tables: Tables, tmp_path: Path) -> None:
    for plan in tables.plans["plan_id"]:
        page = write_reading(plan, tables, tmp_path)
        assert find_faults(page.read_text(encoding="utf-8")) == []


def test_notebook_pages_are_for_everyone() -> None:
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
    output = new_output("display_data", {"image/png": png})
    cells = [new_markdown_cell("# 问题\n## 一张图"), new_code_cell("x", outputs=[output])]
    assert find_faults(export_page(new_notebook(cells=cells))) == []


def test_text_stands_out_from_its_ground() -> None:
    assert round(measure_contrast("#000000", "#ffffff")) == 21
    css = resources.files("compare").joinpath("reading/look.css").read_text(encoding="utf-8")
    contrasts = find_contrasts(css)
    assert {pair: round(value, 2) for pair, value in contrasts.items() if value < 4.5} == {}
