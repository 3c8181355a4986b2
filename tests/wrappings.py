"""The same plan in other wrappings: small writers of every format that is read, for tests only."""

from __future__ import annotations

import io
import quopri
import zipfile
from collections.abc import Callable
from html import escape
from pathlib import Path

URL = "http://kjj.example.gov.cn/art/2022/4/11/art_1.html"
_PAGE = (Path(__file__).parent / "files" / "page.html").read_text(encoding="utf-8")


def split_lines(text: str) -> list[str]:
    """The paragraphs of a text."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def write_html(lines: list[str], *, charset: str = "utf-8", encoding: str = "utf-8", body: str | None = None) -> bytes:
    """A page as a government site serves it, with navigation, buttons and related links around the text."""
    body = body or "\n".join(f"<p><span>　　{escape(line)}</span></p>" for line in lines)
    page = _PAGE
    for name, value in (("url", URL), ("charset", charset), ("title", escape(lines[0])), ("body", body)):
        page = page.replace(f"@{name}@", value)
    return page.encode(encoding)


def write_mhtml(lines: list[str]) -> bytes:
    """A page as Chrome saves it in one file."""
    page = quopri.encodestring(write_html(lines))
    head = (
        "From: <Saved by Blink>\r\nSnapshot-Content-Location: " + URL + "\r\nSubject: plan\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B"\r\n\r\n\r\n------B\r\n'
        "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
        "Content-Location: " + URL + "\r\n\r\n"
    )
    return head.encode() + page + b"\r\n------B\r\nContent-Type: text/css\r\n\r\np { }\r\n------B--\r\n"


def write_docx(lines: list[str], *, body: str | None = None, **parts: str | bytes) -> bytes:
    """A Word document of bare paragraphs; `body` replaces what stands in w:body."""
    import docx

    buffer = io.BytesIO()
    if body is None:
        document = docx.Document()
        for line in lines:
            document.add_paragraph(line)
        document.save(buffer)
        return buffer.getvalue()
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>")
        for name, content in parts.items():
            wrapped = content if isinstance(content, bytes) else f"<w:{name} {names}>{content}</w:{name}>"
            archive.writestr(f"word/{name}.xml", wrapped)
    return buffer.getvalue()


def write_rtf(lines: list[str], *, escapes: str = "unicode") -> bytes:
    """Rich text with \\u escapes, or with the bytes of GBK as WPS and Word on Chinese Windows write them."""

    def gbk(line: str) -> str:
        return "".join(c if c.isascii() else "".join(f"\\'{b:02x}" for b in c.encode("gb18030")) for c in line)

    def unicode(line: str) -> str:
        return "".join(c if c.isascii() else f"\\u{(ord(c) + 0x8000) % 0x10000 - 0x8000}?" for c in line)

    write = unicode if escapes == "unicode" else gbk
    body = "".join(f"{{\\pard\\f0\\fs32 {write(line)}\\par}}\n" for line in lines)
    head = r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 SimSun;}}{\colortbl;\red0\green0\blue0;}"
    return (head + r"{\info{\author Somebody}}{\header \pard running head 999\par}" + "\n" + body + "}").encode("ascii")


def write_markdown(lines: list[str]) -> bytes:
    """Markdown: the title as a heading, other lines as paragraphs with some stress."""
    rest = "\n\n".join(f"**{line}**" if len(line) < 20 else line for line in lines[1:])
    return f"# {lines[0]}\n\n{rest}\n".encode()


def hard_wrap(lines: list[str], *, width: int = 38) -> str:
    """Lines broken to a width as a typewriter layout or a PDF gives them."""
    wrapped = []
    for line in lines:
        line = "　　" + line
        wrapped += [line[i : i + width] for i in range(0, len(line), width)]
    return "\n".join(wrapped) + "\n"


def find_font() -> Path:
    """The Chinese font that comes with the suite's dependencies."""
    import importlib.util

    spec = importlib.util.find_spec("mpl_font")
    folder = Path(spec.submodule_search_locations[0])
    fonts = [p for p in folder.rglob("*.[ot]tf") if "egular" in p.name] or list(folder.rglob("*.[ot]tf"))
    return sorted(fonts)[0]


def write_pdf(lines: list[str], *, columns: int = 1, head: str = "某市科技局文件", encrypt: str = "") -> bytes:
    """A PDF as an office prints it: broken lines, running head, page numbers; on one or two columns."""
    from fpdf import FPDF

    class Paper(FPDF):
        def header(self) -> None:
            self.set_font("han", size=9)
            self.set_y(10)
            self.cell(0, 6, head, align="R")
            self.set_y(25)

        def footer(self) -> None:
            self.set_font("han", size=10)
            self.set_y(-18)
            self.cell(0, 8, f"— {self.page_no()} —", align="C")

    pdf = Paper(format="A4")
    pdf.set_margins(25, 25)
    pdf.set_auto_page_break(True, margin=25)
    pdf.add_font("han", fname=str(find_font()))
    if encrypt:
        pdf.set_encryption(owner_password="o" + encrypt, user_password=encrypt)
    pdf.add_page()
    pdf.set_font("han", size=18)
    pdf.multi_cell(0, 12, lines[0], align="C", new_x="LMARGIN", new_y="NEXT")
    size = 14 if columns == 1 else 10
    pdf.set_font("han", size=size)
    if columns == 1:
        for line in lines[1:]:
            pdf.multi_cell(0, 9, "　　" + line, align="J", new_x="LMARGIN", new_y="NEXT", wrapmode="CHAR")
    else:
        with pdf.text_columns(ncols=columns, gutter=8, text_align="J", line_height=1.4) as text:
            for line in lines[1:]:
                with text.paragraph(wrapmode="CHAR", bottom_margin=1) as paragraph:
                    paragraph.write("　　" + line)
    return bytes(pdf.output())


def write_ofd(lines: list[str], *, width: int = 36, per_page: int = 30) -> bytes:
    """An OFD as an office exports it: one text object for each printed line, page numbers below."""
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    printed = hard_wrap(lines, width=width).rstrip("\n").split("\n")
    sheets = [printed[i : i + per_page] for i in range(0, len(printed), per_page)]
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "OFD.xml",
            f'<ofd:OFD {space} Version="1.0"><ofd:DocBody><ofd:DocInfo><ofd:Title>{escape(lines[0])}</ofd:Title>'
            "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        )
        pages = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(sheets)))
        archive.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox>"
            f"</ofd:PageArea></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
        )
        for number, sheet in enumerate(sheets):
            texts = []
            for row, line in enumerate(sheet):
                blanks = len(line) - len(line.lstrip("　"))
                texts.append(_text_object(line[blanks:], 20 + 4.6 * blanks, 25 + 8 * row))
            texts.append(_text_object(f"— {number + 1} —", 98, 280))
            archive.writestr(
                f"Doc_0/Pages/Page_{number}/Content.xml",
                f'<ofd:Page {space}><ofd:Content><ofd:Layer ID="1">{"".join(texts)}</ofd:Layer></ofd:Content>'
                "</ofd:Page>",
            )
    return buffer.getvalue()


def _text_object(line: str, x: float, y: float) -> str:
    deltas = f"g {len(line) - 1} 4.6" if len(line) > 1 else ""
    return (
        f'<ofd:TextObject Boundary="{x} {y} {4.6 * len(line):.1f} 6" Font="1" Size="4.6">'
        f'<ofd:TextCode X="0" Y="4.6" DeltaX="{deltas}">{escape(line)}</ofd:TextCode></ofd:TextObject>'
    )


WRAPPINGS: dict[str, tuple[str, Callable[[list[str]], bytes]]] = {
    "html": (".html", write_html),
    "html in gbk": (".htm", lambda lines: write_html(lines, charset="gb2312", encoding="gb18030")),
    "html of a wrong charset": (".html", lambda lines: write_html(lines, charset="gb2312")),
    "mhtml": (".mhtml", write_mhtml),
    "docx": (".docx", write_docx),
    "rtf": (".rtf", write_rtf),
    "rtf in gbk": (".rtf", lambda lines: write_rtf(lines, escapes="gbk")),
    "pdf": (".pdf", write_pdf),
    "pdf of two columns": (".pdf", lambda lines: write_pdf(lines, columns=2)),
    "ofd": (".ofd", write_ofd),
    "md": (".md", write_markdown),
    "gb18030": (".txt", lambda lines: "\r\n".join(lines).encode("gb18030")),
    "utf-16": (".txt", lambda lines: "\r\n".join(lines).encode("utf-16")),
    "utf-8 with mark": (".txt", lambda lines: "\n\n".join(lines).encode("utf-8-sig")),
    "hard-wrapped text": (".txt", lambda lines: hard_wrap(lines).encode()),
}
