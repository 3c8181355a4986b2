"""Word documents old and new, rich text: what a reader of the document sees, and nothing that was deleted."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from compare.errors import ReadError
from compare.readers import libreoffice, read_plan, reading
from compare.readers.numbering import write_number
from wrappings import split_lines, write_docx, write_rtf

FILES = Path(__file__).parent / "files"
TEXT = (Path(__file__).parent.parent / "data" / "raw" / "luan.txt").read_text(encoding="utf-8")
SEEN = (
    "2022年示例市科技工作要点\n新增高新技术企业20家以上。\n指标\t2022年目标\n高新技术企业\t新增30家\n研发投入强度\t2.5%\n\t空格\n"
    "表后的段落。\n链接显示的字结束。\n"
)


@pytest.fixture
def read(tmp_path):
    def run(content: bytes, name: str = "plan.docx"):
        file = tmp_path / name
        file.write_bytes(content)
        return read_plan(file)

    return run


def p(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(f'<w:tc>{p(r(cell))}</w:tc>' for cell in cells)}</w:tr>"


BODIES = {
    "tracked changes": (
        p(r("新增"), "<w:del><w:r><w:delText>99</w:delText></w:r></w:del>", f"<w:ins>{r('20')}</w:ins>", r("家。")),
        "新增20家。\n",
    ),
    "a moved sentence": (
        p(f"<w:moveFrom>{r('旧处30家。')}</w:moveFrom>") + p(f"<w:moveTo>{r('新处30家。')}</w:moveTo>"),
        "新处30家。\n",
    ),
    "a deleted paragraph mark": (
        p(r("新增高新技术企业"), properties="<w:rPr><w:del/></w:rPr>") + p(r("20家。")),
        "新增高新技术企业20家。\n",
    ),
    "hidden text": (
        p(r("新增20家。"), r("新增99家。", "<w:vanish/>"), r("完。", '<w:vanish w:val="0"/>')),
        "新增20家。完。\n",
    ),
    "a table": (
        p(r("表")) + f"<w:tbl>{row('指标', '目标')}{row('企业', '20家')}{row('', '其他')}"
        + row("删", "99家", properties="<w:trPr><w:del/></w:trPr>") + "</w:tbl>",
        "表\n指标\t目标\n企业\t20家\n\t其他\n",
    ),
    "a text box and its copy for old programs": (
        p(
            "<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>" + p(r("框中新增10家。"))
            + "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox><w:txbxContent>" + p(r("框中新增10家。"))
            + "</w:txbxContent></v:textbox></mc:Fallback></mc:AlternateContent></w:r>", r("正文。"),
        ),
        "正文。\n框中新增10家。\n",
    ),
    "fields, breaks and content controls": (
        p(
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE 99</w:instrText></w:r>',
            r("2022年"), f"<w:hyperlink>{r('链接')}</w:hyperlink>",
            f"<w:sdt><w:sdtContent>{r('控件')}</w:sdtContent></w:sdt>",
            "<w:r><w:br/><w:t>10</w:t><w:noBreakHyphen/><w:t>20家</w:t><w:tab/><w:t>三</w:t></w:r>",
        ),
        "2022年链接控件\n10-20家 三\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BODIES)
def test_what_stands_in_a_word_document_comes_out(case, read):
    body, expected = BODIES[case]
    assert read(write_docx([], body=body)).text.lstrip("\n") == expected.lstrip("\n")


def test_numbers_of_lists_come_out_as_word_shows_them(read):
    def level(at: int, kind: str, text: str) -> str:
        return f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'

    levels = level(0, "chineseCountingThousand", "%1、") + level(1, "decimal", "%1.%2") + level(2, "bullet", "")
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )
    styles = '<w:style w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>'

    def item(text: str, at: int) -> str:
        return p(r(text), properties=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="3"/></w:numPr>')

    body = (
        p(r("总体要求"), properties='<w:pStyle w:val="H1"/>') + item("甲", 1) + item("点", 2) + item("乙", 1)
        + p(r("重点任务"), properties='<w:pStyle w:val="H1"/>') + item("丙", 1)
    )  # fmt: skip
    source = read(write_docx([], body=body, numbering=numbering, styles=styles))
    assert source.text == "一、总体要求\n一.1 甲\n点\n一.2 乙\n二、重点任务\n二.1 丙\n"


@pytest.mark.parametrize(
    ("n", "kind", "written"),
    [
        (10, "chineseCounting", "十"), (21, "chineseCountingThousand", "二十一"), (20, "japaneseCounting", "二十"),
        (12, "ideographDigital", "一二"), (27, "lowerLetter", "aa"), (4, "upperRoman", "IV"),
        (3, "decimalEnclosedCircle", "③"), (5, "unheardOf", "5"), (0, "chineseCounting", "〇"),
    ],
)  # fmt: skip
def test_list_numbers_are_written_in_their_kind(n, kind, written):
    assert write_number(n, kind) == written


def test_properties_tell_title_and_issuer_only_where_they_read_like_it(read):
    def with_properties(title: str, creator: str) -> bytes:
        import docx

        document = docx.Document()
        document.add_paragraph("新增高新技术企业20家。")
        document.core_properties.title, document.core_properties.author = title, creator
        buffer = io.BytesIO()
        document.save(buffer)
        return buffer.getvalue()

    source = read(with_properties("示例市2022年科技工作要点", "示例市科学技术局"))
    assert (source.title, source.issuer) == ("示例市2022年科技工作要点", "示例市科学技术局")
    source = read(with_properties("doc1", "微软用户"))
    assert (source.title, source.issuer) == ("", "")


def test_old_word_documents_lose_deleted_hidden_and_field_text():
    source = read_plan(FILES / "tracked.doc")
    assert (source.format, source.text) == ("doc", SEEN)


def test_old_word_documents_that_fail_say_what_to_do(read, monkeypatch):
    broken = (FILES / "tracked.doc").read_bytes()[:5000]
    monkeypatch.setattr(libreoffice.shutil, "which", lambda name: None)
    monkeypatch.setattr(libreoffice, "_PLACES", ())
    with pytest.raises(ReadError, match="damaged") as caught:
        read(broken, "plan.doc")
    assert "LibreOffice" in caught.value.hint


def test_libreoffice_helps_where_it_is_installed(read, monkeypatch):
    broken = (FILES / "tracked.doc").read_bytes()[:5000]
    monkeypatch.setattr(reading, "convert_to_docx", lambda data, limits: write_docx(["新增20家。"]))
    source = read(broken, "plan.doc")
    assert source.text == "新增20家。\n"
    assert "LibreOffice" in source.notes[-1]


@pytest.mark.parametrize("escapes", ["unicode", "gbk"])
def test_rich_text_of_every_writer_gives_the_same(escapes, read):
    lines = split_lines(TEXT)
    assert split_lines(read(write_rtf(lines, escapes=escapes), "plan.rtf").text) == lines


RTF = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset0 Arial;}}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"{\f1 A}\u26032?{\deleted\u26087?\u22788?99}20\'bc\'d2\par", "A新20家\n"),
        (r"{\v hidden 99}{\*\generator x 99;}{\pict 0099}{\header 99}20\par", "20\n"),
        (r"\trowd\intbl\'c6\'f3\cell 20\cell\row\pard 3\par", "企\t20\n3\n"),
        (r"\uc2\u20225\'3f\'3f\uc0\u19994 x\{\}\\", "企业x{}\\\n"),
        (r"{\field{\*\fldinst HYPERLINK 99}{\fldrslt 20}}\line 10\_20", "20\n10-20\n"),
        (r"\bin5 99}9920", "20\n"),
        (r"\ldblquote 20\rdblquote\~\emdash", "“20”\xa0—\n"),
    ],
)
def test_rich_text_shows_what_word_shows(body, expected, read):
    assert read((RTF + body + "}").encode(), "plan.rtf").text.replace("\xa0", "") == expected.replace("\xa0", "")


def test_a_second_byte_that_stands_unescaped_belongs_to_its_character(read):
    raw = b"".join(b"\\'%02x" % pair[0] + pair[1:] if pair[1] in b"@ABCabcXYZ" else b"\\'%02x\\'%02x" % tuple(pair)
                   for pair in (c.encode("gbk") for c in "丂丄丅企业"))  # fmt: skip
    assert read(RTF.encode() + raw + b"20\\par}", "plan.rtf").text == "丂丄丅企业20\n"


def test_rich_text_with_broken_bytes_names_the_place(read):
    with pytest.raises(ReadError, match="byte"):
        read(RTF.encode() + b"\\'ff\\'ff 20\\par}", "plan.rtf")


def office_zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "<x/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (office_zip("[Content_Types].xml", "xl/workbook.xml"), "spreadsheet"),
        (office_zip("[Content_Types].xml", "ppt/presentation.xml"), "slides"),
        (office_zip("a.txt"), "archive"),
        (office_zip("[Content_Types].xml", "word/other.xml"), "lacks its text"),
        (b"PK\x03\x04" + b"broken" * 100, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "Workbook".encode("utf-16-le"), "spreadsheet"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"Rar!\x1a\x07\x00" + bytes(50), "RAR"),
    ],
)
def test_what_is_no_document_is_named_with_a_remedy(content, said, read, monkeypatch):
    monkeypatch.setattr(libreoffice.shutil, "which", lambda name: None)
    with pytest.raises(ReadError, match=said) as caught:
        read(content)
    assert caught.value.where == "plan.docx"
    assert caught.value.hint
