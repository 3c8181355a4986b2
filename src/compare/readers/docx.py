"""Word documents: every w:t that a reader of the document sees, with tables, text boxes and list numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from compare.errors import ReadError
from compare.readers.archive import Archive, attribute, local_name, resolve
from compare.readers.limits import Limits
from compare.readers.numbering import Numbering
from compare.readers.source import Parsed

_GONE = {"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "tblPr", "tblGrid", "sectPr"}
_LAYOUT_CELL = 400
_BODIES = re.compile(r"(?:人民政府|办公[室厅]|委员会|[局厅委])$")


def read_docx(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read a Word document (docx, docm, or a WPS export of that kind).

    Tracked insertions, tables (cells parted by tabs) and text boxes are in; tracked deletions, hidden text, headers
    and footers are out. The archive is walked directly: python-docx's `paragraphs` would miss half of that, and it
    opens parts that hold no text.
    """
    archive = Archive(data, limits)
    name = _main_part(archive)
    root = archive.read_xml(name)
    if root is None:
        raise ReadError(
            "the Word document lacks its text.", hint="Download it again, or open it in Word or WPS and save it anew."
        )
    styles = archive.read_xml(resolve(name, "styles.xml"))
    numbering = Numbering(archive.read_xml(resolve(name, "numbering.xml")), styles)
    lines = list(_Walk(numbering).blocks(root))
    notes = archive.read_xml(resolve(name, "footnotes.xml"))
    if notes is not None:
        for note in notes:
            if attribute(note, "type") not in ("separator", "continuationSeparator", "continuationNotice"):
                lines += [line for line in _Walk(numbering).blocks(note) if line.strip()]
    said = _read_properties(archive)
    return Parsed(
        text="\n".join(lines), encoding="utf-8", title=said.get("title", ""), issuer=said.get("issuer", ""),
        source_url=said.get("url", ""),
    )  # fmt: skip


def _main_part(archive: Archive) -> str:
    """The part that holds the text, as the package says, else where Word puts it."""
    relations = archive.read_xml("_rels/.rels")
    if relations is not None:
        for relation in relations:
            if attribute(relation, "Type").endswith("/officeDocument"):
                name = resolve("", attribute(relation, "Target"))
                if name in archive.names:
                    return name
    return "word/document.xml"


class _Walk:
    """Goes through a part of a document in reading order and gives its lines."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.boxes: list[str] = []
        self.open = ""

    def blocks(self, node: Any) -> Iterator[str]:
        """The lines of the paragraphs and tables in a part."""
        for child in node:
            name = local_name(child)
            if name == "p":
                yield from self.paragraph(child)
            elif name == "tbl":
                yield from self.table(child)
            elif name and name not in _GONE:
                yield from self.blocks(child)

    def paragraph(self, node: Any) -> Iterator[str]:
        """The lines of a paragraph, then those of the text boxes that hang on it."""
        properties = _child(node, "pPr")
        text = self.open + "".join(self.runs(node))
        mark = _child(properties, "rPr")
        if mark is not None and (_child(mark, "del") is not None or _child(mark, "moveFrom") is not None):
            self.open = text  # the end of this paragraph was deleted: the next one goes on with it
        else:
            self.open = ""
            label = self.numbering.label(properties) if text.strip() else ""
            yield from (label + text).split("\n")
        boxes, self.boxes = self.boxes, []
        yield from boxes

    def runs(self, node: Any) -> Iterator[str]:
        """The text of the runs in a paragraph; what stands in text boxes is set aside."""
        for child in node:
            name = local_name(child)
            if name == "t":
                yield child.text or ""
            elif name in ("tab", "ptab"):
                yield " "
            elif name in ("br", "cr"):
                yield "\n"
            elif name in ("noBreakHyphen", "softHyphen"):
                yield "-" if name == "noBreakHyphen" else ""
            elif name == "sym":
                yield "•"
            elif name == "txbxContent":
                inner = _Walk(self.numbering)
                self.boxes += list(inner.blocks(child))
            elif name == "r":
                if not _is_hidden(child):
                    yield from self.runs(child)
            elif name == "AlternateContent":
                yield from self.choice(child)
            elif name and name not in _GONE:
                yield from self.runs(child)

    def choice(self, node: Any) -> Iterator[str]:
        """What stands in the first of the alternatives that has text: all say the same."""
        for child in node:
            before = len(self.boxes)
            text = list(self.runs(child))
            if any(text) or len(self.boxes) > before:
                yield from text
                return

    def table(self, node: Any) -> Iterator[str]:
        """A line for each row of a table; a table that only frames paragraphs gives those."""
        rows = [[self.cell(cell) for cell in _found(row, "tc")] for row in _found(node, "tr") if not _is_deleted(row)]
        if any(len(cell) > 1 and len("".join(cell)) > _LAYOUT_CELL for row in rows for cell in row):
            for row in rows:
                for cell in row:
                    yield from cell
            return
        for row in rows:
            cells = [" ".join(line.strip().replace("\t", " ") for line in cell) for cell in row]
            line = "\t".join(cells).rstrip("\t")
            if line.strip():
                yield line

    def cell(self, node: Any) -> list[str]:
        return [line for line in _Walk(self.numbering).blocks(node) if line.strip()]


def _found(node: Any, wanted: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also where controls or marks of changes wrap them."""
    for child in node:
        name = local_name(child)
        if name == wanted:
            yield child
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            yield from _found(child, wanted)


def _child(node: Any, name: str) -> Any:
    if node is None:
        return None
    return next((child for child in node if local_name(child) == name), None)


def _is_on(node: Any) -> bool:
    return node is not None and attribute(node, "val") not in ("0", "false", "off")


def _is_hidden(run: Any) -> bool:
    return _is_on(_child(_child(run, "rPr"), "vanish"))


def _is_deleted(row: Any) -> bool:
    return _child(_child(row, "trPr"), "del") is not None


def _read_properties(archive: Archive) -> dict[str, str]:
    """Title, issuer and address from the properties of a document, where they read like such."""
    said: dict[str, str] = {}
    core = archive.read_xml("docProps/core.xml")
    for node in core if core is not None else ():
        value = " ".join((node.text or "").split())
        name = local_name(node)
        if name == "title" and len(re.findall(r"[\u4e00-\u9fff]", value)) >= 4 and "文档" not in value:
            said["title"] = value
        elif name == "creator" and _BODIES.search(value):
            said.setdefault("issuer", value)
        elif name in ("identifier", "source") and re.match(r"https?://\S+$", value):
            said["url"] = value
    app = archive.read_xml("docProps/app.xml")
    for node in app if app is not None else ():
        if local_name(node) == "Company" and _BODIES.search((node.text or "").strip()):
            said["issuer"] = (node.text or "").strip()
    return said
