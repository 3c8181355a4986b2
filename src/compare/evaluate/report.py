"""The figures of an evaluation as text for the terminal and as the tables of the READMEs."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from compare.errors import BuildError
from compare.evaluate.scoring import Scores
from compare.schema import THEMES
from compare.vocabulary.labels import label, read_words

_LEVELS = (
    ("detect", "the number is listed as a target"),
    ("strict", "and values, unit, bound, measure and mask agree"),
    ("full", "and indicator and tier agree"),
    ("links", "parent and repeat lead to the right row"),
)


def put_between_marks(text: str, table: Callable[[str], str], name: str = "accuracy") -> str:
    """A Markdown text with the table between its marks of that name, in place of what stands there.

    Parameters
    ----------
    text : str
    table : callable
        Gives the table in the language that the first mark names, English where it names none.
    name : str
        ``accuracy`` for ``<!-- accuracy:begin -->`` and ``<!-- accuracy:end -->``.

    Raises
    ------
    BuildError
        The text has no such marks.
    """
    marked = re.search(rf"(<!-- {name}:begin(?: (en|zh))? -->).*?(<!-- {name}:end -->)", text, re.DOTALL)
    if marked is None:
        raise BuildError(
            f"the marks <!-- {name}:begin --> and <!-- {name}:end --> are missing.",
            hint=f"Put them where the table is to stand; <!-- {name}:begin zh --> asks for it in Chinese.",
        )
    filled = f"{marked[1]}\n\n{table(marked[2] or 'en')}\n\n{marked[3]}"
    return text[: marked.start()] + filled + text[marked.end() :]


def format_markdown(scores: Scores, lang: str = "en") -> str:
    """The accuracy tables of the READMEs, in Markdown.

    Parameters
    ----------
    scores : Scores
    lang : {"en", "zh"}
    """
    figures = scores.as_dict()
    w = read_words("evaluate/words.yml", lang)
    lines = [w["targets"].format(coded=figures["coded"]), "|---|---|---|---|"]
    lines += [f"| {w[name]} | {_row(figures[name])} |" for name, _ in _LEVELS]
    lines += ["", w["field"], "|---|---|"]
    lines += [f"| {_name_field(name, lang)} | {_percent(value, lang)} |" for name, value in figures["fields"].items()]
    sure = {key: _percent(value, lang) for key, value in figures["confident"].items()}
    lines += ["", w["sure"].format(share=sure["share"], right=sure["right"], faults=figures["offset_faults"])]
    if "themes" in figures:
        themes = figures["themes"]
        lines += [
            "", w["themes"].format(sentences=themes["sentences"]), "|---|---|",
            f"| {w['accuracy']} | {_percent(themes['accuracy'], lang)} |",
            f"| {w['accuracy_also']} | {_percent(themes['accuracy_also'], lang)} |",
            f"| {w['macro_f1']} | {themes['macro_f1']:.3f} |",
            f"| {w['profile_error']} | {w['points'].format(points=themes['profile_error_pp'])} |",
        ]  # fmt: skip
    return "\n".join(lines)


def _name_field(name: str, lang: str) -> str:
    """A column as it is called, and in Chinese also what it means."""
    return name if lang == "en" else f"{label('column', name, lang)} {name}"


def format_text(scores: Scores) -> str:
    """The figures for the terminal, with the confusion of themes."""
    figures = scores.as_dict()
    lines = [f"{figures['coded']} coded targets: {figures['hits']} found, {figures['missed']} missed, "
             f"{figures['extra']} listed that are none, {figures['offset_faults']} offset faults"]  # fmt: skip
    if figures["plans_missing"]:
        lines.append(f"not built: {', '.join(figures['plans_missing'])}")
    lines += ["", f"{'':10}{'precision':>10}{'recall':>10}{'F1':>10}"]
    for name, meaning in _LEVELS:
        f = figures[name]
        lines.append(f"{name:10}{f['precision']:10.4f}{f['recall']:10.4f}{f['f1']:10.4f}  {meaning}")
    lines += ["", "fields right, of the targets found:"]
    lines += [f"  {name:12}{value:8.4f}" for name, value in figures["fields"].items()]
    sure = figures["confident"]
    lines += ["", f"confident rows: {_percent(sure['share'])} of all, {_percent(sure['right'])} of them strictly right"]
    if "themes" in figures:
        themes = figures["themes"]
        lines += [
            "",
            f"themes of {themes['sentences']} sentences: accuracy {themes['accuracy']:.4f}, with further themes "
            f"{themes['accuracy_also']:.4f}, mean F1 {themes['macro_f1']:.4f}, error of shares "
            f"{themes['profile_error_pp']:.3f} percentage points",
            *format_confusion(scores),
        ]
    return "\n".join(lines)


def format_confusion(scores: Scores) -> list[str]:
    """Coded themes down, built themes across, with F1 at the end of each line."""
    f1 = scores.theme_f1()
    names = [t for t in (*THEMES, "none") if t in f1 or any(b == t for _, b in scores.confusion)]
    width = max(map(len, names), default=0) + 2
    lines = ["", "coded down, built across:", " " * width + "".join(f"{n[:5]:>6}" for n in names) + f"{'F1':>8}"]
    for coded in names:
        cells = "".join(f"{scores.confusion[coded, b] or '.':>6}" for b in names)
        lines.append(f"{coded:{width}}{cells}{f1[coded]:8.3f}" if coded in f1 else f"{coded:{width}}{cells}")
    return lines


def _row(figures: dict[str, Any]) -> str:
    return " | ".join(f"{figures[k]:.3f}" for k in ("precision", "recall", "f1"))


def _percent(share: float, lang: str = "en") -> str:
    return f"{100 * share:.1f}{' ' if lang == 'en' else ''}%"
