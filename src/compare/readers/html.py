"""Web pages: the main text with its tables, and what the page says about its origin."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from compare.errors import ReadError
from compare.readers.encoding import decode
from compare.readers.furniture import find_origin, is_furniture, is_page_end
from compare.readers.limits import Limits
from compare.readers.source import Parsed

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SKIPPED = {
    "script", "style", "noscript", "template", "head", "iframe", "object", "embed", "svg", "canvas", "audio", "video",
    "select", "button", "textarea", "input", "option", "nav", "del", "strike", "applet", "math", "map", "title",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "table", "tr", "thead", "tbody",
    "tfoot", "section", "article", "main", "header", "footer", "aside", "blockquote", "pre", "hr", "form", "fieldset",
    "center", "address", "figure", "figcaption", "body", "caption", "td", "th", "ucapcontent", "founder-content",
}  # fmt: skip
_SPACE = re.compile(r"[ \t\n\r\f]+")
_ANY_SPACE = re.compile(r"\s+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_MSO_DELETED = re.compile(r"\bmsoDel\b")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)\s*(\S{8,400}?)\s*-->", re.IGNORECASE)
_RUNNING = 30
_PARTS = ("tr", "td", "tbody", "p", "li")
_LAYOUT_CELL = 400
_LINK_SHARE = 0.8


def read_html(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read a web page.

    Parameters
    ----------
    data : bytes
        The page; UTF-8 where `encoding` is given.
    limits : Limits
    encoding : str
        What the page was encoded in.

    Returns
    -------
    Parsed
        A line for each paragraph and each row of a table, the row's cells parted by tabs.
    """
    if not encoding:
        text, encoding = decode(data)
    else:
        text = data.decode("utf-8")
    return read_markup(text, encoding)


def read_markup(text: str, encoding: str, *, url: str = "") -> Parsed:
    """Read a page that is decoded already; `url` is where it is known to come from."""
    tree, cut = _parse(text)
    said = _read_meta(tree)
    main = _find_main(tree, text)
    # Whole lines are judged, so the text is made first and furniture taken out of it after.
    lines, dropped = _drop_furniture(_Lines(main).all())
    origin = find_origin(dropped + [line for line, _ in _Lines(tree).all() if len(line) < 150][:60])
    title = said.get("title", "")
    if title and lines and not _among(title, lines[:6]) and _shown(title, tree):
        lines.insert(0, title)
    saved = _SAVED_FROM.search(text[:5_000])
    address = url or said.get("url", "") or (saved.group(1) if saved else "")
    return Parsed(
        text="\n".join(lines), encoding=encoding, title=title or said.get("page_title", ""),
        issuer=_choose_issuer(said.get("source", ""), origin.issuer, said.get("site", "")),
        source_url=address if re.match(r"https?://", address) else "",
        published=said.get("published", "") or origin.published, notes=cut,
    )  # fmt: skip


def _parse(text: str) -> tuple[Any, tuple[str, ...]]:
    """The page as a tree; scripts never run, nothing is fetched."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    body = _DECLARATION.sub("", text).encode("utf-8", "replace")
    try:
        tree = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError) as error:
        raise ReadError("the web page holds no text.", hint="Save the page anew as text (.txt).") from error
    if any("depth" in e.message.lower() or "huge" in e.message.lower() for e in parser.error_log):
        raise ReadError(
            "the web page nests its parts too deeply to be read whole.", hint="Save its text as .txt or .docx."
        )
    return tree, ()


class _Lines:
    """Walks a part of a page and gathers its lines, each with the share of it that is links."""

    def __init__(self, root: HtmlElement) -> None:
        self.lines: list[tuple[str, float]] = []
        self.parts: list[tuple[str, bool]] = []
        self.walk(root, in_link=False, pre=False)
        self.end_line()

    def all(self) -> list[tuple[str, float]]:
        return self.lines

    def end_line(self) -> None:
        text = "".join(t for t, _ in self.parts)
        for piece in text.split("\v"):
            line = _SPACE.sub(" ", piece).strip(" \xa0\u2002\u2003\u3000\u200b\ufeff")
            if line:
                links = sum(len(t.strip()) for t, linked in self.parts if linked)
                self.lines.append((line, links / max(1, len(text.strip()))))
        self.parts = []

    def add(self, text: str | None, *, in_link: bool, pre: bool) -> None:
        if text:
            self.parts.append((text.replace("\n", "\v") if pre else text, in_link))

    def walk(self, node: HtmlElement, *, in_link: bool, pre: bool) -> None:
        tag = node.tag.lower() if isinstance(node.tag, str) else ""
        if not tag or tag in _SKIPPED or _is_hidden(node):
            return
        if tag == "br":
            self.end_line()
            return
        if tag == "table" and _is_data_table(node):
            self.end_line()
            self.lines += _read_rows(node)
            return
        block = tag in _BLOCKS
        in_link, pre = in_link or tag == "a", pre or tag == "pre"
        if block:
            self.end_line()
        self.add(node.text, in_link=in_link, pre=pre)
        for child in node:
            self.walk(child, in_link=in_link, pre=pre)
            self.add(child.tail, in_link=in_link, pre=pre)
        if block:
            self.end_line()


def _is_hidden(node: HtmlElement) -> bool:
    return bool(
        "hidden" in node.attrib
        or _HIDDEN.search(node.get("style") or "")
        or _MSO_DELETED.search(node.get("class") or "")
    )


def _is_data_table(table: HtmlElement) -> bool:
    """Whether a table holds data: several cells in some row, no table inside and no article in a cell."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    rows = list(table.iter("tr"))
    if max((len(_cells(row)) for row in rows), default=0) < 2:
        return False
    return all(len(cell.text_content()) <= _LAYOUT_CELL for row in rows for cell in _cells(row))


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _read_rows(table: HtmlElement) -> list[tuple[str, float]]:
    """A line for each row of a table; lines inside a cell are joined."""
    rows: list[tuple[str, float]] = []
    for caption in table.iter("caption"):
        rows += _Lines(caption).all()
    for row in table.iter("tr"):
        cells = [_Lines(cell).all() for cell in _cells(row)]
        texts = [" ".join(line for line, _ in cell) for cell in cells]
        if any(texts):
            length = sum(len(line) for cell in cells for line, _ in cell)
            linked = sum(len(line) * share for cell in cells for line, share in cell)
            rows.append(("\t".join(texts).rstrip("\t"), linked / max(1, length)))
    return rows


def _find_main(tree: HtmlElement, text: str) -> HtmlElement:
    """The smallest part of a page that holds its main text, as trafilatura finds it."""
    body = tree.find("body")
    body = tree if body is None else body
    found = (_ANY_SPACE.sub("", line) for line in _extract_main(text).split("\n"))
    wanted = [line for line in found if len(line) >= 8]
    lines = [_ANY_SPACE.sub("", line) for line, share in _Lines(body).all() if share < 0.5]
    running = [line for line in lines if len(line) >= _RUNNING]
    if not wanted or sum(map(len, wanted)) < 0.5 * sum(map(len, running)):
        wanted = running
    if not wanted:
        return body
    counted = Counter(wanted)
    node, reached = body, _cover(body, counted)
    while True:
        best, cover = None, 0
        for child in node:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                covers = _cover(child, counted)
                if covers > cover:
                    best, cover = child, covers
        if best is None or cover < 0.98 * reached or (best.tag in _PARTS and cover < reached):
            return node
        node = best


def _cover(node: HtmlElement, wanted: Counter[str]) -> int:
    """How many characters of the wanted lines a part of the page holds."""
    content = _ANY_SPACE.sub("", node.text_content())
    return sum(len(line) * min(content.count(line), times) for line, times in wanted.items())


def _extract_main(text: str) -> str:
    """The main text as trafilatura finds it; empty where it finds none."""
    import trafilatura

    try:
        found = trafilatura.extract(
            _DECLARATION.sub("", text), include_comments=False, include_tables=False, favor_recall=True,
            include_formatting=False, deduplicate=False,
        )  # fmt: skip
    except Exception:  # the whole page is read instead
        return ""
    return found or ""


def _drop_furniture(lines: list[tuple[str, float]]) -> tuple[list[str], list[str]]:
    """The lines of the text, and those that are about the page."""
    kept: list[str] = []
    dropped: list[str] = []
    total = sum(len(line) for line, _ in lines)
    seen = 0
    for index, (line, links) in enumerate(lines):
        seen += len(line)
        if is_page_end(line) and seen > 0.5 * total:
            dropped += [rest for rest, _ in lines[index:]]
            break
        if is_furniture(line) or (links >= _LINK_SHARE and len(line) < 80):
            dropped.append(line)
        else:
            kept.append(line)
    return kept, dropped


_META = {
    "articletitle": "title", "dc.title": "title", "og:title": "title", "title": "title",
    "pubdate": "published", "publishdate": "published", "dc.date": "published", "article:published_time": "published",
    "publish_date": "published", "createdate": "published", "date": "published",
    "contentsource": "source", "source": "source", "author": "source", "dc.publisher": "source", "publisher": "source",
    "sitename": "site", "og:site_name": "site", "url": "url", "og:url": "url",
}  # fmt: skip


def _read_meta(tree: HtmlElement) -> dict[str, str]:
    """What the head of a page says: title, published, source, site, url and page_title, where it does."""
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = (meta.get("name") or meta.get("property") or "").lower().strip()
        content = _ANY_SPACE.sub(" ", meta.get("content") or "").strip()
        field = _META.get(name)
        if field and content and field not in said:
            said[field] = content
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            said.setdefault("url", link.get("href") or "")
    page_title = _ANY_SPACE.sub(" ", tree.findtext(".//title") or "").strip()
    parts = [p.strip() for p in re.split(r"\s*[_|—]\s*|\s+-+\s+|--+", page_title) if p.strip()]
    said["page_title"] = parts[0] if parts else ""
    if len(parts) > 1:
        said.setdefault("site", parts[-1])
    headings = [_ANY_SPACE.sub(" ", h.text_content()).strip() for h in tree.iter("h1")]
    heading = next((h for h in headings if 4 <= len(h) <= 80), "")
    if "title" not in said and heading:
        said["title"] = heading
    return said


def _shown(title: str, tree: HtmlElement) -> bool:
    """Whether readers of the page see a title, so that it belongs to the text."""
    body = tree.find("body")
    return body is not None and _ANY_SPACE.sub("", title) in _ANY_SPACE.sub("", body.text_content())


def _among(title: str, lines: list[str]) -> bool:
    return _ANY_SPACE.sub("", title) in _ANY_SPACE.sub("", "".join(lines))


def _choose_issuer(*candidates: str) -> str:
    """The first candidate that names its place, else the first."""
    found = [c.strip() for c in candidates if 3 <= len(c.strip()) <= 60 and re.search(r"[\u4e00-\u9fff]", c)]
    placed = [c for c in found if not re.match(r"(?:本?[市县区省]|科技|办公室|本站|原创|互联网)", c)]
    return (placed or found or [""])[0]
