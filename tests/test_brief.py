"""The brief: findings computed and hedged, numbers traced, Chinese type, the same bytes each time."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Cm
from PIL import Image, PngImagePlugin

from compare.brief import BriefFigure, find_findings, plain, write_brief
from compare.errors import BuildError
from compare.pipeline import Tables
from made_tables import make_tables


@pytest.fixture
def made(tmp_path: Path) -> Tables:
    return make_tables(tmp_path / "processed")


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "figures" / "coverage.png"
    path.parent.mkdir()
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("Title", "三地都提高新技术企业")
    texts.add_itxt("Description", "三行两列的格子图")
    Image.new("RGB", (400, 200), "white").save(path, pnginfo=texts)
    return path


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


def test_no_plan_is_an_error(made: Tables, tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="data/raw"):
        write_brief(replace(made, plans=made.plans.head(0)), tmp_path / "brief.docx")


def test_numbers_lead_to_plan_and_sentence(made: Tables, tmp_path: Path) -> None:
    path = write_brief(made, tmp_path / "brief.docx")
    texts = _texts(path)
    (note,) = [t for t in texts if t.startswith("[") and "alpha.txt" in t and "新增高新技术企业20家以上" in t]
    assert "甲市（alpha.txt），第3句" in note
    body = Document(str(path)).element.body
    anchors = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    bookmarks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert set(anchors) == set(bookmarks)
    assert len(bookmarks) == len(set(bookmarks))
    assert len(anchors) > len(bookmarks)  # a target told twice has one note


def test_table_holds_values_hidden_and_absent(made: Tables, tmp_path: Path) -> None:
    (table,) = Document(str(write_brief(made, tmp_path / "brief.docx"))).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[0] == ["指标", "甲市", "乙县", "丙市"]
    firms, talent = rows[1:]
    assert firms[1].startswith("20家以上")
    assert talent[1].startswith("隐去")
    assert talent[3] == "—"


def test_many_plans_are_listed_in_rows(made: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compare.brief.table._WIDEST_MATRIX", 2)
    (table,) = Document(str(write_brief(made, tmp_path / "brief.docx"))).tables
    assert [cell.text for cell in table.rows[0].cells] == ["指标", "地区", "目标"]
    assert len(table.rows) == 1 + 5


def test_figures_have_caption_and_description(made: Tables, tmp_path: Path, picture: Path) -> None:
    path = write_brief(made, tmp_path / "brief.docx")  # takes the folder figures beside it
    assert "图1　三地都提高新技术企业" in _texts(path)
    properties = next(Document(str(path)).element.body.iter(qn("wp:docPr")))
    assert properties.get("descr") == "三行两列的格子图"
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
