"""Tables of objectives: rows of cells that name an indicator, its unit and its value for one or more years."""

from __future__ import annotations

import re
from dataclasses import dataclass

from compare.quantities import read_quantities
from compare.structure import Document, Sentence
from compare.targets.drafts import Draft
from compare.targets.rows import Unclaimed
from compare.targets.sentence_reader import SentenceReader
from compare.targets.settings import Setting

_NAME = re.compile(r"指标|项目|名称|目标名|任务|内容|事项|类别")
_UNIT = re.compile(r"单位")
_VALUE = re.compile(r"目标|计划|任务数|预期|数值|(?:20\d\d)年?|规划|指标值")
_PAST = re.compile(r"基期|基数|现状|完成|实际|实绩|上年|去年|已达")
_YEAR = re.compile(r"(20\d\d)")
_NUMBER = re.compile(r"[（(\[≥≤＞＜><~约]*(?:\d[\d,.]*|[X×*]{1,3})[^\t，。；]{0,12}")
_IN_NAME = re.compile(r"[（(](?P<unit>[^（()）]{1,8})[）)]$")
_BOUND = re.compile(r"(?:及?以上|以内|以下|左右)$")
_ADDED = re.compile(r"^(?:新增|新建|新认定|净增|引进|培育|举办|组织|实施|完成|争取|转化|登记)")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a row: its text and where it begins in the row's plain text."""

    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds what: names, units, and for each value column its year and whether it tells of the past."""

    name: int
    unit: int | None
    values: dict[int, tuple[int | None, bool]]


def split_cells(plain: str) -> list[Cell]:
    """The cells of a line, parted by tabs."""
    cells, start = [], 0
    for part in plain.split("\t"):
        stripped = part.strip()
        cells.append(Cell(stripped, start + (part.find(stripped[0]) if stripped else 0)))
        start += len(part) + 1
    return cells


def find_columns(header: list[Cell], plan_year: int | None) -> Columns | None:
    """What the columns hold, from the header row; None where it names no indicator or no value column."""
    texts = [cell.text for cell in header]
    unit = next((i for i, t in enumerate(texts) if _UNIT.search(t) and len(t) <= 6 and "责任" not in t), None)
    named = [i for i, t in enumerate(texts) if _NAME.search(t) and not _YEAR.search(t) and i != unit]
    if not named:
        return None
    values: dict[int, tuple[int | None, bool]] = {}
    for index, text in enumerate(texts):
        if index in (unit, named[0]) or not (_VALUE.search(text) or _PAST.search(text)):
            continue
        year = _YEAR.search(text)
        past = bool(_PAST.search(text)) or bool(year and plan_year and int(year[1]) < plan_year)
        values[index] = (int(year[1]) if year else None, past)
    return Columns(named[0], unit, values) if values else None


class TableReader:
    """Reads the lines of one document that are rows of tables, and remembers the header above them."""

    def __init__(self, document: Document, plan_year: int | None, drafts: list[Draft]) -> None:
        self.document, self.plan_year, self.drafts = document, plan_year, drafts
        self.columns: Columns | None = None
        self.paragraph = 0
        self.unclaimed: list[Unclaimed] = []

    def read(self, sentence: Sentence, setting: Setting) -> bool:
        """Read a sentence if it is a row of a table of objectives; tells whether it was."""
        if "\t" not in sentence.plain:
            return False
        cells = split_cells(sentence.plain)
        if sentence.paragraph != self.paragraph + 1:
            self.columns = None
        self.paragraph = sentence.paragraph
        header = find_columns(cells, self.plan_year)
        if header and not any(_NUMBER.fullmatch(c.text) and not _YEAR.search(c.text) for c in cells):
            self.columns = header
            return True
        columns = self.columns
        if columns is None or len(cells) <= max(columns.values):
            return False
        name = cells[columns.name].text
        unit = cells[columns.unit].text if columns.unit is not None and columns.unit < len(cells) else ""
        inside = _IN_NAME.search(name)
        if inside and not unit:
            unit, name = inside["unit"], name[: inside.start()]
        for index, (year, past) in columns.values.items():
            if _NUMBER.fullmatch(cells[index].text):
                self._read_cell(sentence, setting, cells[index], name, unit.strip("（）()[]"), year, past)
        return True

    def _read_cell(
        self, sentence: Sentence, setting: Setting, cell: Cell, name: str, unit: str, year: int | None, past: bool
    ) -> None:
        """Read a value as if the row said `name达到value unit`."""
        value = cell.text.strip("[]（）()")
        offset = cell.start + cell.text.find(value)
        alone = read_quantities(value)
        if alone and alone[0].unit:
            unit = ""
        level = "" if _ADDED.match(name) or (year is None and unit not in ("%", "％")) else "达到"
        bound = _BOUND.search(value)
        body = value[: bound.start()] if bound else value
        spoken = f"{name}{level}{body}{unit}{bound.group() if bound else ''}"
        begin = len(name) + len(level)

        def locate(start: int, end: int) -> tuple[int, int]:
            first = offset + min(max(start - begin, 0), len(value) - 1)
            last = offset + min(max(end - begin, 1), len(value))
            return self.document.plain.locate(sentence.plain_start + first, sentence.plain_start + last)

        row = sentence._replace(plain=spoken)
        due = setting._replace(year=year or setting.year, mode="review" if past else setting.mode, in_section=True)
        before = len(self.drafts)
        reader = SentenceReader(self.document, row, due, self.plan_year, self.drafts, locate=locate)
        reader.read(read_quantities(spoken))
        for draft in self.drafts[before:]:
            draft.quote_at = (sentence.start, sentence.end)
        self.unclaimed.extend(u for u in reader.unclaimed if u.unit)
