"""What a page must have for those who cannot see it, or not well: found in the markup and the palette, not by eye."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_VOID = {"img", "input", "br", "hr", "meta", "link", "col", "source", "wbr"}
_NAMED = {"a", "button", "summary", "th", "caption", "label", "figcaption"}
_VAGUE = {"here", "click here", "more", "link", "read more", "这里", "点击这里", "更多", "链接"}
_VARIABLE = re.compile(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})")


class _Page(HTMLParser):
    """Collects faults while reading."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.lang = self.title = ""
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.landmarks: list[str] = []
        self.labelled: set[str] = set()
        self.inputs: list[dict[str, str]] = []
        self.open: list[tuple[str, dict[str, str], list[str]]] = []
        self.names: list[tuple[str, dict[str, str], str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        if tag == "html":
            self.lang = values.get("lang", "")
        if "id" in values:
            self.ids.append(values["id"])
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag in ("main", "nav", "header"):
            self.landmarks.append(tag)
        if tag == "img":
            if not values.get("alt", "").strip():
                self.faults.append(f"an image without alternative text: {values.get('src', '')[:60]}")
            for _, _, words in self.open:
                words.append(values.get("alt", ""))
        if tag == "label" and "for" in values:
            self.labelled.add(values["for"])
        if tag in ("input", "select", "textarea") and values.get("type") not in ("hidden", "submit"):
            inside = any(name == "label" for name, _, _ in self.open)
            self.inputs.append(values | {"inside": "yes" if inside else ""})
        if tag == "iframe" and not values.get("title", "").strip():
            self.faults.append("a frame without a title")
        if tag not in _VOID:
            self.open.append((tag, values, []))

    def handle_endtag(self, tag: str) -> None:
        while self.open and any(name == tag for name, _, _ in self.open):
            name, values, words = self.open.pop()
            self.names.append((name, values, "".join(words).strip()))
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] in ("script", "style"):
            return
        for _, _, words in self.open:
            words.append(data)


def find_faults(html: str) -> list[str]:
    """What is missing on a page: language, title, one first heading, order of headings, names of links and images."""
    page = _Page()
    page.feed(html)
    faults = page.faults
    if not page.lang:
        faults.append("the page does not say its language")
    if not any(name == "title" and text for name, _, text in page.names):
        faults.append("the page has no title")
    if page.levels.count(1) != 1:
        faults.append(f"{page.levels.count(1)} first headings")
    if "main" not in page.landmarks:
        faults.append("no main part")
    faults += [f"heading {b} after {a}" for a, b in zip([0, *page.levels], page.levels, strict=False) if b > a + 1]
    faults += [f"the id {name!r} stands twice" for name in sorted({n for n in page.ids if page.ids.count(n) > 1})]
    faults += _name_faults(page)
    return faults


def _name_faults(page: _Page) -> Iterator[str]:
    for tag, values, text in page.names:
        name = values.get("aria-label") or text or values.get("title", "")
        if tag in _NAMED and not name and values.get("aria-hidden") != "true" and (tag != "a" or "href" in values):
            yield f"<{tag}> without a name: {values}"
        if tag == "a" and name.lower() in _VAGUE:
            yield f"a link called {name!r}"
    for values in page.inputs:
        named = values.get("aria-label") or values.get("inside") or values.get("id") in page.labelled
        if not named:
            yield f"a field without a label: {values}"


def find_contrasts(css: str) -> dict[tuple[str, str, str], float]:
    """The contrast of every text colour on every ground, by scheme: WCAG 2 asks for 4.5."""
    light, dark = (_read_palette(part) for part in _split_schemes(css))
    found = {}
    for scheme, colours in (("light", light), ("dark", light | dark)):
        for text in ("ink", "soft", "link"):
            for ground in ("paper", "panel"):
                found[scheme, text, ground] = measure_contrast(colours[text], colours[ground])
        for ground in ("target", "clause", "lit"):
            found[scheme, "ink", ground] = measure_contrast(colours["ink"], colours[ground])
        for theme in ("talent", "platforms", "agriculture", "party_building", "rest"):
            found[scheme, theme, "paper"] = measure_contrast(colours[theme], colours["paper"])
    return found


def measure_contrast(one: str, other: str) -> float:
    """Contrast of two colours by WCAG 2, from 1 to 21."""
    bright, dim = sorted((_measure_light(one), _measure_light(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _measure_light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _split_schemes(css: str) -> tuple[str, str]:
    head, _, rest = css.partition("@media (prefers-color-scheme: dark)")
    return head, rest


def _read_palette(css: str) -> dict[str, str]:
    return dict(_VARIABLE.findall(css))
