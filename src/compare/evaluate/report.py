"""The figures of an evaluation as text for the terminal and as the table of the README."""

from __future__ import annotations

from typing import Any

from compare.errors import BuildError
from compare.evaluate.scoring import Scores
from compare.schema import THEMES

_LEVELS = (
    ("detect", "the number is listed as a target"),
    ("strict", "and values, unit, bound, measure and mask agree"),
    ("full", "and indicator and tier agree"),
    ("links", "parent and repeat lead to the right row"),
)


def put_between_marks(text: str, table: str, name: str = "accuracy") -> str:
    """A Markdown text with the table between its marks of that name, in place of what stands there.

    Raises
    ------
    BuildError
        The text has no such marks.
    """
    marks = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    before, begin, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not end:
        raise BuildError(f"the marks {' and '.join(marks)} are missing.", hint="Put them where the table is to stand.")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def format_markdown(scores: Scores) -> str:
    """The accuracy table of the README, in Markdown."""
    figures = scores.as_dict()
    lines = [
        f"| targets ({figures['coded']} coded) | precision | recall | F1 |",
        "|---|---|---|---|",
    ]
    lines += [f"| {name}: {meaning} | {_row(figures[name])} |" for name, meaning in _LEVELS]
    lines += ["", "| field | right, of the targets found |", "|---|---|"]
    lines += [f"| {name} | {_percent(value)} |" for name, value in figures["fields"].items()]
    sure = figures["confident"]
    lines += [
        "",
        f"Rows with confidence of 0.9 or more: {_percent(sure['share'])} of all, {_percent(sure['right'])} of them "
        f"strictly right. Offset faults: {figures['offset_faults']}.",
    ]
    if "themes" in figures:
        themes = figures["themes"]
        lines += [
            "",
            f"| themes ({themes['sentences']} sentences coded) | |",
            "|---|---|",
            f"| sentence has the coded theme | {_percent(themes['accuracy'])} |",
            f"| or one of the further themes coded | {_percent(themes['accuracy_also'])} |",
            f"| F1, mean over the themes | {themes['macro_f1']:.3f} |",
            f"| error of a plan's shares, mean | {themes['profile_error_pp']:.2f} percentage points |",
        ]
    return "\n".join(lines)


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


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
