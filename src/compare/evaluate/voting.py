"""Training the vote on themes from what people coded and corrected, and scoring it on plans it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from compare.corrections import SURE, ThemeCorrection, correct_themes, read_corrections
from compare.errors import CompareError
from compare.evaluate.coded import CodedPlan, read_coded
from compare.evaluate.matching import overlap
from compare.evaluate.report import format_confusion
from compare.evaluate.scoring import Scores
from compare.pipeline import read_registry
from compare.problems import Problem
from compare.readers import read_plan
from compare.schema import THEMES
from compare.structure import Document, Sentence, read_structure
from compare.themes import BY_DEFAULT, Labelled, Vote, VoteSettings, join_sections, score_themes, train_vote
from compare.vocabulary.loading import check_keys, read_yaml
from compare.vocabulary.themes import load_themes

_KINDS = {
    "both": "the two differ, and the lexicon is unsure",
    "differs": "the two differ",
    "unsure": "the lexicon is unsure",
    "unlisted": "not listed",
}
_SAME = 8  # characters in a row that an example may not share with a plan it is scored on


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the vote learns from one plan, and what it is scored on there.

    `right` holds the coder's theme of each coded sentence and the further ones; `places` leads from it to the sentence
    of `document` that covers most of it, `lengths` has its characters. All are empty where the plan was only corrected.
    `folder` is where the coding came from.
    """

    name: str
    document: Document
    labelled: tuple[Labelled, ...]
    right: tuple[tuple[str, frozenset[str]], ...] = ()
    places: tuple[int, ...] = ()
    lengths: tuple[int, ...] = ()
    folder: str = ""


@dataclass
class VoteScores:
    """How vote and lexicon agree with the coders, counted over plans that the vote had not seen."""

    plans: int = 0
    vote: Counter[tuple[str, str]] = field(default_factory=Counter)
    lexicon: Counter[tuple[str, str]] = field(default_factory=Counter)
    also: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)
    errors: dict[str, list[float]] = field(default_factory=lambda: {"vote": [], "lexicon": []})

    def add(self, other: VoteScores) -> None:
        """Count another plan in."""
        self.plans += other.plans
        for mine, more in ((self.vote, other.vote), (self.lexicon, other.lexicon)):
            mine.update(more)
        self.also.update(other.also)
        self.review.update(other.review)
        for who, errors in other.errors.items():
            self.errors[who] += errors

    def figures(self, who: str) -> dict[str, float]:
        """Accuracy, accuracy counting further themes, mean F1 of themes and mean error of shares, in percentage points.

        Of ``vote`` or ``lexicon``, as `Scores` has them.
        """
        confusion: Counter[tuple[str, str]] = getattr(self, who)
        total = confusion.total() or 1
        return {
            "accuracy": round(sum(n for (a, b), n in confusion.items() if a == b) / total, 4),
            "accuracy_also": round(self.also[who] / total, 4),
            "macro_f1": round(_mean(list(Scores(confusion=confusion).theme_f1().values())), 4),
            "profile_error_pp": round(_mean(self.errors[who]), 3),
        }


def format_vote(scores: VoteScores) -> str:
    """The figures of a vote for the terminal, with those of the lexicon beside them."""
    if not scores.plans:
        return "no two coded plans, so the vote cannot be scored on a plan it has not seen"
    lines = [f"on {scores.plans} coded plans, each voted on after training without it:",
             f"{'':10}{'accuracy':>10}{'with also':>11}{'mean F1':>9}{'error of shares':>18}"]  # fmt: skip
    for who in ("vote", "lexicon"):
        f = scores.figures(who)
        lines.append(
            f"{who:10}{f['accuracy']:10.4f}{f['accuracy_also']:11.4f}{f['macro_f1']:9.4f}"
            f"{f['profile_error_pp']:15.3f} pp"
        )
    lines += ["", f"sentences to review, and how many of the {scores.review['wrong']} wrong themes are among them:"]
    for kind, meaning in _KINDS.items():
        n, wrong, voted = (scores.review[kind + of] for of in ("", "_wrong", "_voted"))
        lines.append(f"{n:6}{wrong:6}  {meaning}; the vote is right on {voted}")
    return "\n".join([*lines, *format_confusion(Scores(confusion=scores.vote))])


def format_vote_markdown(scores: VoteScores) -> str:
    """The tables of docs/themes.md: vote beside lexicon, and what the review list is worth."""
    lines = [
        f"| {scores.vote.total()} sentences, leaving one plan out | accuracy | with further themes | mean F1 | "
        "error of shares |",
        "|---|---|---|---|---|",
    ]
    for who, note in (("vote", ""), ("lexicon", " (written with the plans in view)")):
        f = scores.figures(who)
        lines.append(
            f"| {who}{note} | {100 * f['accuracy']:.1f} % | {100 * f['accuracy_also']:.1f} % | {f['macro_f1']:.3f} | "
            f"{f['profile_error_pp']:.2f} percentage points |"
        )
    lines += [
        "",
        "| why a sentence is listed for review | sentences | lexicon is wrong | vote is right |",
        "|---|---|---|---|",
    ]
    for kind, meaning in _KINDS.items():
        cells = [str(scores.review[kind + of]) for of in ("", "_wrong", "_voted")]
        lines.append(f"| {meaning} | {' | '.join(cells)} |")
    return "\n".join(lines)


def read_lessons(
    coded: Sequence[Path],
    raw: Path | None,
    corrections: Path | None,
    *,
    say: Callable[[Problem], None] = lambda _: None,
) -> list[Lesson]:
    """Collect every sentence whose theme a person coded or corrected.

    Parameters
    ----------
    coded : sequence of pathlib.Path
        Folders of coded plans, see `read_coded`; plans without themes are passed over.
    raw : pathlib.Path or None
        Folder of plans: the texts of coded plans, and the plans that corrections are for.
    corrections : pathlib.Path or None
        Folder with themes.csv. Where a sentence is both coded and corrected, the correction counts.
    say : callable
        Takes each correction that cannot be used.

    Returns
    -------
    list of Lesson
        One per plan, coded plans first.
    """
    plans = [(plan, str(folder)) for folder in coded for plan in read_coded(folder, raw) if plan.themes]
    lessons = {plan.name: _read_coded_plan(plan, folder) for plan, folder in plans}
    known = read_corrections(corrections)
    for problem in known.problems:
        say(problem)
    if raw is None or not known.themes:
        return list(lessons.values())
    registry = read_registry(raw)
    for problem in known.without_plan(name for p in registry.plans for name in (p.plan_id, p.file)):
        say(problem)
    for plan in registry.plans:
        own = known.of(plan.plan_id, plan.file).themes
        if not own:
            continue
        try:
            document = read_structure(read_plan(plan.path).text)
        except CompareError as error:
            say(Problem(plan.file, "read", "lost", error.message, error.hint))
            continue
        corrected, problems = _read_corrected(document, own)
        for problem in problems:
            say(problem)
        name = plan.path.stem
        before = lessons.get(name, Lesson(plan.plan_id, document, ()))
        texts = {s.text for s in corrected}
        kept = tuple(s for s in before.labelled if s.text not in texts)
        lessons[name] = replace(before, labelled=kept + corrected)
    return list(lessons.values())


def read_examples(cases: Path | None = None) -> list[Labelled]:
    """Coded sentences that belong to no plan: the examples of the vocabulary, and those of a file of cases.

    Parameters
    ----------
    cases : pathlib.Path, optional
        A YAML file like tests/cases/themes.yml: under ``alone`` sentences by theme, under ``plans`` short texts with
        the theme of each sentence.

    Raises
    ------
    VocabularyError
        The file is missing or of another form.
    """
    examples = [Labelled(text, "", theme.id) for theme in load_themes().themes for text in theme.examples]
    if cases is None:
        return examples
    top = read_yaml(cases.read_text(encoding="utf-8"), cases.name)
    check_keys(top, {"alone": dict, "plans": dict}, required=())
    examples += [Labelled(text, "", theme) for theme, texts in top.get("alone", {}).items() for text in texts]
    for case in top.get("plans", {}).values():
        examples += _label(read_structure(case["text"]), case["themes"])
    return examples


def teach(lessons: list[Lesson], examples: Sequence[Labelled]) -> Vote:
    """Train the vote on all lessons and examples.

    Raises
    ------
    VocabularyError
        The sentences are too few.
    """
    return train_vote([*(s for lesson in lessons for s in lesson.labelled), *examples])


def score_vote(
    lessons: list[Lesson],
    examples: Sequence[Labelled],
    *,
    names: Collection[str] | None = None,
    settings: VoteSettings = BY_DEFAULT,
) -> VoteScores:
    """Score the vote on each coded plan, trained without that plan; the lexicon beside it.

    Sentences that the plan has in common with others, and examples that share eight characters in a row with it, are
    left out of the training, too.

    Parameters
    ----------
    lessons : list of Lesson
        Of two plans at least.
    examples : sequence of Labelled
        From `read_examples`.
    names : collection of str, optional
        Score these lessons only; the others still teach.
    settings : VoteSettings, optional

    Returns
    -------
    VoteScores
        `review` counts coded sentences: those the lexicon has ``wrong``; those that `review_themes` lists because the
        vote ``differs``, the lexicon is ``unsure``, or ``both``; how many of each the lexicon has wrong
        (``both_wrong`` ...), and how many the vote has right (``both_voted`` ...).
    """
    scores = VoteScores()
    for lesson in lessons:
        own = {s.text for s in lesson.labelled}
        others = [s for other in lessons if other is not lesson for s in other.labelled if s.text not in own]
        if not lesson.right or not others or (names is not None and lesson.name not in names):
            continue
        text = "".join(lesson.document.text.split())
        foreign = [s for s in examples if not _shares(s.text, text)]
        sentences = lesson.document.sentences
        vote = train_vote([*others, *foreign], settings)
        cast = vote.cast([s.text for s in sentences], [_headings(s) for s in sentences])
        themings = score_themes(lesson.document)
        scores.plans += 1
        coded = [theme for theme, _ in lesson.right]
        scores.errors["vote"] += _compare_shares(lesson, coded, [cast[place][0] for place in lesson.places])
        scores.errors["lexicon"] += _compare_shares(lesson, coded, [themings[place].theme for place in lesson.places])
        for place, (theme, also) in zip(lesson.places, lesson.right, strict=True):
            voted, given = cast[place][0], themings[place].theme
            scores.vote[theme, voted] += 1
            scores.lexicon[theme, given] += 1
            scores.also["vote"] += voted == theme or voted in also
            scores.also["lexicon"] += given == theme or given in also
            differs, unsure = voted != given, themings[place].confidence < SURE
            kind = "both" if differs and unsure else "differs" if differs else "unsure" if unsure else "unlisted"
            scores.review["wrong"] += given != theme
            scores.review[kind] += 1
            scores.review[f"{kind}_wrong"] += given != theme
            scores.review[f"{kind}_voted"] += voted == theme
    return scores


def _read_coded_plan(plan: CodedPlan, folder: str) -> Lesson:
    """A coded plan: each sentence of the build learns from the coded one that covers most of it, and back."""
    document = read_structure(plan.text)
    spans = [(int(s["start"]), int(s["end"])) for s in plan.sentences]
    built = [(s.start, s.end) for s in document.sentences]
    themes = []
    for span in built:
        shared, at = max((overlap(span, other), -i) for i, other in enumerate(spans))
        themes.append(plan.themes[-at]["theme"] if shared > 0 else "")
    right, places, lengths = [], [], []
    for span, row in zip(spans, plan.themes, strict=True):
        shared, at = max(((overlap(span, other), -i) for i, other in enumerate(built)), default=(0, 0))
        if shared > 0:
            right.append((row["theme"], frozenset(row["also"].split(";"))))
            places.append(-at)
            lengths.append(span[1] - span[0])
    return Lesson(plan.name, document, _label(document, themes), tuple(right), tuple(places), tuple(lengths), folder)


def _label(document: Document, themes: Sequence[str]) -> tuple[Labelled, ...]:
    """The sentences of a document that have a theme, with what stands around them."""
    headings = [_headings(s) for s in document.sentences]
    sections = join_sections([s.text for s in document.sentences], headings)
    rows = zip(document.sentences, headings, themes, sections, strict=True)
    return tuple(Labelled(s.text, above, theme, section) for s, above, theme, section in rows if theme)


def _read_corrected(
    document: Document, corrections: tuple[ThemeCorrection, ...]
) -> tuple[tuple[Labelled, ...], list[Problem]]:
    """The sentences that corrections are for; those the lexicon gets right by now are evidence all the same."""
    rows = [{"n": s.n, "start": s.start, "end": s.end, "theme": "", "also": ""} for s in document.sentences]
    corrected, problems = correct_themes(rows, corrections, document.text)
    return _label(document, [str(row["theme"]) for row in corrected]), problems


def _headings(sentence: Sentence) -> str:
    return " / ".join(sentence.path)


def _shares(example: str, text: str) -> bool:
    return any(example[i : i + _SAME] in text for i in range(len(example) - _SAME + 1))


def _compare_shares(lesson: Lesson, coded: list[str], given: list[str]) -> list[float]:
    """How far the shares of each theme lie apart in a plan, by characters, in percentage points."""
    shares = []
    for themes in (coded, given):
        chars: Counter[str] = Counter()
        for theme, length in zip(themes, lesson.lengths, strict=True):
            chars[theme] += length
        del chars["none"]
        total = chars.total() or 1
        shares.append({theme: 100 * chars[theme] / total for theme in THEMES})
    return [abs(shares[0][theme] - shares[1][theme]) for theme in THEMES]


def _mean(numbers: list[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0
