"""What a brief says, before it becomes a Word file or a page: findings, figures, table, method and notes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compare.brief.figures import BriefFigure, PlacedFigure, place_figures
from compare.brief.findings import Cited, Sentence, find_findings, list_groups, plain
from compare.brief.fitting import HANG, PAGE_CM, fill_pages, measure_body, measure_note
from compare.brief.tables import TargetTable, make_table
from compare.style.names import join_names, name_plans, say_source
from compare.vocabulary.labels import read_words

if TYPE_CHECKING:
    from compare.brief.settings import BriefSettings
    from compare.pipeline import Tables

_HEADING = 1.5
_OPENING = 110.0  # title, subtitle and heading above the findings, in points
_PLACES_NAMED = 6
_CAVEATS = ("caveats", "caveat_bounds", "caveat_compare", "caveat_masked", "caveat_shares", "caveat_notes")


@dataclass(frozen=True)
class Content:
    """Everything a brief says in one language.

    Attributes
    ----------
    title, subtitle : str
    findings : list of tuple
        As from `find_findings`, as many as stand on the first page with their notes.
    rest : str
        Where the findings that are not told stand; may be empty.
    figures : list of PlacedFigure
        In the order of the pages, for an A4 page of `PAGE_CM`.
    table : TargetTable
    caveats : list of str
    numbers : dict of str to int
        Number of the note of each target, in the order of first citation.
    notes : dict of int to str
    """

    lang: str
    words: dict[str, str]
    title: str
    subtitle: str
    findings: list[Sentence]
    rest: str
    figures: list[PlacedFigure]
    table: TargetTable
    caveats: list[str]
    numbers: dict[str, int]
    notes: dict[int, str]


def write_content(tables: Tables, settings: BriefSettings, figures: Sequence[BriefFigure]) -> Content:
    """Say what the tables hold, and number the sources in the order in which they are cited."""
    lang = settings.language
    words = read_words("brief/words.yml", lang)
    names = name_plans(tables.plans, lang)
    table = make_table(tables, names, words, lang)
    findings, rest = _fit_findings(tables, names, words, settings)
    numbers = _number([*findings, *(cell for row in table.rows for cell in row)])
    places = join_names(list(names.values()), lang, most=_PLACES_NAMED, counter="地")
    title = words["title" if len(names) > 1 else "title_one"].format(place=places, years=say_years(tables, lang))
    return Content(
        lang=lang, words=words, title=settings.title or title,
        subtitle=settings.subtitle or words["subtitle"].format(places=places), findings=findings,
        rest=rest, figures=place_figures(figures, *PAGE_CM, taken=_HEADING), table=table,
        caveats=_list_caveats(tables, names, words, lang),
        numbers=numbers, notes=_write_notes(tables, names, words, lang, numbers),
    )  # fmt: skip


def say_years(tables: Tables, lang: str = "zh") -> str:
    """The years that the plans are for, as a title has them."""
    years = sorted({int(year) for year in tables.plans["plan_year"].dropna()})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return f"{span}年" if span and lang == "zh" else span


def _fit_findings(
    tables: Tables, names: dict[str, str], words: dict[str, str], settings: BriefSettings
) -> tuple[list[Sentence], str]:
    """The weightiest findings that stand on one page with their notes, and where the other comparisons stand."""
    lang = settings.language
    findings = find_findings(tables, lang, settings.findings)
    notes = _write_notes(tables, names, words, lang, _number(findings))
    numbers = _number(findings)

    def measure(finding: Sentence) -> float:
        own = [notes[numbers[part.target_id]] for part in finding if isinstance(part, Cited)]
        return measure_body(plain(finding), lang, HANG) + sum(map(measure_note, own))

    groups = len(list_groups(tables))
    taken = _OPENING + measure_body(words["rest"], lang)
    told = fill_pages(findings, measure, taken)[0]
    compared = sum(any(isinstance(part, Cited) for part in finding) for finding in told)
    if len(tables.plans) < 2 or compared >= groups:
        return told, ""
    return told, words["rest"].format(groups=groups, told=compared)


def _number(sentences: Sequence[Sentence]) -> dict[str, int]:
    """A number for each target cited, in the order of first citation."""
    cited = [part.target_id for parts in sentences for part in parts if isinstance(part, Cited)]
    return {target: at for at, target in enumerate(dict.fromkeys(cited), 1)}


def _list_caveats(tables: Tables, names: dict[str, str], words: dict[str, str], lang: str) -> list[str]:
    alone = len(tables.plans) == 1
    caveats = [words[key] for key in _CAVEATS if not (alone and key == "caveat_compare")]
    caveats.append(words["caveat_one" if alone else "caveat_few"].format(plans=len(tables.plans)))
    unsure = tables.plans[tables.plans["name_basis"].isin(["inferred", "masked"])]
    if len(unsure):
        places = join_names([names[plan] for plan in unsure["plan_id"]], lang, counter="地")
        caveats.append(words["caveat_names"].format(places=places))
    if len(tables.problems):
        lost = int((tables.problems["severity"] == "lost").sum())
        caveats.append(words["caveat_problems"].format(count=len(tables.problems), lost=lost))
    return [*caveats, say_source(tables.plans, lang)]


def _write_notes(
    tables: Tables, names: dict[str, str], words: dict[str, str], lang: str, numbers: dict[str, int]
) -> dict[int, str]:
    """For each number cited, its plan, sentence and words."""
    targets = {row["target_id"]: row for row in tables.targets.to_dict("records") if row["target_id"] in numbers}
    sentences = {
        str(plan): (list(rows["start"]), list(rows["end"]), list(rows["n"]))
        for plan, rows in tables.sentences.groupby("plan_id")
    }
    notes = {}
    for target_id, number in numbers.items():
        row = targets[target_id]
        starts, ends, order = sentences.get(row["plan_id"], ([], [], []))
        at = bisect_right(starts, row["number_start"]) - 1
        placed = at >= 0 and row["number_start"] < ends[at]
        notes[number] = words["note" if placed else "note_unplaced"].format(
            place=names[row["plan_id"]], file=f"（{row['file']}）" if lang == "zh" else f"({row['file']})",
            n=order[at] if placed else "", start=row["number_start"], end=row["number_end"],
            quote="".join(row["quote"].split()),
        )  # fmt: skip
    return notes
