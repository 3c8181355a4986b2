"""PDF and OFD: lines joined, heads and page numbers gone, columns in order, and what cannot be read named."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from compare.errors import ReadError
from compare.readers import read_plan
from compare.readers.layout import Page, Piece, join_pages
from compare.structure import read_structure
from wrappings import find_font, split_lines, write_ofd, write_pdf

RAW = Path(__file__).parent.parent / "data" / "raw"
LINES = split_lines((RAW / "ganzhou.txt").read_text(encoding="utf-8"))


@pytest.fixture
def read(tmp_path):
    def run(content: bytes, name: str = "plan.pdf"):
        file = tmp_path / name
        file.write_bytes(content)
        return read_plan(file)

    return run


def new_pdf():
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.add_font("han", fname=str(find_font()))
    pdf.add_page()
    pdf.set_font("han", size=14)
    return pdf


@pytest.mark.parametrize("columns", [1, 2])
def test_paragraphs_come_out_whole_and_in_order(columns, read):
    found = [line.strip("　 ").replace(" ", "") for line in read(write_pdf(LINES, columns=columns)).text.split("\n")]
    wanted = [line.replace(" ", "") for line in LINES]
    assert [line for line in wanted if line not in found] == []
    places = [found.index(line) for line in dict.fromkeys(wanted)]
    assert places == sorted(places)


@pytest.mark.parametrize(("write", "name"), [(write_pdf, "plan.pdf"), (write_ofd, "plan.ofd")])
def test_heads_and_page_numbers_are_no_sentences(write, name, read):
    text = read(write(LINES), name).text
    assert "某市科技局文件" not in text
    document = read_structure(text)
    assert not [s.text for s in document.sentences if s.plain.strip("— 0123456789") == ""]
    assert all(text[s.start : s.end] == s.text for s in document.sentences)


def test_a_hyphen_at_the_end_of_a_line_stays_a_range(read):
    pdf = new_pdf()
    for _ in range(3):
        line = "今年全市上下共同努力，力争新增省级科技创新平台10-20家以上。"
        pdf.multi_cell(100, 8, line, wrapmode="CHAR", new_x="LMARGIN", new_y="NEXT")
    pdf.multi_cell(0, 8, "引进人才15-", new_x="LMARGIN", new_y="NEXT")
    text = read(bytes(pdf.output())).text
    assert text.count("10-20家以上") == 3
    assert "\ufffe" not in text
    assert "15-" in text


def test_table_rows_keep_their_cells(read):
    pdf = new_pdf()
    pdf.multi_cell(0, 8, "2022年科技工作主要目标", new_x="LMARGIN", new_y="NEXT")
    for cells in (("指标", "单位", "目标值"), ("高新技术企业", "家", "20"), ("研发投入强度", "%", "2.5")):
        for cell in cells:
            pdf.cell(50, 9, cell, border=1)
        pdf.ln()
    lines = read(bytes(pdf.output())).text.split("\n")
    assert lines[1:4] == ["指标\t单位\t目标值", "高新技术企业\t家\t20", "研发投入强度\t%\t2.5"]


def test_watermarks_stay_out(read):
    pdf = new_pdf()
    for line in LINES[:5]:
        pdf.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
    with pdf.rotation(45, 100, 100):
        pdf.text(60, 100, "内部资料99份")
    assert "内部资料" not in read(bytes(pdf.output())).text


def picture() -> io.BytesIO:
    """A grey square as PNG."""
    import matplotlib.image
    import numpy as np

    buffer = io.BytesIO()
    matplotlib.image.imsave(buffer, np.full((40, 40), 0.5), format="png")
    buffer.seek(0)
    return buffer


def scanned() -> bytes:
    from fpdf import FPDF

    pdf = FPDF()
    for _ in range(2):
        pdf.add_page()
        pdf.image(picture(), x=0, y=0, w=200)
    return bytes(pdf.output())


def test_protected_scanned_damaged_and_empty_files_are_told_apart(read):
    from fpdf import FPDF

    empty = FPDF()
    empty.add_page()
    whole = write_pdf(LINES[:5])
    for content, said, remedy in (
        (write_pdf(LINES[:3], encrypt="secret"), "encrypted", "password"),
        (scanned(), "scanned", "OCR"),
        (b"%PDF-1.7\n" + b"garbage " * 100, "damaged", "again"),
        (whole[: len(whole) // 3], "damaged|no text|scanned", ""),
        (bytes(empty.output()), "no text", "OCR"),
    ):
        with pytest.raises(ReadError, match=said) as caught:
            read(content)
        assert remedy in caught.value.hint
        assert caught.value.where == "plan.pdf"


def test_a_scanned_page_among_others_is_noted(read):
    pdf = new_pdf()
    for line in LINES[:8]:
        pdf.multi_cell(0, 8, line, new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
    pdf.add_page()
    pdf.image(picture(), x=0, y=0, w=200)
    number = pdf.page
    assert f"page {number}" in read(bytes(pdf.output())).notes[0]


def test_too_many_pages_are_refused_with_the_way_to_allow_them(read, monkeypatch):
    from fpdf import FPDF

    pdf = FPDF()
    for _ in range(4):
        pdf.add_page()
    monkeypatch.setenv("PLANCOMPARE_LIMITS", "pages=3")
    with pytest.raises(ReadError, match="4 pages") as caught:
        read(bytes(pdf.output()))
    assert "pages=4" in caught.value.hint


def test_an_ofd_gives_its_text_and_title(read):
    source = read(write_ofd(LINES), "plan.ofd")
    assert (source.format, source.title) == ("ofd", LINES[0])
    found = [line.strip() for line in source.text.split("\n")]
    assert [line for line in LINES if line.replace(" ", "") not in [f.replace(" ", "") for f in found]] == []


def test_an_ofd_that_lacks_parts_is_refused(read):
    def without(name: str) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(write_ofd(LINES))) as whole, zipfile.ZipFile(buffer, "w") as part:
            for entry in whole.namelist():
                if name not in entry:
                    part.writestr(entry, whole.read(entry))
        return buffer.getvalue()

    for name, said in (("Document.xml", "lacks its document"), ("Page_1", "page 2")):
        with pytest.raises(ReadError, match=said):
            read(without(name), "plan.ofd")
    with pytest.raises(ReadError, match="no words"):
        read(write_ofd([""]), "plan.ofd")


def piece(text: str, x: float, y: float, width: float | None = None) -> Piece:
    return Piece(text, x, x + (width or 10 * len(text)), y, y + 10)


def test_a_line_that_is_not_full_ends_its_paragraph():
    long = "科" * 40
    page = Page(500, 800, (
        piece("一、标题", 50, 100), piece(long, 70, 120, 380), piece(long, 50, 140), piece("完。", 50, 160),
        piece(long, 70, 180, 380), piece("尾", 50, 200), piece(long, 70, 220, 380), piece("末。", 50, 240),
    ))  # fmt: skip
    assert join_pages([page]).split("\n") == ["一、标题", long * 2 + "完。", long + "尾", long + "末。"]


def test_a_paragraph_goes_on_over_the_end_of_a_page():
    long = "科" * 40
    first = Page(500, 800, (*(piece(long, 50, 100 + 20 * i) for i in range(5)), piece("— 1 —", 230, 760)))
    second = Page(500, 800, (piece("技。", 50, 100), piece("二、下一节", 70, 120), piece("— 2 —", 230, 760)))
    assert join_pages([first, second]).split("\n") == [long * 5 + "技。", "二、下一节"]
