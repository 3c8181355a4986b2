"""A second opinion on themes: a linear classifier on characters, trained from coded sentences, that only ever votes.

The model is multinomial logistic regression on the TF-IDF weights of runs of one to three characters: those of the
sentence, and for less those of its opening once more, of the headings above it and of all that stands under them. It
knows nothing of the lexicon and never sets a theme; `review_themes` lists where it differs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compare.errors import BuildError, VocabularyError
from compare.schema import THEMES

if TYPE_CHECKING:
    import numpy as np
    from scipy import sparse

SHIPPED_VOTE = Path(__file__).with_name("vote.json")
"""The vote that ships with the package; `plancompare train` writes it."""

_ABOUT = "Vote on themes, written by `plancompare train`; terms: idf of a run of characters, weight per theme, x100."
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_BLANK = re.compile(r"\s+")
_ENDS = "。！？；："
_START = 26  # characters of a sentence that say what is done
_AT_LEAST, _AT_MOST = 2, 4000  # sentences a run must stand in, and how many runs are kept, the commonest
_LOOSENESS = 20.0  # scikit-learn's C
_SCALE = 100  # numbers are kept to two places, and stand in the file without the point


@dataclass(frozen=True, slots=True)
class VoteSettings:
    """How a vote reads: runs of up to `longest` characters, and what counts beside the sentence itself, which counts 1.

    `opening` is for its first characters once more, `headings` for the headings above it, `section` for all that
    stands under these. `benchmarks/vote.py` compares settings on plans that had no part in choosing them.
    """

    longest: int = 3
    opening: float = 0.5
    headings: float = 0.6
    section: float = 0.4


BY_DEFAULT = VoteSettings()


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence as written, the headings above it, the theme a person gave it, and the text of its section.

    `headings` are joined by " / " as in table sentences; `section` is what `join_sections` finds.
    """

    text: str
    headings: str
    theme: str
    section: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Vote:
    """A trained vote.

    `idf` has one number per term, `weights` a row per term and a column per theme, `bias` a number per theme; `seen`
    holds a digest of each sentence it was trained on.
    """

    themes: tuple[str, ...]
    terms: tuple[str, ...]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    seen: frozenset[str]
    settings: VoteSettings

    def cast(
        self, texts: Sequence[str], headings: Sequence[str], plans: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The theme of each sentence and the probability the vote gives it.

        Parameters
        ----------
        texts, headings : sequence of str
            Sentences as written, and the headings above each (column `section` of table sentences).
        plans : sequence of str, optional
            The plan of each sentence; by default all are of one plan. Sentences under the same headings of a plan
            inform each other.

        Examples
        --------
        >>> load_vote().cast(["引进高层次人才10名。"], [""])[0][0]
        'talent'
        """
        if not len(texts):
            return []
        import numpy as np

        sections = join_sections(texts, headings, plans)
        scores = _weigh_terms(self.terms, self.idf, self.settings, texts, headings, sections) @ self.weights + self.bias
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        best = chances.argmax(axis=1)
        return [(self.themes[k], float(row[k])) for k, row in zip(best, chances, strict=True)]

    def has_seen(self, text: str) -> bool:
        """Whether the vote was trained on this very sentence."""
        return _digest(text) in self.seen


def train_vote(sentences: Sequence[Labelled], settings: VoteSettings = BY_DEFAULT) -> Vote:
    """Train a vote; the same sentences give the same vote.

    Parameters
    ----------
    sentences : sequence of Labelled
        Of two themes at least; each theme counts alike, however many sentences it has.
    settings : VoteSettings, optional

    Raises
    ------
    VocabularyError
        The sentences are of fewer than two themes, or share no characters.
    """
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    labels = [s.theme for s in sentences]
    themes = tuple(t for t in (*THEMES, "none") if t in set(labels))
    if len(themes) < 2:
        raise VocabularyError("there are too few coded sentences to train on.", hint="Code two themes at least.")
    texts, headings = [s.text for s in sentences], [s.headings for s in sentences]
    terms, idf = _choose_terms(texts, headings, settings.longest)
    rows = _weigh_terms(terms, idf, settings, texts, headings, [s.section for s in sentences])
    model = LogisticRegression(C=_LOOSENESS, class_weight="balanced", max_iter=5000, tol=1e-6)
    with threadpool_limits(1):  # so small a model is slower on several cores, and not quite the same
        model.fit(rows, np.array([themes.index(t) for t in labels]))
    weights, bias = model.coef_.T, model.intercept_
    if len(themes) == 2:
        weights, bias = np.hstack([0 * weights, weights]), np.array([0.0, *bias])
    seen = frozenset(_digest(s.text) for s in sentences)
    return Vote(themes, terms, idf, weights.round(2) + 0.0, bias.round(2) + 0.0, seen, settings)


def join_sections(texts: Sequence[str], headings: Sequence[str], plans: Sequence[str] | None = None) -> list[str]:
    """All that stands under the headings of each sentence, and under a sentence that is a heading itself.

    Parameters
    ----------
    texts, headings : sequence of str
        As for `Vote.cast`.
    plans : sequence of str, optional
        The plan of each sentence; by default all are of one plan.

    Returns
    -------
    list of str
        One for each sentence; empty where no heading stands above it.

    Examples
    --------
    >>> join_sections(["一、人才", "引进10名。", "培养20名。"], ["", "一、人才", "一、人才"])[0]
    '引进10名。\\n培养20名。'
    """
    plans = plans if plans is not None else [""] * len(texts)
    under: dict[tuple[str, str], list[str]] = {}
    for plan, path, text in zip(plans, headings, texts, strict=True):
        if path:
            under.setdefault((plan, path), []).append(text)
    joined = {place: "\n".join(lines) for place, lines in under.items()}
    found = []
    for plan, path, text in zip(plans, headings, texts, strict=True):
        title = _BLANK.sub("", text).rstrip(_ENDS)
        own = joined.get((plan, f"{path} / {title}" if path else title))
        found.append(joined.get((plan, path), "") if own is None else own)
    return found


def write_vote(vote: Vote, path: Path) -> None:
    """Write a vote as JSON, one term to a line; the same vote gives the same bytes.

    Raises
    ------
    BuildError
        The file cannot be written.
    """
    rows = zip(vote.terms, vote.idf, vote.weights, strict=True)
    terms = ",\n".join(f"{_dump(term)}:{_dump(_enlarge([idf, *weights]))}" for term, idf, weights in rows)
    parts = {
        "about": _ABOUT, "settings": asdict(vote.settings), "themes": vote.themes, "bias": _enlarge(vote.bias),
        "seen": sorted(vote.seen),
    }  # fmt: skip
    head = ",\n".join(f"{_dump(key)}: {_dump(value)}" for key, value in parts.items())
    content = f'{{\n{head},\n"terms": {{\n{terms}\n}}\n}}\n'.encode()
    try:
        path.write_bytes(content)
    except OSError as error:
        raise BuildError(
            f"the vote cannot be written ({error.strerror}).", where=str(path), hint="Choose another file with --out."
        ) from error


def read_vote(path: Path) -> Vote:
    """Read a vote that `write_vote` wrote.

    Raises
    ------
    VocabularyError
        The file is missing or is no vote.
    """
    import numpy as np

    try:
        found = json.loads(path.read_bytes())
        themes, rows = tuple(found["themes"]), found["terms"]
        table = np.array(list(rows.values()), dtype=float).reshape(len(rows), len(themes) + 1) / _SCALE
        bias = np.array(found["bias"], dtype=float).reshape(len(themes)) / _SCALE
        if not set(themes) <= {*THEMES, "none"} or not np.isfinite(table).all():
            raise ValueError("unknown themes or numbers")
        settings = VoteSettings(**found["settings"])
        return Vote(themes, tuple(rows), table[:, 0], table[:, 1:], bias, frozenset(found["seen"]), settings)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VocabularyError(
            f"this is no vote on themes ({error}).", where=str(path), hint="Write it with `plancompare train`."
        ) from error


@cache
def load_vote() -> Vote:
    """The vote that ships with the package."""
    return read_vote(SHIPPED_VOTE)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _enlarge(numbers: Iterable[float]) -> list[int]:
    return [round(_SCALE * float(number)) for number in numbers]


def _digest(text: str) -> str:
    return hashlib.sha256(_BLANK.sub("", text).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _letters(text: str) -> str:
    """The Chinese characters of a text; a blank where anything else stands between them."""
    return " ".join(_RUN.findall(_BLANK.sub("", text)))


def _choose_terms(texts: Sequence[str], headings: Sequence[str], longest: int) -> tuple[tuple[str, ...], np.ndarray]:
    """The commonest runs of characters that stand in enough sentences, in order, and how rare each is.

    Of runs that are as common the first in order stay: `max_features` would leave that to the processor's way to sort.
    """
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

    counter = CountVectorizer(analyzer="char", ngram_range=(1, longest), min_df=_AT_LEAST)
    lines = [f"{_letters(text)} {_letters(above)}".strip() for text, above in zip(texts, headings, strict=True)]
    try:
        counts = counter.fit_transform(lines)
    except ValueError as error:
        raise VocabularyError("no two coded sentences share a character.", hint="Code more sentences.") from error
    often = np.asarray(counts.sum(axis=0)).ravel()
    chosen = np.sort(np.argsort(-often, kind="stable")[:_AT_MOST])
    terms = counter.get_feature_names_out()[chosen]
    return tuple(map(str, terms)), TfidfTransformer().fit(counts[:, chosen]).idf_.round(2)


def _weigh_terms(
    terms: tuple[str, ...],
    idf: np.ndarray,
    settings: VoteSettings,
    texts: Sequence[str],
    headings: Sequence[str],
    sections: Sequence[str],
) -> sparse.csr_matrix:
    """One row of length 1 per sentence: its terms by how often and how rare, its opening and surroundings for less."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(analyzer="char", ngram_range=(1, settings.longest), vocabulary=terms, dtype=np.float64)

    def weigh(lines: Sequence[str]) -> sparse.csr_matrix:
        once = {line: row for row, line in enumerate(dict.fromkeys(lines))}
        counts = counter.transform([_letters(line) for line in once])
        counts.data = 1 + np.log(counts.data)
        return normalize(counts.multiply(idf).tocsr())[[once[line] for line in lines]]

    openings = [_BLANK.sub("", text)[:_START] for text in texts]
    return normalize(
        weigh(texts)
        + settings.opening * weigh(openings)
        + settings.headings * weigh(headings)
        + settings.section * weigh(sections)
    )
