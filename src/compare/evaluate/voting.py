"""Training the vote on themes from what people coded and corrected, and scoring it on plans it has not seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from compare.corrections import SURE, ThemeCorrection, correct_themes, read_corrections
from compare.errors import CompareError
from compare.evaluate.coded import CodedPlan, read_coded
from compare.evaluate.matching import overlap
from compare.pipeline import read_registry
from compare.problems import Problem
from compare.readers import read_plan
from compare.schema import THEMES
from compare.structure import Document, Sentence, read_structure
from compare.themes import Labelled, Vote, score_themes, train_vote
from compare.vocabulary.themes import load_themes

_SAME = 8  # characters in a row that an example may not share with a plan it is scored on


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the vote learns from one plan, and what it is scored on there.

    `right` holds the coder's theme of each coded sentence and the further ones; `places` leads from it to the sentence
    of `document` that covers most of it. Both are empty where the plan was only corrected.
    """

    name: str
    document: Document
    labelled: tuple[Labelled, ...]
    right: tuple[tuple[str, frozenset[str]], ...] = ()
    places: tuple[int, ...] = ()


@dataclass
class VoteScores:
    """How vote and lexicon agree with the coders, counted over plans that the vote had not seen."""

    plans: int = 0
    vote: Counter[tuple[str, str]] = field(default_factory=Counter)
    lexicon: Counter[tuple[str, str]] = field(default_factory=Counter)
    also: Counter[str] = field(default_factory=Counter)
    review: Counter[str] = field(default_factory=Counter)

    def figures(self, who: str) -> dict[str, float]:
        """Accuracy, accuracy counting further themes, and F1 as the mean over themes, of ``vote`` or ``lexicon``."""
        confusion: Counter[tuple[str, str]] = getattr(self, who)
        total = confusion.total() or 1
        return {
            "accuracy": round(sum(n for (a, b), n in confusion.items() if a == b) / total, 4),
            "accuracy_also": round(self.also[who] / total, 4),
            "macro_f1": round(_macro_f1(confusion), 4),
        }


def format_vote(scores: VoteScores) -> str:
    """The figures of a vote for the terminal, with those of the lexicon beside them."""
    if not scores.plans:
        return "no two coded plans, so the vote cannot be scored on a plan it has not seen"
    lines = [f"on {scores.plans} coded plans, each voted on after training without it:",
             f"{'':10}{'accuracy':>10}{'with also':>11}{'mean F1':>9}"]  # fmt: skip
    for who in ("vote", "lexicon"):
        f = scores.figures(who)
        lines.append(f"{who:10}{f['accuracy']:10.4f}{f['accuracy_also']:11.4f}{f['macro_f1']:9.4f}")
    lines += ["", f"sentences to review, and how many of the {scores.review['wrong']} wrong themes are among them:"]
    kinds = {"both": "the two differ, and the lexicon is unsure", "differs": "the two differ",
             "unsure": "the lexicon is unsure", "unlisted": "not listed"}  # fmt: skip
    for kind, meaning in kinds.items():
        lines.append(f"{scores.review[kind]:6}{scores.review[f'{kind}_wrong']:6}  {meaning}")
    return "\n".join(lines)


def _macro_f1(confusion: Counter[tuple[str, str]]) -> float:
    found = []
    for theme in (*THEMES, "none"):
        coded = sum(n for (a, _), n in confusion.items() if a == theme)
        given = sum(n for (_, b), n in confusion.items() if b == theme)
        if coded:
            found.append(2 * confusion[theme, theme] / (coded + given))
    return sum(found) / len(found) if found else 0.0


def read_lessons(
    coded: Path | None, raw: Path | None, corrections: Path | None, *, say: Callable[[Problem], None] = lambda _: None
) -> list[Lesson]:
    """Collect every sentence whose theme a person coded or corrected.

    Parameters
    ----------
    coded : pathlib.Path or None
        Folder of coded plans, see `read_coded`.
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
    plans = {plan.name: plan for plan in read_coded(coded, raw) if plan.themes} if coded else {}
    lessons = {name: _read_coded_plan(plan) for name, plan in plans.items()}
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
        lessons[name] = Lesson(before.name, before.document, kept + corrected, before.right, before.places)
    return list(lessons.values())


def teach(lessons: list[Lesson]) -> Vote:
    """Train the vote on all lessons and the examples of the vocabulary.

    Raises
    ------
    VocabularyError
        The sentences are too few.
    """
    return train_vote([*(s for lesson in lessons for s in lesson.labelled), *_read_examples()])


def score_vote(lessons: list[Lesson]) -> VoteScores:
    """Score the vote on each coded plan, trained without that plan; the lexicon beside it.

    Sentences that the plan has in common with others, and examples of the vocabulary that share eight characters in a
    row with it, are left out of the training, too.

    Parameters
    ----------
    lessons : list of Lesson
        Of two plans at least.

    Returns
    -------
    VoteScores
        `review` counts coded sentences: those the lexicon has ``wrong``; those that `review_themes` lists because the
        vote ``differs``, the lexicon is ``unsure``, or ``both``; and how many of each are wrong (``both_wrong`` ...).
    """
    scores = VoteScores()
    for lesson in lessons:
        own = {s.text for s in lesson.labelled}
        others = [s for other in lessons if other is not lesson for s in other.labelled if s.text not in own]
        if not lesson.right or not others:
            continue
        text = "".join(lesson.document.text.split())
        examples = [s for s in _read_examples() if not _shares(s.text, text)]
        sentences = lesson.document.sentences
        cast = train_vote([*others, *examples]).cast([s.text for s in sentences], [_headings(s) for s in sentences])
        themings = score_themes(lesson.document)
        scores.plans += 1
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
    return scores


def _read_coded_plan(plan: CodedPlan) -> Lesson:
    """A coded plan: each sentence of the build learns from the coded one that covers most of it, and back."""
    document = read_structure(plan.text)
    spans = [(int(s["start"]), int(s["end"])) for s in plan.sentences]
    built = [(s.start, s.end) for s in document.sentences]
    labelled = []
    for sentence in document.sentences:
        shared, at = max((overlap((sentence.start, sentence.end), span), -i) for i, span in enumerate(spans))
        if shared > 0:
            labelled.append(Labelled(sentence.text, _headings(sentence), plan.themes[-at]["theme"]))
    right, places = [], []
    for span, row in zip(spans, plan.themes, strict=True):
        shared, at = max(((overlap(span, other), -i) for i, other in enumerate(built)), default=(0, 0))
        if shared > 0:
            right.append((row["theme"], frozenset(row["also"].split(";"))))
            places.append(-at)
    return Lesson(plan.name, document, tuple(labelled), tuple(right), tuple(places))


def _read_corrected(
    document: Document, corrections: tuple[ThemeCorrection, ...]
) -> tuple[tuple[Labelled, ...], list[Problem]]:
    """The sentences that corrections are for; those the lexicon gets right by now are evidence all the same."""
    rows = [{"n": s.n, "start": s.start, "end": s.end, "theme": "", "also": ""} for s in document.sentences]
    corrected, problems = correct_themes(rows, corrections, document.text)
    pairs = zip(document.sentences, corrected, strict=True)
    return tuple(Labelled(s.text, _headings(s), row["theme"]) for s, row in pairs if row["theme"]), problems


def _read_examples() -> list[Labelled]:
    return [Labelled(text, "", theme.id) for theme in load_themes().themes for text in theme.examples]


def _headings(sentence: Sentence) -> str:
    return " / ".join(sentence.path)


def _shares(example: str, text: str) -> bool:
    return any(example[i : i + _SAME] in text for i in range(len(example) - _SAME + 1))
