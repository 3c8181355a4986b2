"""Provinces, prefectures and counties of China: which place a heading names, and where it belongs.

`places.csv` lists the divisions of the Ministry of Civil Affairs by prefecture, former names included, so that older
plans are recognised too. `places_en.csv` has their names in English: pinyin, or the usual form of a name from another
language.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from compare.vocabulary.loading import vocabulary_text

_PEOPLES = (
    "土家族|苗族|彝族|藏族|羌族|白族|哈尼族|傣族|景颇族|傈僳族|壮族|布依族|侗族|朝鲜族|回族|蒙古族|蒙古|哈萨克族|哈萨克|柯尔克孜"
)
_AUTONOMOUS = re.compile(f"(?:{_PEOPLES})+自治州$")
_PROVINCE_TAIL = re.compile(r"(?:壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)$")
_DECOYS = ("长白山", "太平洋", "海南岛", "中山大学", "中山陵", "东方红", "天下大同")
_BEFORE_SHORT = re.compile(r"(?:^|[\s《“\"'(（年市州盟区省]|印发)$")


@dataclass(frozen=True, slots=True)
class Place:
    """A division: its full name, its province, its prefecture (empty where it has none) and its level."""

    name: str
    province: str
    prefecture: str
    level: str


@dataclass(frozen=True, slots=True)
class _Gazetteer:
    """All names in one automaton; `meanings[i]` are the places that name i may stand for."""

    automaton: AhoCorasick
    names: tuple[str, ...]
    meanings: tuple[tuple[Place, ...], ...]


def find_places(text: str) -> list[Place]:
    """The places a short text names, in text order, ambiguous county names resolved by the places before them.

    Examples
    --------
    >>> [p.name for p in find_places("江苏省苏州市昆山市2022年科技工作要点")]
    ['江苏省', '苏州市', '昆山市']
    >>> find_places("全市科技工作要点")
    []
    """
    gazetteer = load_places()
    found: list[Place] = []
    for index, start, _ in gazetteer.automaton.find_matches_as_indexes(text):
        name = gazetteer.names[index]
        if len(name) == 2 and name[-1] in "县旗" and not _BEFORE_SHORT.search(text[:start]):
            continue
        place = _resolve(gazetteer.meanings[index], found)
        if place is not None:
            found.append(place)
    return found


def count_places(text: str) -> Counter[Place]:
    """How often a long text names each place, full names counted twice; names of several places are left out."""
    gazetteer = load_places()
    counts: Counter[Place] = Counter()
    hits = Counter(index for index, _, _ in gazetteer.automaton.find_matches_as_indexes(text))
    for index, times in hits.items():
        name, meanings = gazetteer.names[index], gazetteer.meanings[index]
        if len(meanings) == 1 and not (len(name) == 2 and name[-1] in "县旗"):
            counts[meanings[0]] += 2 * times if name == meanings[0].name else times
    return counts


def _resolve(meanings: tuple[Place, ...], before: list[Place]) -> Place | None:
    """The one meaning, or the one that lies in a place named before it; a county of unknown province if neither."""
    if len(meanings) < 2:
        return meanings[0] if meanings else None
    for known in reversed(before):
        for place in meanings:
            if known.name in (place.prefecture, place.province):
                return place
    if any(p.level != "county" for p in meanings):
        return None
    provinces = {p.province for p in meanings}
    return Place(meanings[0].name, provinces.pop() if len(provinces) == 1 else "", "", "county")


def name_place(name: str) -> str:
    """The name of a division in English, in short form; a name that is in no list stays as written.

    Examples
    --------
    >>> name_place("陕西省"), name_place("昆山市"), name_place("正定县"), name_place("xx县")
    ('Shaanxi', 'Kunshan', 'Zhengding County', 'xx县')
    """
    return _load_english().get(name, name)


@cache
def _load_english() -> dict[str, str]:
    """English by Chinese name."""
    rows = csv.DictReader(io.StringIO(vocabulary_text("places_en.csv")))
    return {row["name"]: row["english"] for row in rows}


@cache
def load_places() -> _Gazetteer:
    """The gazetteer that ships with the package."""
    meanings: dict[str, dict[Place, None]] = {}

    def add(name: str, place: Place) -> None:
        meanings.setdefault(name, {})[place] = None

    for row in csv.DictReader(io.StringIO(vocabulary_text("places.csv"))):
        province, prefecture = row["province"], row["prefecture"]
        whole = Place(province, province, "", "province")
        add(province, whole)
        add(_PROVINCE_TAIL.sub("", province), whole)
        if prefecture:
            part = Place(prefecture, province, prefecture, "prefecture")
            for name in _names_of_prefecture(prefecture):
                add(name, part)
        for county in row["counties"].split():
            if len(county) > 2 or county[-1] != "区":
                add(county, Place(county, province, prefecture, "county"))
    kept = {n: tuple(p) for n, p in meanings.items()}
    for name, places in kept.items():  # a province or prefecture outranks a county, or a short form, of the same name
        full = tuple(p for p in places if p.name == name and p.level != "county")
        kept[name] = full or places
    kept |= dict.fromkeys(_DECOYS, ())
    names = tuple(kept)
    return _Gazetteer(AhoCorasick(names, matchkind=MatchKind.LeftmostLongest), names, tuple(kept.values()))


def _names_of_prefecture(name: str) -> list[str]:
    """Full and short forms of a prefecture's name, such as 凉山彝族自治州, 凉山州, 凉山."""
    if name.endswith("自治州"):
        stem = _AUTONOMOUS.sub("", name)
        return [name, f"{stem}州", stem]
    stem = re.sub(r"(?:地区|市|盟)$", "", name)
    return [name, stem] if len(stem) > 1 else [name]
