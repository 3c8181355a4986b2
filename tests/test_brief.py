"""The brief: findings computed and hedged, numbers traced, Chinese type, the same bytes each time."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from lxml import etree
from PIL import Image, PngImagePlugin

from compare.brief import (
    BriefFigure,
    BriefSettings,
    FigureChoice,
    find_figures,
    find_findings,
    list_groups,
    plain,
    read_settings,
    write_brief,
    write_briefs,
)
from compare.brief.figures import place_figures
from compare.errors import BuildError, CompareError
from compare.pipeline import Tables
from compare.plots import plot_target_panels
from made_tables import make_tables


@pytest.fixture
def made(tmp_path: Path) -> Tables:
    return make_tables(tmp_path / "processed")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "figures" / "01_coverage_zh.png"
    path.parent.mkdir()
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Title", "三地都提高新技术企业")
    texts.add_itxt("Subtitle", "新技术企业，家")
    texts.add_itxt("Description", "三行两列的格子图")
    Image.new("RGB", (400, 200), "white").save(path, pnginfo=texts)
    return path


def _codes(body: Any) -> list[Any]:
    return list(body.iter(qn("w:instrText")))


def _notes(path: Path) -> dict[int, str]:
    """Texts of the footnotes by number."""
    with zipfile.ZipFile(path) as parts:
        root = etree.fromstring(parts.read("word/footnotes.xml"))
    notes = {int(note.get(qn("w:id"))): "".join(note.itertext()) for note in root}
    return {number: text for number, text in notes.items() if number > 0}


def _texts(path: Path) -> list[str]:
    document = Document(str(path))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [p.text for p in document.paragraphs] + cells


def test_findings_state_counts_and_doubt(made: Tables) -> None:
    found = [plain(finding) for finding in find_findings(made)]
    assert "3份计划共提出8项量化目标" in found[0]
    assert "其中1项的数字被原文隐去" in found[0]
    firms = next(f for f in found if f.startswith("高新技术企业"))
    assert "丙市30家、甲市20家以上、乙县15家左右" in firms
    assert "名次不能完全确定" in firms
    talent = next(f for f in found if f.startswith("论人才"))
    assert "乙县" in talent
    assert "30%（95%区间28%–32%），明显多于其他各地" in talent
    assert any("没有看到清楚的分组" in f for f in found)


def test_findings_are_few_and_the_weightiest_first(tables: Tables) -> None:
    found = [plain(finding) for finding in find_findings(tables)]
    assert len(found) <= 10
    assert "项量化目标" in found[0]
    assert find_findings(tables, most=3) == find_findings(tables)[:3]


def test_groups_are_counted_as_in_the_figure(tables: Tables) -> None:
    axes = plot_target_panels(tables.comparisons, plans=tables.plans, targets=tables.targets)
    groups = len(list_groups(tables))
    assert f"{groups}项" in axes.figure.get_layout_engine().title
    assert f"有{groups}组" in plain(find_findings(tables)[1])


def test_findings_change_with_the_tables(made: Tables) -> None:
    fewer = replace(made, targets=made.targets[made.targets["plan_id"] != "alpha"])
    assert "共提出3项" in plain(find_findings(fewer)[0])


def test_findings_in_english(made: Tables) -> None:
    found = " ".join(plain(finding) for finding in find_findings(made, "en"))
    assert "state 8 quantified targets" in found
    assert "≥20" in found
    assert "the order is not fully certain" in found


@pytest.mark.parametrize("plans", [("beta",), ("beta", "gamma")])
def test_few_plans_give_a_brief_too(tmp_path: Path, plans: tuple[str, ...]) -> None:
    texts = _texts(write_brief(make_tables(tmp_path / "few", plans), tmp_path / "brief.docx"))
    assert any("项量化目标" in text for text in texts)
    assert any("方法与局限" in text for text in texts)
    assert texts[0] == ("乙县2030年科技工作计划简报" if len(plans) == 1 else "2030年科技工作计划比较简报")


def test_no_plan_is_an_error(made: Tables, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="data/raw"):
        write_brief(replace(made, plans=made.plans.head(0)), tmp_path / "brief.docx")


def test_numbers_lead_to_plan_and_sentence(made: Tables, tmp_path: Path) -> None:
    path = write_brief(made, tmp_path / "brief.docx")
    (note,) = [t for t in _notes(path).values() if "alpha.txt" in t and "新增高新技术企业20家以上" in t]
    assert "甲市（alpha.txt），第3句" in note


def test_footnotes_are_real_and_numbered_in_order(made: Tables, tmp_path: Path) -> None:
    path = write_brief(made, tmp_path / "brief.docx")
    body = Document(str(path)).element.body
    marks = [int(mark.get(qn("w:id"))) for mark in body.iter(qn("w:footnoteReference"))]
    assert marks == sorted(_notes(path)) == list(range(1, len(marks) + 1))
    again = [int(re.findall(r"NOTEREF note(\d+)", code.text)[0]) for code in _codes(body) if "NOTEREF" in code.text]
    assert again  # a target told in a finding and in the table has one note
    assert set(again) <= set(marks)
    with zipfile.ZipFile(path) as parts:
        assert "/word/footnotes.xml" in parts.read("[Content_Types].xml").decode()
        settings = parts.read("word/settings.xml").decode()
    assert settings.index("<w:footnotePr>") < settings.index("<w:compat>")


def test_page_has_the_same_notes_and_links_both_ways(made: Tables, tmp_path: Path) -> None:
    notes = _notes(write_brief(made, tmp_path / "brief.docx"))
    html = write_brief(made, tmp_path / "brief.html").read_text(encoding="utf-8")
    for number, text in notes.items():
        assert html.count(f'id="note{number}"') == html.count(f'id="cited{number}"') == 1
        assert f'href="#note{number}"' in html
        assert f'href="#cited{number}"' in html
        assert text.strip() in unescape(html)


def test_table_holds_values_hidden_and_absent(made: Tables, tmp_path: Path) -> None:
    (table,) = Document(str(write_brief(made, tmp_path / "brief.docx"))).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["指标", "甲市", "乙县", "丙市"]
    firms, talent = rows[1:]
    assert firms[1].startswith("20家以上")
    assert talent[1].startswith("隐去")
    assert talent[3] == "—"


def test_many_plans_are_listed_in_rows(made: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compare.brief.tables.WIDEST_MATRIX", 2)
    (table,) = Document(str(write_brief(made, tmp_path / "brief.docx"))).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["指标", "提出的地区", "数字最大的三地"]
    assert rows[1][1:] == ["3地", "丙市30家1、甲市20家以上2、乙县15家左右3"]  # with the marks of their notes
    assert rows[2][1] == "2地，1地隐去数字"
    assert len(list(table._tbl.iter(qn("w:footnoteReference")))) + len(_codes(table._tbl)) >= 4


def test_one_plan_alone_shows_its_own_targets(tmp_path: Path) -> None:
    made = make_tables(tmp_path / "one", ("alpha",))
    found = [plain(finding) for finding in find_findings(made)]
    assert any(f.startswith("总体目标中写明：") and "20家以上" in f for f in found)
    assert any(f.startswith("着墨最多的主题是") and "95%区间" in f for f in found)
    assert not any("0项" in f or "平均" in f for f in found)
    path = write_brief(made, tmp_path / "brief.docx")
    (table,) = Document(str(path)).tables
    assert len(table.rows) == 1 + int((made.targets["same_as"] == "").sum())
    assert any("本计划的目标" in text for text in _texts(path))
    assert len(_notes(path)) == len(table.rows) - 1


def test_figures_have_caption_and_description(made: Tables, tmp_path: Path, picture: Path) -> None:
    path = write_brief(made, tmp_path / "brief.docx")  # takes the folder figures beside it
    assert "图1　新技术企业，家" in _texts(path)  # the title stands in the picture
    properties = next(Document(str(path)).element.body.iter(qn("wp:docPr")))
    assert properties.get("descr") == "三地都提高新技术企业。三行两列的格子图"
    chosen = write_brief(made, tmp_path / "other.docx", figures=[BriefFigure(picture, "自选")])
    assert "图1　自选" in _texts(chosen)


def test_missing_figure_is_an_error(made: Tables, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"nowhere\.png"):
        write_brief(made, tmp_path / "brief.docx", figures={"无": tmp_path / "nowhere.png"})


def test_paper_and_type_are_chinese(made: Tables, tmp_path: Path) -> None:
    path = write_brief(made, tmp_path / "brief.docx")
    document = Document(str(path))
    section = document.sections[0]
    assert abs(section.page_width - Cm(21)) < Cm(0.1)
    assert abs(section.page_height - Cm(29.7)) < Cm(0.1)
    for style, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Title", "黑体")):
        fonts = document.styles[style].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert not [name for name in fonts.attrib if name.endswith("Theme")]
    with zipfile.ZipFile(path) as parts:
        assert "SimSun" in parts.read("word/fontTable.xml").decode()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_same_input_gives_same_bytes(made: Tables, tmp_path: Path, picture: Path, lang: str) -> None:
    first = write_brief(made, tmp_path / "a.docx", lang=lang)
    second = write_brief(made, tmp_path / "b.docx", lang=lang)
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_shipped_brief_opens_in_libreoffice(tables: Tables, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine: the brief was not opened (apt install libreoffice-writer)")
    path = write_brief(tables, tmp_path / "brief.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert (tmp_path / "brief.pdf").read_bytes().startswith(b"%PDF")


def _make_figure(folder: Path, name: str, height: int = 300) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.png"
    Image.new("RGB", (400, height), "white").save(path)
    return path


def test_figures_of_the_language_only(tmp_path: Path) -> None:
    for name in ("01_coverage_zh", "01_coverage_en", "01_coverage_zh_slide", "notes"):
        _make_figure(tmp_path, name)
    assert [figure.path.name for figure in find_figures(tmp_path, "en")] == ["01_coverage_en.png"]


def test_two_figures_share_a_page_where_they_fit(tmp_path: Path) -> None:
    heights = {"a": 460, "b": 560, "c": 150, "d": 200}  # at 17 cm: 19.6, 23.8, 6.4, 8.5
    figures = [BriefFigure(_make_figure(tmp_path, name, height), name) for name, height in heights.items()]
    placed = place_figures(figures, 17, 25.8)
    assert [(p.figure.caption, p.begins_page) for p in placed] == [
        ("a", False), ("c", False), ("b", False), ("d", False),
    ]  # fmt: skip
    assert all(17 * 0.84 <= p.width <= 17 for p in placed)


SETTINGS = """
language: en
title: A title
cities: [甲市, beta]
figures: [{name: coverage, caption: 自选}]
findings: 2
formats: [html]
"""


def test_settings_choose_everything(made: Tables, tmp_path: Path) -> None:
    (tmp_path / "brief.yml").write_text(SETTINGS, encoding="utf-8")
    settings = read_settings(tmp_path / "brief.yml")
    assert settings.figures == (FigureChoice("coverage", "自选"),)
    (page,) = write_briefs(made, tmp_path / "reports", settings)
    html = page.read_text(encoding="utf-8")
    assert page.name == "brief.html"
    assert "<h1>A title</h1>" in html
    assert "The 2 plans state 7 quantified targets" in html
    assert "丙市" not in html
    assert "Figure 1. 自选" in html
    assert html.count("data:image/png;base64,") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tittle: x", r"brief\.yml line 1: unknown key 'tittle'.*title.*docs/brief\.yml"),
        ("language: de", r"brief\.yml.*'language' cannot be 'de'.*zh, en"),
        ("title: a\nfindings: 0", "'findings' cannot be 0"),
        ("figures:\n- {nmae: coverage}", r"brief\.yml line 2: unknown key 'nmae'"),
        ("cities: [2022]", "in quotes"), ("formats: [pdf]", "docx, html"), ("- a", "mapping"),
        ("cities: [无此市]", r"brief\.yml, cities: there is no plan of '无此市'.*甲市"),
        ("figures: [nothing]", r"brief\.yml, figures: there is no figure 'nothing'.*coverage"),
    ],
)  # fmt: skip
def test_wrong_settings_are_named_with_their_remedy(
    made: Tables, tmp_path: Path, picture: Path, text: str, message: str
) -> None:
    (tmp_path / "brief.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CompareError, match=message):
        write_briefs(made, tmp_path, read_settings(tmp_path / "brief.yml"))


def test_missing_settings_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(CompareError, match=r"none\.yml"):
        read_settings(tmp_path / "none.yml")


def test_documented_settings_work_on_the_shipped_plans(tables: Tables, tmp_path: Path) -> None:
    settings = read_settings(Path(__file__).parents[1] / "docs" / "brief.yml")
    assert {key for key, value in vars(settings).items() if value != getattr(BriefSettings(), key)} == {
        "title", "subtitle", "cities", "figures", "findings", "origin",
    }  # fmt: skip
    docx, html = write_briefs(tables, tmp_path, settings)
    assert "三地科技工作计划比较" in _texts(docx)
    assert len(Document(str(docx)).inline_shapes) == html.read_text(encoding="utf-8").count("<img") == 4
