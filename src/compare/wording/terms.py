"""What one plan says that the others do not, by weighted log-odds of segmented terms."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.errors import CompareError
from compare.vocabulary.loading import check_keys, read_yaml, vocabulary_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

PRIOR_SIZE = 500
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")
_DIVISION = re.compile(r"(特别行政区|自治区|自治州|自治县|地区|省|市|县|区|州|盟|旗)$")


def distinctive_terms(
    sentences: pd.DataFrame,
    plans: pd.DataFrame | None = None,
    *,
    against: str | None = None,
    top: int = 20,
    min_count: int = 3,
    prior_size: float = PRIOR_SIZE,
    exclude: Collection[str] = (),
) -> pd.DataFrame:
    """What each plan says that the others do not: weighted log-odds of terms with an informative Dirichlet prior.

    For each term, the log-odds of its use in the plan less those in the others, both drawn towards the use in all plans
    together, divided by the standard error [1]_. Terms are words of two Han characters or more as rjieba segments them,
    from sentences of any theme but `none`; words that every plan is full of (`vocabulary/common_words.yml`) are none.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences; read are plan_id, n, text and theme.
    plans : pandas.DataFrame, optional
        Table plans; the names of their cities and provinces are then no terms.
    against : str, optional
        plan_id to compare with, instead of all other plans.
    top : int
        Terms for each plan; 0 for all.
    min_count : int
        Least count of a term in the plans compared.
    prior_size : float
        Words that the prior is worth, in total.
    exclude : collection of str
        Further words that are no terms.

    Returns
    -------
    pandas.DataFrame
        One row per plan and term, most distinctive first: plan_id, term, count (in the plan), count_others, per_1000
        and per_1000_others (of all terms), log_odds (natural logarithm, above 0 where the plan uses it more), z
        (log_odds over its standard error; beyond 1.96 is rare by chance for a single term), n (first sentence that
        has it).

    Raises
    ------
    CompareError
        `against` is no plan of the table.

    References
    ----------
    .. [1] Monroe, B. L., Colaresi, M. P. and Quinn, K. M. (2008), Fightin' words: lexical feature selection and
       evaluation for identifying the content of political conflict, Political Analysis 16(4), 372-403.

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": ["a", "b"], "n": 1, "theme": "talent",
    ...                           "text": ["人才人才人才企业。", "企业企业企业。"]})
    >>> distinctive_terms(sentences, top=1, min_count=1)[["plan_id", "term", "count"]].values.tolist()
    [['a', '人才', 3], ['b', '企业', 3]]
    """
    columns = ["plan_id", "term", "count", "count_others", "per_1000", "per_1000_others", "log_odds", "z", "n"]
    counts, first = _count_terms(sentences, {*exclude, *common_words(), *_name_places(plans)})
    if against is not None and against not in counts:
        raise CompareError(f"no plan {against!r}.", hint=f"Plans: {', '.join(sorted(counts)[:10])}.")
    everything = sum(counts.values(), Counter())
    frames = []
    for plan in sorted(set(counts) - {against}):
        others = counts[against] if against is not None else everything - counts[plan]
        both = counts[plan] + others
        terms = sorted(term for term, count in both.items() if count >= min_count)
        if not terms or not others:
            continue
        own, rest, whole = (np.array([c[term] for term in terms], dtype=float) for c in (counts[plan], others, both))
        log_odds, z = weigh_log_odds(own, rest, whole / whole.sum() * prior_size)
        table = pd.DataFrame(
            {
                "plan_id": plan, "term": terms, "count": own.astype(int), "count_others": rest.astype(int),
                "per_1000": own / own.sum() * 1000 if own.sum() else 0.0,
                "per_1000_others": rest / rest.sum() * 1000 if rest.sum() else 0.0,
                "log_odds": log_odds, "z": z.round(12), "n": [first[plan].get(term) for term in terms],
            }
        )  # fmt: skip
        table = table.sort_values(["z", "term"], ascending=[False, True], kind="stable")
        frames.append(table[table["count"] > 0].head(top) if top else table)
    result = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    return result[columns].astype({"n": "Int64"})


def weigh_log_odds(counts: NDArray, others: NDArray, prior: NDArray) -> tuple[NDArray, NDArray]:
    """Log-odds ratio of terms in two corpora under a Dirichlet prior, and its z-score.

    Parameters
    ----------
    counts, others : numpy.ndarray
        Counts of the same terms in both corpora, shape (terms,).
    prior : numpy.ndarray
        Pseudo-counts of the terms, above 0.

    Returns
    -------
    tuple of numpy.ndarray
        Log-odds ratio (natural logarithm), and the ratio over its approximate standard error.
    """
    first, second = counts + prior, others + prior
    all_first, all_second = first.sum(), second.sum()
    log_odds = np.log(first / (all_first - first)) - np.log(second / (all_second - second))
    return log_odds, log_odds / np.sqrt(1 / first + 1 / second)


@cache
def common_words() -> frozenset[str]:
    """Words of `common_words.yml`, which say nothing about a plan."""
    name = "common_words.yml"
    top = read_yaml(vocabulary_text(name), name)
    check_keys(top, {"words": list}, required=("words",))
    return frozenset(map(str, top["words"]))


def _count_terms(
    sentences: pd.DataFrame, exclude: set[str]
) -> tuple[dict[str, Counter[str]], dict[str, dict[str, int]]]:
    """Counts of terms by plan, and the first sentence of each."""
    import rjieba

    counts: dict[str, Counter[str]] = {}
    first: dict[str, dict[str, int]] = {}
    themed = sentences[sentences["theme"].fillna("none").ne("none")]
    for plan, n, text in zip(themed["plan_id"], themed["n"], themed["text"].fillna(""), strict=True):
        words = [w for w in rjieba.cut("".join(text.split())) if _WORD.fullmatch(w) and w not in exclude]
        counts.setdefault(plan, Counter()).update(words)
        for word in words:
            first.setdefault(plan, {}).setdefault(word, int(n))
    return counts, first


def _name_places(plans: pd.DataFrame | None) -> Iterable[str]:
    """Names of cities and provinces with and without their kind (市, 县, 省)."""
    if plans is None:
        return []
    names = {name for column in ("city", "province") for name in plans[column].dropna() if name}
    return names | {_DIVISION.sub("", name) for name in names}
