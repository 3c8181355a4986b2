"""A second opinion on themes: a linear classifier on characters, trained from coded sentences, that only ever votes.

The model is multinomial logistic regression on the TF-IDF weights of single characters and pairs of neighbours, of a
sentence and (for less) of the headings above it. It never sets a theme; `review_themes` lists where it differs.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
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

_ABOUT = "Vote on themes, written by `plancompare train`; terms: idf of a character or pair, then its weight per theme."
_RUN = re.compile(r"[\u4e00-\u9fff]+")
_BLANK = re.compile(r"\s+")
_LENGTHS = (1, 2)
_HEADINGS = 0.7  # what the headings above a sentence count against the sentence
_AT_LEAST = 3  # sentences a character or pair must stand in
_LOOSENESS = 20.0  # scikit-learn's C


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence as written, the headings above it joined in any way, and the theme a person gave it."""

    text: str
    headings: str
    theme: str


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

    def cast(self, texts: Sequence[str], headings: Sequence[str]) -> list[tuple[str, float]]:
        """The theme of each sentence and the probability the vote gives it.

        Parameters
        ----------
        texts, headings : sequence of str
            Sentences as written, and the headings above each (column `section` of table sentences).

        Examples
        --------
        >>> load_vote().cast(["引进高层次人才10名。"], [""])[0][0]
        'talent'
        """
        if not len(texts):
            return []
        import numpy as np

        scores = _weigh_terms(self.terms, self.idf, texts, headings) @ self.weights + self.bias
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        best = chances.argmax(axis=1)
        return [(self.themes[k], float(row[k])) for k, row in zip(best, chances, strict=True)]

    def has_seen(self, text: str) -> bool:
        """Whether the vote was trained on this very sentence."""
        return _digest(text) in self.seen


def train_vote(sentences: Sequence[Labelled]) -> Vote:
    """Train a vote; the same sentences give the same vote.

    Parameters
    ----------
    sentences : sequence of Labelled
        Of two themes at least; each theme counts alike, however many sentences it has.

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
    terms, idf = _choose_terms(texts, headings)
    rows = _weigh_terms(terms, idf, texts, headings)
    model = LogisticRegression(C=_LOOSENESS, class_weight="balanced", max_iter=5000, tol=1e-6)
    with threadpool_limits(1):  # so small a model is slower on several cores, and not quite the same
        model.fit(rows, np.array([themes.index(t) for t in labels]))
    weights, bias = model.coef_.T, model.intercept_
    if len(themes) == 2:
        weights, bias = np.hstack([0 * weights, weights]), np.array([0.0, *bias])
    seen = frozenset(_digest(s.text) for s in sentences)
    return Vote(themes, terms, idf, weights.round(3) + 0.0, bias.round(3) + 0.0, seen)


def write_vote(vote: Vote, path: Path) -> None:
    """Write a vote as JSON, one term to a line; the same vote gives the same bytes.

    Raises
    ------
    BuildError
        The file cannot be written.
    """
    rows = zip(vote.terms, vote.idf, vote.weights, strict=True)
    terms = ",\n".join(f"{_dump(term)}: {_dump([float(idf), *map(float, weights)])}" for term, idf, weights in rows)
    parts = {"about": _ABOUT, "themes": vote.themes, "bias": list(map(float, vote.bias)), "seen": sorted(vote.seen)}
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
        table = np.array(list(rows.values()), dtype=float).reshape(len(rows), len(themes) + 1)
        bias = np.array(found["bias"], dtype=float).reshape(len(themes))
        if not set(themes) <= {*THEMES, "none"} or not np.isfinite(table).all():
            raise ValueError("unknown themes or numbers")
        return Vote(themes, tuple(rows), table[:, 0], table[:, 1:], bias, frozenset(found["seen"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise VocabularyError(
            f"this is no vote on themes ({error}).", where=str(path), hint="Write it with `plancompare train`."
        ) from error


@cache
def load_vote() -> Vote:
    """The vote that ships with the package."""
    return read_vote(SHIPPED_VOTE)


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _digest(text: str) -> str:
    return hashlib.sha256(_BLANK.sub("", text).encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _letters(text: str) -> str:
    """The Chinese characters of a text; a blank where anything else stands between them."""
    return " ".join(_RUN.findall(_BLANK.sub("", text)))


def _choose_terms(texts: Sequence[str], headings: Sequence[str]) -> tuple[tuple[str, ...], np.ndarray]:
    """The characters and pairs that stand in enough sentences, in order, and how rare each is."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=_LENGTHS, min_df=_AT_LEAST)
    try:
        vectorizer.fit([f"{_letters(t)} {_letters(h)}" for t, h in zip(texts, headings, strict=True)])
    except ValueError as error:
        raise VocabularyError("no two coded sentences share a character.", hint="Code more sentences.") from error
    return tuple(vectorizer.get_feature_names_out()), vectorizer.idf_.round(4)


def _weigh_terms(
    terms: tuple[str, ...], idf: np.ndarray, texts: Sequence[str], headings: Sequence[str]
) -> sparse.csr_matrix:
    """One row of length 1 per sentence: its terms by how often and how rare, and those of its headings for less."""
    import numpy as np
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.preprocessing import normalize

    counter = CountVectorizer(analyzer="char", ngram_range=_LENGTHS, vocabulary=terms, dtype=np.float64)

    def weigh(lines: Sequence[str]) -> sparse.csr_matrix:
        counts = counter.transform([_letters(line) for line in lines])
        counts.data = 1 + np.log(counts.data)
        return normalize(counts.multiply(idf).tocsr())

    return normalize(weigh(texts) + _HEADINGS * weigh(headings))
