"""Write the brief as a Word document."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from PIL import Image

from compare.brief.draft import SMALL, TEXT, Draft
from compare.brief.findings import Cited, find_findings
from compare.brief.setting import (
    TEXT_WIDTH,
    add_page_numbers,
    describe_picture,
    hang,
    indent_first,
    mark_place,
    save_document,
    start_document,
)
from compare.brief.table import write_targets
from compare.errors import BuildError
from compare.style.names import join_names, name_plans, say_source
from compare.vocabulary.labels import read_words

if TYPE_CHECKING:

    from compare.pipeline import Tables

_CHOSEN = ("coverage", "target_panels", "priority_heatmap", "priority_profiles", "words_numbers")
_TALLEST = Cm(20)
_VERSION = re.compile(r"_(zh|en)(_[a-z]+)?$")


@dataclass(frozen=True)
class BriefFigure:
    """A figure of the brief: a PNG, what is said under it, and what it shows for those who cannot see it."""

    path: Path
    caption: str
    description: str = ""


def write_brief(
    tables: Tables,
    path: Path | str = "reports/brief.docx",
    *,
    figures: Sequence[BriefFigure] | Mapping[str, Path] | Path | str | None = None,
    lang: str = "zh",
    title: str = "",
) -> Path:
    """Write the brief: findings, figures, comparable targets, sources, method and caveats.

    Parameters
    ----------
    tables : Tables
    path : Path or str
        The docx file to write.
    figures : sequence of BriefFigure, mapping of str to Path, Path or str, optional
        Figures with their captions, captions with their PNG files, or a folder of exported figures to take all from.
        Default: the main ones of the folder `figures` beside `path`, if there are any.
    lang : {"zh", "en"}
    title : str
        In place of the title made from the plans.

    Returns
    -------
    Path
        The file written; the same input gives the same bytes.

    Raises
    ------
    BuildError
        There is no plan, or a figure is missing.
    """
    if not len(tables.plans):
        raise BuildError("there is no plan to write a brief about.", where=str(path), hint="Put plans into data/raw.")
    chosen = _list_figures(figures, lang, Path(path).parent)
    words = read_words("brief/words.yml", lang)
    title = title or words["title"].format(years=say_years(tables, lang))
    brief = Draft(start_document(title, lang), tables, words, lang, name_plans(tables.plans, lang))
    document = brief.document
    document.add_paragraph(title, style="Title")
    places = join_names(list(brief.names.values()), lang, most=6)
    document.add_paragraph(words["subtitle"].format(places=places), style="Subtitle")
    _write_findings(brief)
    _write_figures(brief, chosen)
    write_targets(brief)
    _write_method(brief)
    _write_notes(brief)
    add_page_numbers(document, words["page"])
    return save_document(document, Path(path))


def say_years(tables: Tables, lang: str = "zh") -> str:
    """The years that the plans are for, as a title has them."""
    years = sorted({int(year) for year in tables.plans["plan_year"].dropna()})
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    return f"{span}年" if span and lang == "zh" else span


def find_figures(folder: Path | str, lang: str = "zh") -> list[BriefFigure]:
    """The exported figures of a folder in one language and page size, in order of their names.

    Caption and description are what the PNG says of itself (its texts `Title` and `Description`), or its name.
    """
    figures = []
    for path in sorted(Path(folder).glob("*.png")):
        version = _VERSION.search(path.stem)
        if version and version.group() != f"_{lang}":
            continue
        with Image.open(path) as image:
            texts = {key: str(value) for key, value in image.info.items()}
        caption = texts.get("Title", path.stem.replace("_", " "))
        figures.append(BriefFigure(path, caption, texts.get("Description", caption)))
    return figures


def _list_figures(figures: Any, lang: str, beside: Path) -> list[BriefFigure]:
    if figures is None:
        found = find_figures(beside / "figures", lang)
        return [figure for figure in found if any(name in figure.path.stem for name in _CHOSEN)]
    if isinstance(figures, str | Path):
        return find_figures(figures, lang)
    if isinstance(figures, Mapping):
        figures = [BriefFigure(Path(path), caption, caption) for caption, path in figures.items()]
    for figure in figures:
        if not Path(figure.path).is_file():
            raise BuildError("the figure is missing.", where=str(figure.path), hint="Run `plancompare all`.")
    return list(figures)


def _write_findings(brief: Draft) -> None:
    brief.document.add_paragraph(brief.words["found"], style="Heading 1")
    for finding in find_findings(brief.tables, brief.lang):
        paragraph = brief.document.add_paragraph(style="List Number")
        hang(paragraph, 26)
        for part in finding:
            if isinstance(part, Cited):
                paragraph.add_run(part.text)
                brief.cite(paragraph, part.target_id, TEXT)
            else:
                paragraph.add_run(part)


def _write_figures(brief: Draft, figures: Sequence[BriefFigure]) -> None:
    if not figures:
        return
    brief.document.add_paragraph(brief.words["figures"], style="Heading 1")
    for number, figure in enumerate(figures, 1):
        paragraph = brief.document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.line_spacing = 1.0
        run = paragraph.add_run()
        picture = run.add_picture(str(figure.path), width=TEXT_WIDTH)
        if picture.height > _TALLEST:
            picture.width, picture.height = round(picture.width * _TALLEST / picture.height), _TALLEST
        describe_picture(run, figure.description or figure.caption)
        caption = brief.words["figure"].format(n=number, caption=figure.caption)
        brief.document.add_paragraph(caption, style="Caption")


def _write_method(brief: Draft) -> None:
    """Method and caveats, on a page of their own."""
    tables, words = brief.tables, brief.words
    brief.document.add_paragraph(words["method"], style="Heading 1").paragraph_format.page_break_before = True
    caveats = [words[key] for key in ("caveats", "caveat_bounds", "caveat_compare", "caveat_masked", "caveat_shares")]
    caveats.append(words["caveat_few"].format(plans=len(tables.plans)))
    unsure = tables.plans[tables.plans["name_basis"].isin(["inferred", "masked"])]
    if len(unsure):
        places = join_names([brief.names[plan] for plan in unsure["plan_id"]], brief.lang)
        caveats.append(words["caveat_names"].format(places=places))
    if len(tables.problems):
        lost = int((tables.problems["severity"] == "lost").sum())
        caveats.append(words["caveat_problems"].format(count=len(tables.problems), lost=lost))
    for caveat in [*caveats, say_source(tables.plans, brief.lang)]:
        indent_first(brief.document.add_paragraph(caveat))


def _write_notes(brief: Draft) -> None:
    """For each number cited, its plan, sentence and words."""
    if not brief.notes:
        return
    words = brief.words
    brief.document.add_paragraph(words["notes"], style="Heading 1").paragraph_format.page_break_before = True
    indent_first(brief.document.add_paragraph(words["notes_lead"]))
    targets = {row["target_id"]: row for row in brief.tables.targets.to_dict("records")}
    sentences = {
        str(plan): (list(rows["start"]), list(rows["end"]), list(rows["n"]))
        for plan, rows in brief.tables.sentences.groupby("plan_id")
    }
    for target_id, number in brief.notes.items():
        row = targets[target_id]
        starts, ends, numbers = sentences.get(row["plan_id"], ([], [], []))
        at = bisect_right(starts, row["number_start"]) - 1
        placed = at >= 0 and row["number_start"] < ends[at]
        text = words["note" if placed else "note_unplaced"].format(
            place=brief.names[row["plan_id"]], file=f"（{row['file']}）" if brief.lang == "zh" else f"({row['file']})",
            n=numbers[at] if placed else "", start=row["number_start"], end=row["number_end"],
            quote="".join(row["quote"].split()),
        )  # fmt: skip
        paragraph = brief.document.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(2)
        paragraph.paragraph_format.line_spacing = 1.2
        hang(paragraph, 26)
        for part in (f"[{number}] ", text):
            paragraph.add_run(part).font.size = Pt(SMALL)
        mark_place(paragraph, f"note{number}", number)
