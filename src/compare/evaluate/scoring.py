"""Precision, recall and F1 of targets, accuracy of their fields and links, accuracy of themes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from compare.evaluate.coded import Cells, CodedPlan, read_cells
from compare.evaluate.matching import FIELDS, FULL, STRICT, Matches, built_value, match_targets, overlap, span_of
from compare.schema import FORMULA_STARTS, THEMES

CONFIDENT = 0.9


@dataclass
class Scores:
    """Counts over all coded plans, from which every figure is worked out."""

    counts: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    themes: Counter[str] = field(default_factory=Counter)
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    profile_errors: list[float] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    def detect(self) -> dict[str, float]:
        """Whether the number is listed as a target."""
        return self._of_hits(self.counts["hits"])

    def strict(self) -> dict[str, float]:
        """And whether values, unit, bound, measure and mask agree."""
        return self._of_hits(self.counts["strict"])

    def full(self) -> dict[str, float]:
        """And whether indicator and tier agree."""
        return self._of_hits(self.counts["full"])

    def _of_hits(self, good: int) -> dict[str, float]:
        n = self.counts
        return precision_recall(good, n["extra"] + n["hits"] - good, n["missed"] + n["hits"] - good)

    def as_dict(self) -> dict[str, Any]:
        """Every figure, rounded to four places."""
        n = self.counts
        result: dict[str, Any] = {
            "plans_missing": self.missing, "coded": n["hits"] + n["missed"], "hits": n["hits"], "missed": n["missed"],
            "extra": n["extra"], "offset_faults": n["offset_faults"], "detect": self.detect(), "strict": self.strict(),
            "full": self.full(), "fields": {f: _share(self.right[f], n["hits"]) for f in FIELDS},
            "links": precision_recall(self.links["tp"], self.links["fp"], self.links["fn"]),
            "confident": {
                "share": _share(n["confident"], n["rows"]), "right": _share(n["confident_right"], n["confident"]),
            },
        }  # fmt: skip
        if self.themes["sentences"]:
            result["themes"] = self._theme_figures()
        return result

    def _theme_figures(self) -> dict[str, Any]:
        n = self.themes
        f1 = list(self.theme_f1().values())
        return {
            "sentences": n["sentences"], "accuracy": _share(n["right"], n["sentences"]),
            "accuracy_also": _share(n["right_also"], n["sentences"]), "macro_f1": round(sum(f1) / len(f1), 4),
            "profile_error_pp": round(sum(self.profile_errors) / len(self.profile_errors), 3),
        }  # fmt: skip

    def theme_f1(self) -> dict[str, float]:
        """F1 of each theme that was coded."""
        figures = {}
        for theme in (*THEMES, "none"):
            right = self.confusion[theme, theme]
            coded = sum(n for (c, _), n in self.confusion.items() if c == theme)
            built = sum(n for (_, b), n in self.confusion.items() if b == theme)
            if coded:
                figures[theme] = 2 * right / (coded + built)
        return figures


def precision_recall(good: int, too_many: int, too_few: int) -> dict[str, float]:
    """Precision, recall and their harmonic mean."""
    p = good / (good + too_many) if good + too_many else 0.0
    r = good / (good + too_few) if good + too_few else 0.0
    return {"precision": round(p, 4), "recall": round(r, 4), "f1": round(2 * p * r / (p + r), 4) if p + r else 0.0}


def score_tables(
    coded: list[CodedPlan], tables: Path, *, say: Callable[..., None] = lambda *_: None
) -> Scores:
    """Score built tables against coded plans.

    Parameters
    ----------
    coded : list of CodedPlan
    tables : pathlib.Path
        Folder with plans.csv, targets.csv and sentences.csv of a build of the same texts; a plan is recognised by the
        stem of its file.
    say : callable
        Takes one line, in pieces, for each thing that differs.

    Returns
    -------
    Scores
    """
    ids = {PurePosixPath(row["file"]).stem: row["plan_id"] for row in read_cells(tables / "plans.csv")}
    targets, sentences = _by_plan(tables / "targets.csv"), _by_plan(tables / "sentences.csv")
    scores = Scores()
    for plan in coded:
        if plan.name not in ids:
            scores.missing.append(plan.name)
        plan_id = ids.get(plan.name, "")
        built = targets[plan_id]
        _count_offset_faults(scores, plan, built, say)
        matches = match_targets(plan, built)
        _count_targets(scores, plan, built, matches, say)
        _count_links(scores, plan, built, matches)
        if plan.themes:
            _count_themes(scores, plan, sentences[plan_id], say)
    return scores


def _by_plan(path: Path) -> defaultdict[str, list[Cells]]:
    rows: defaultdict[str, list[Cells]] = defaultdict(list)
    for row in read_cells(path):
        rows[row["plan_id"]].append(row)
    return rows


def _count_offset_faults(scores: Scores, plan: CodedPlan, built: list[Cells], say: Callable[..., None]) -> None:
    """Count targets whose number or quote is not what stands at its place in the text."""
    for row in built:
        for column, start, end in (("number", "number_start", "number_end"), ("quote", "start", "end")):
            span = span_of(row, start, end)
            if span[0] < 0 or plan.text[slice(*span)] != _unguarded(row[column]):
                scores.counts["offset_faults"] += 1
                say("OFFSET", plan.name, row["number"], "!=", plan.text[slice(*span)])
                break


def _unguarded(cell: str) -> str:
    """A text cell without the apostrophe that keeps a spreadsheet from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA_STARTS else cell


def _count_targets(
    scores: Scores, plan: CodedPlan, built: list[Cells], matches: Matches, say: Callable[..., None]
) -> None:
    n = scores.counts
    strictly = set()
    for i, coded in enumerate(plan.targets):
        if coded["status"] != "required":
            continue
        if i not in matches.pairs:
            n["missed"] += 1
            say("MISS", plan.name, coded["num_text"], "|", coded["quote"])
            continue
        wrong = matches.wrong[i]
        row = built[matches.pairs[i]]
        n["hits"] += 1
        n["full"] += not set(wrong) & set(FULL)
        scores.right.update(f for f in FIELDS if f not in wrong)
        if not set(wrong) & set(STRICT):
            n["strict"] += 1
            strictly.add(matches.pairs[i])
        if wrong:
            differences = "; ".join(f"{f}: coded {coded[f]!r}, built {built_value(f, row)!r}" for f in wrong)
            say("WRONG", plan.name, coded["num_text"], "|", coded["quote"], "|", differences)
    for j in matches.extra:
        n["extra"] += 1
        say("EXTRA", plan.name, built[j]["number"], "|", built[j]["quote"])
    for j, row in enumerate(built):
        if j not in matches.ignored:
            n["rows"] += 1
            if float(row.get("confidence") or 0) >= CONFIDENT:
                n["confident"] += 1
                n["confident_right"] += j in strictly


def _count_links(scores: Scores, plan: CodedPlan, built: list[Cells], matches: Matches) -> None:
    """Count links that lead to the row that stands for the coded link's target."""
    coded_at = {row["id"]: i for i, row in enumerate(plan.targets)}
    built_at = {row["target_id"]: j for j, row in enumerate(built)}
    for link in ("parent", "same_as"):
        for i, coded in enumerate(plan.targets):
            if i not in matches.wrong:
                continue
            row = built[matches.pairs[i]]
            wanted = matches.pairs.get(coded_at.get(coded[link], -1)) if coded[link] else None
            found = built_at.get(row[link]) if row[link] else None
            scores.links["tp"] += wanted is not None and wanted == found
            scores.links["fn"] += bool(coded[link]) and wanted != found
            scores.links["fp"] += bool(row[link]) and wanted != found


def _count_themes(scores: Scores, plan: CodedPlan, built: list[Cells], say: Callable[..., None]) -> None:
    """Give each coded sentence the theme that covers most of it, and compare the plan's shares of attention."""
    spans = [(span_of(row, "start", "end"), row["theme"] or "none") for row in built]
    coded_share: Counter[str] = Counter()
    built_share: Counter[str] = Counter()
    for sentence, coded in zip(plan.sentences, plan.themes, strict=True):
        here = (int(sentence["start"]), int(sentence["end"]))
        cover: Counter[str] = Counter()
        for span, theme in spans:
            shared = overlap(here, span)
            if shared > 0:
                cover[theme] += shared
        theme = cover.most_common(1)[0][0] if cover else "none"
        scores.confusion[coded["theme"], theme] += 1
        scores.themes["sentences"] += 1
        scores.themes["right"] += theme == coded["theme"]
        scores.themes["right_also"] += theme == coded["theme"] or theme in coded["also"].split(";")
        if theme != coded["theme"]:
            differs = f"coded {coded['theme']} ({coded['also']}) built {theme}"
            say("THEME", plan.name, sentence["n"], differs, "|", sentence["text"][:60])
        coded_share[coded["theme"]] += here[1] - here[0]
        built_share.update(cover)
    for share in (coded_share, built_share):
        share.pop("none", None)
    whole_coded, whole_built = coded_share.total() or 1, built_share.total() or 1
    scores.profile_errors += [abs(coded_share[t] / whole_coded - built_share[t] / whole_built) * 100 for t in THEMES]


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
