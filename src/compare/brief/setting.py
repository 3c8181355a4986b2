"""Typesetting of a Word document in Chinese: A4, 宋体 and 黑体 by name, bytes that do not change."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from compare.brief.fitting import BODY_GAP, BODY_LEADING, BODY_POINTS, HANG, PAGE_CM

if TYPE_CHECKING:
    from docx.document import Document as DocumentObject
    from docx.table import Table, _Cell
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

SONG, HEI = "宋体", "黑体"
LATIN, LATIN_BOLD = "Times New Roman", "Arial"
TEXT_WIDTH = Cm(PAGE_CM[0])
_INK = RGBColor(0x1F, 0x23, 0x28)
# Where a machine has not the font of that name, Word, WPS and LibreOffice take the alternatives in this order.
_FONTS = {
    # name: (alternatives, character set, family)
    SONG: ("SimSun,STSong,Songti SC,Source Han Serif SC,Noto Serif CJK SC,Noto Sans CJK SC", "86", "roman"),
    HEI: ("SimHei,STHeiti,Heiti SC,Source Han Sans SC,Noto Sans CJK SC", "86", "swiss"),
    LATIN: ("Liberation Serif,Nimbus Roman", "00", "roman"),
    LATIN_BOLD: ("Liberation Sans,Helvetica", "00", "swiss"),
}
_STYLES = {
    # name: (Chinese font, Latin font, points, bold, points before, points after, lines; none for those of the body)
    "Normal": (SONG, LATIN, BODY_POINTS, False, 0, BODY_GAP, None),
    "Title": (HEI, LATIN_BOLD, 22, False, 0, 6, 1.2),
    "Subtitle": (SONG, LATIN, 11, False, 0, 10, 1.2),
    "Heading 1": (HEI, LATIN_BOLD, 15, False, 12, 6, 1.2),
    "Caption": (HEI, LATIN_BOLD, 9.5, False, 3, 9, 1.15),
    "List Number": (SONG, LATIN, BODY_POINTS, False, 0, BODY_GAP, None),
    "Footer": (SONG, LATIN, 9, False, 0, 0, 1.0),
}
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


def start_document(title: str, lang: str) -> DocumentObject:
    """An empty A4 document with its styles and properties set."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2), Cm(1.9)
    section.footer_distance = Cm(0.9)
    _set_defaults(document, lang)
    for name, (chinese, latin, points, bold, before, after, lines) in _STYLES.items():
        style = document.styles[name]
        set_font(style, chinese, latin)
        style.font.size, style.font.bold, style.font.italic = Pt(points), bold, False
        style.font.color.rgb = _INK
        layout = style.paragraph_format
        layout.space_before, layout.space_after = Pt(before), Pt(after)
        layout.line_spacing = lines or Pt(BODY_LEADING[lang])
        for border in style.element.findall(".//" + qn("w:pBdr")):
            border.getparent().remove(border)
    document.styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Subtitle"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title, "plancompare", "plancompare"
    properties.comments, properties.keywords, properties.subject, properties.revision = "", "", "", 1
    properties.language = "en" if lang == "en" else "zh-CN"
    properties.created = properties.modified = _EPOCH
    _name_alternatives(document)
    _hang_numbers(document, HANG)
    _set_settings(document)
    _drop_leftovers(document)
    return document


def set_font(styled: Any, chinese: str, latin: str) -> None:
    """Give a style or run its Chinese and its Latin font, by name."""
    styled.font.name = latin
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for part, font in (("ascii", latin), ("hAnsi", latin), ("cs", latin), ("eastAsia", chinese)):
        fonts.set(qn(f"w:{part}"), font)


def indent_first(paragraph: Paragraph) -> None:
    """Indent the first line by two characters, whatever the type size."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLine"), "480")  # for programs that do not count characters
    indent.set(qn("w:firstLineChars"), "200")


def describe_picture(run: Run, text: str) -> None:
    """Alternative text for the picture in a run."""
    for properties in run._r.iter(qn("wp:docPr")):
        properties.set("descr", text)


def add_page_numbers(document: DocumentObject, template: str) -> None:
    """Page x of y at the foot; `template` has {page} and {pages}."""
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, rest = template.split("{page}")
    between, after = rest.split("{pages}")
    paragraph.add_run(before)
    add_field(paragraph, "PAGE", "1")
    paragraph.add_run(between)
    add_field(paragraph, "NUMPAGES", "1")
    paragraph.add_run(after)


def add_field(paragraph: Paragraph, code: str, shown: str, style: Callable[[Run], None] = lambda run: None) -> None:
    """A field and what it shows until it is worked out anew; `style` is given each of its runs."""
    for kind, text in (("begin", ""), ("", code), ("separate", ""), ("shown", shown), ("end", "")):
        run = paragraph.add_run(text if kind == "shown" else "")
        style(run)
        if kind == "":
            instruction = OxmlElement("w:instrText")
            instruction.text = text
            instruction.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run._r.append(instruction)
        elif kind != "shown":
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def shade_cell(cell: _Cell, colour: str) -> None:
    """Fill a table cell."""
    shading = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", colour)):
        shading.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shading)


def rule_table(table: Table) -> None:
    """Set a table with rules above and below and hairlines between its rows."""
    borders = OxmlElement("w:tblBorders")
    for side, eighths, colour in (("top", 12, "1F2328"), ("bottom", 12, "1F2328"), ("insideH", 4, "A9B0B6")):
        rule = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "0"), ("color", colour)):
            rule.set(qn(f"w:{name}"), value)
        borders.append(rule)
    properties = table._tbl.tblPr
    properties.find(qn("w:tblLook")).addprevious(borders)


def repeat_header(row: Any) -> None:
    """Show a table row again at the top of each page."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_whole(row: Any) -> None:
    """Do not break a table row over two pages."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def save_document(document: DocumentObject, path: Path) -> Path:
    """Save with fixed dates inside, so that the same content gives the same bytes."""
    raw = io.BytesIO()
    document.save(raw)
    fixed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            entry = zipfile.ZipInfo(info.filename, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(entry, source.read(info))
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    beside.write_bytes(fixed.getvalue())
    return beside.replace(path)


def _set_defaults(document: DocumentObject, lang: str) -> None:
    """Fonts and languages of everything that no style names, without the template's theme fonts."""
    defaults = document.styles.element.find(".//" + qn("w:rPrDefault") + "/" + qn("w:rPr"))
    for child in list(defaults):
        defaults.remove(child)
    fonts = OxmlElement("w:rFonts")
    for part, font in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", SONG)):
        fonts.set(qn(f"w:{part}"), font)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-GB" if lang == "en" else "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    defaults.extend([fonts, language])


def _name_alternatives(document: DocumentObject) -> None:
    """List for each font what to take in its place."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="{charset}"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="variable"/></w:font>'
        for name, (others, charset, family) in _FONTS.items()
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:fonts xmlns:w="{space}">{entries}</w:fonts>'
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    part._blob = text.encode("utf-8")


def _hang_numbers(document: DocumentObject, points: float) -> None:
    """Set the numbers of the list in the margin of its text, with room for two digits."""
    number = document.styles["List Number"].element.find(".//" + qn("w:numId")).get(qn("w:val"))
    numbering = document.part.numbering_part.element
    (kind,) = numbering.xpath(f"./w:num[@w:numId='{number}']/w:abstractNumId/@w:val")
    (level,) = numbering.xpath(f"./w:abstractNum[@w:abstractNumId='{kind}']/w:lvl[@w:ilvl='0']/w:pPr")
    twentieths = str(round(points * 20))
    level.find(".//" + qn("w:tab")).set(qn("w:pos"), twentieths)
    for side in ("left", "hanging"):
        level.find(qn("w:ind")).set(qn(f"w:{side}"), twentieths)


def _set_settings(document: DocumentObject) -> None:
    """Open as a file of today's Word, not in the compatibility mode of the template, and set as Chinese is."""
    settings = document.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    settings.find(qn("w:characterSpacingControl")).set(qn("w:val"), "compressPunctuation")
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")


def _drop_leftovers(document: DocumentObject) -> None:
    """Remove what the empty template brings: its picture and an empty bibliography."""
    for relations in (document.part.package.rels, document.part.rels):
        for key in [k for k, relation in relations.items() if relation.reltype.endswith(("/thumbnail", "/customXml"))]:
            del relations[key]
