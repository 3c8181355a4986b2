"""Which city, year and issuer a plan belongs to where plans.csv does not say: its own heading and file name tell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePosixPath

from compare.pipeline.registry import EARLIEST_YEAR, LATEST_YEAR, Registered, read_date
from compare.readers import SourceText
from compare.readers.furniture import find_origin
from compare.structure import Document
from compare.targets import choose_year
from compare.vocabulary.places import Place, count_places, find_places

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?= ?(?:年|[-—–~至]|度))")
_BARE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_HAN_YEAR = re.compile(r"([一二][〇○零Oo0一二三四五六七八九]{3})年")
_HAN_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_MASKED = re.compile(r"(?<![A-Za-z])((?:[xX×ＸｘＸ]{1,3}|[*＊]{1,3}|某)(?:省|市|县|区|州|旗))")
_ISSUER = re.compile(
    r"[一-鿿]{2,24}?(?:人民政府办公[厅室]|人民政府|科学技术[厅局委]|科技[厅局]|委员会|办公[厅室]|发展和改革委|[一-鿿]{2,12}局)"
)
_OWN_LEVEL = re.compile(r"全([省市县区州盟旗])")
_LEVEL_OF = {"省": "province", "市": "prefecture", "州": "prefecture", "盟": "prefecture"}
_ITEM = re.compile(r"(?:[一二三四五六七八九十]+|\d+)[、.．]|第[一二三四五六七八九十]+[章节部]|[（(]")
_OPENING = 3
_HEADING_LENGTH = 60
_ENOUGH = 3
_EDGE = 6
_DATE_LINE = 80  # a longer line is a paragraph


@dataclass(frozen=True, slots=True)
class Naming:
    """What a plan is: the columns of table plans that tell its origin."""

    title: str
    city: str
    province: str
    admin_level: str
    plan_year: int | None
    issuer: str
    source_url: str
    published: str
    name_basis: str


def name_plan(source: SourceText, document: Document, file: str, registered: Registered | None) -> Naming:
    """What plans.csv says about a plan, completed from its heading, its first lines and its file name.

    Parameters
    ----------
    source, document : SourceText, Document
        The plan as read and as structured.
    file : str
        Its path relative to the raw folder.
    registered : Registered or None
        Its line in plans.csv.

    Returns
    -------
    Naming
        `name_basis` is what plans.csv says, or ``registry`` where it names the city without saying how it is known;
        ``stated`` where heading or first lines name it, ``inferred`` where file name or body do, ``masked`` where the
        plan hides it, and empty where nothing was found.
    """
    given = registered or Registered()
    stem = PurePosixPath(file).stem
    own_title = source.title if _ITEM.match(document.title) else document.title or source.title
    opening = tuple(s.plain for s in document.sentences[:_OPENING])
    heading = (own_title, source.issuer, *filter(_is_heading, opening))
    if given.city:
        basis = given.name_basis or "registry"
        place = _registered_place(given)
    else:
        place, basis = _find_city(heading, opening, stem, document)
        basis = given.name_basis or basis
    return Naming(
        title=given.title or own_title or stem,
        city=given.city or place.name,
        province=given.province or place.province,
        admin_level=given.admin_level or place.level,
        plan_year=given.plan_year or _find_year(heading + opening, stem, source.published),
        issuer=given.issuer or source.issuer or _find_issuer(own_title),
        source_url=given.source_url or source.source_url,
        published=given.published or read_date(source.published) or _find_date(source.text),
        name_basis=basis,
    )


def _is_heading(line: str) -> bool:
    return len(line) <= _HEADING_LENGTH and line[-1] not in "。；！？"


def _registered_place(given: Registered) -> Place:
    """What the gazetteer knows of a city that plans.csv names."""
    found = [p for p in find_places(given.province + given.city) if p.name != given.province]
    return found[-1] if found else Place(given.city, "", "", "")


def _find_city(
    heading: tuple[str, ...], opening: tuple[str, ...], stem: str, document: Document
) -> tuple[Place, str]:
    """The place a plan is for and how that is known."""
    for part in heading:
        places = find_places(part)
        if places:
            return _most_local(places), "stated"
    for part in heading + opening[:1]:
        masked = _MASKED.search(part)
        if masked:
            return _masked_place(masked.group(1)), "masked"
    places = find_places(stem)
    if places:
        return _most_local(places), "inferred"
    body = document.plain.text
    place = _city_of_body(body)
    if place is not None:
        return place, "inferred"
    masked = _MASKED.search(body)
    if masked:
        return _masked_place(masked.group(1)), "masked"
    return Place("", "", "", ""), ""


def _masked_place(name: str) -> Place:
    """A hidden place; only 县, 区 and 旗 tell the level, as 市 may be a prefecture or a county."""
    level = "county" if name[-1] in "县区旗" else "province" if name[-1] == "省" else ""
    return Place(name, "", "", level)


def _most_local(places: list[Place]) -> Place:
    """The first place and, as long as each lies in the one before, the places after it: 云南省昆明市 is 昆明市."""
    chosen = places[0]
    for place in places[1:]:
        if chosen.name not in (place.prefecture, place.province) or place == chosen:
            break
        chosen = place
    return chosen


def _city_of_body(text: str) -> Place | None:
    """The place a text names far more often than any other of its level, which 全省, 全市 and 全县 tell."""
    counts = count_places(text)
    own = Counter(_OWN_LEVEL.findall(text)).most_common(1)
    level = _LEVEL_OF.get(own[0][0], "county") if own else ""
    if level == "province":
        by_province: Counter[Place] = Counter()
        for place, n in counts.items():
            by_province[Place(place.province, place.province, "", "province")] += n
        counts = by_province
    elif level:
        cities = own[0][0] == "市"
        counts = Counter({p: n for p, n in counts.items() if p.level == level or (cities and p.name[-1] == "市")})
    best = counts.most_common(2)
    if not best or best[0][1] < _ENOUGH or (len(best) > 1 and best[0][1] < 2 * best[1][1]):
        return None
    return best[0][0]


def _find_year(heading: tuple[str, ...], stem: str, published: str) -> int | None:
    """The first year that heading, opening, file name or date of publication give; the last of a review and a plan."""
    for part in heading:
        han = _HAN_YEAR.search(part)
        years = [int(year) for year in _YEAR.findall(part)]
        year = choose_year(part, years) if years else int(han.group(1).translate(_HAN_DIGITS)) if han else 0
        if EARLIEST_YEAR <= year <= LATEST_YEAR:
            return year
    for part in (stem, published):
        bare = _BARE_YEAR.search(part)
        if bare:
            return int(bare.group(1))
    return None


def _find_date(text: str) -> str:
    """The day that the first or last lines give: behind 发布时间 and its like, or alone, as under a signature."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    edges = [line for line in lines[:_EDGE] + lines[_EDGE:][-_EDGE:] if len(line) <= _DATE_LINE]
    alone = (read_date(line.strip("（）()")) for line in edges)
    return read_date(find_origin(edges).published) or next(filter(None, alone), "")


def _find_issuer(title: str) -> str:
    """The body a heading begins with, such as 苏州市人民政府办公室 in 苏州市人民政府办公室关于印发…."""
    head = re.sub(r"^\d{4}年", "", title)
    match = _ISSUER.match(head)
    return match.group() if match else ""
