"""How plans say it: what one says that the others do not, slogans they share, and passages they copied."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from compare.errors import CompareError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from numpy.typing import NDArray

PRIOR_SIZE = 500
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")
_QUOTED = re.compile(r"[“「『]([^“”「」『』\n]{2,30})[”」』]|\"([^\"\n]{2,30})\"")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOISE = re.compile(r"[\W_]+")
_CLAUSE = re.compile(r"[^\s，,；;。！？!?：:][^，,；;。！？!?：:]*")
_WHOLE = re.compile(r"\S[\s\S]*")
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
    together, divided by the standard error (equations 15, 20 and 22 of [1]_). Terms are words of two Han characters or
    more as rjieba segments them, from sentences of any theme but `none`.

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
    counts, first = _count_terms(sentences, {*exclude, *_name_places(plans)})
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


def shared_slogans(sentences: pd.DataFrame, *, min_plans: int = 2) -> pd.DataFrame:
    """Quoted phrases that several plans use.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences; read are plan_id and text.
    min_plans : int
        Least number of plans.

    Returns
    -------
    pandas.DataFrame
        One row per phrase, the most shared first: slogan, plans (how many), mentions (in all plans), plan_ids (joined
        by ;).

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": ["a", "b"], "text": ["落实“揭榜挂帅”。", "实行“揭榜 挂帅”制。"]})
    >>> shared_slogans(sentences).values.tolist()
    [['揭榜挂帅', 2, 2, 'a;b']]
    """
    found: dict[str, Counter[str]] = {}
    for plan, text in zip(sentences["plan_id"], sentences["text"].fillna(""), strict=True):
        for quoted, straight in _QUOTED.findall("".join(text.split())):
            phrase = quoted or straight
            if _HAN.search(phrase):
                found.setdefault(phrase, Counter())[plan] += 1
    rows = [
        {"slogan": phrase, "plans": len(by), "mentions": by.total(), "plan_ids": ";".join(sorted(by))}
        for phrase, by in found.items()
        if len(by) >= min_plans
    ]
    table = pd.DataFrame(rows, columns=["slogan", "plans", "mentions", "plan_ids"])
    return table.sort_values(
        ["plans", "mentions", "slogan"], ascending=[False, False, True], kind="stable", ignore_index=True
    )


def shared_passages(
    sentences: pd.DataFrame, *, unit: str = "clause", min_similarity: float = 0.5, size: int = 4, min_chars: int = 12
) -> pd.DataFrame:
    """Passages that two plans have in common, word for word or nearly.

    Passages are compared by their shingles (runs of `size` characters, punctuation and blanks left out); similarity
    is the Jaccard index of the two sets of shingles (Broder 1997). All pairs that share a shingle are compared.

    Parameters
    ----------
    sentences : pandas.DataFrame
        Table sentences; read are plan_id, n, theme, start, end and text.
    unit : {"clause", "sentence"}
        What a passage is: the text between two commas or stops, or a whole sentence.
    min_similarity : float
        Least Jaccard index, 0 to 1.
    size : int
        Characters in a shingle.
    min_chars : int
        Least length of a passage, in characters without punctuation: short headings are alike by nature.

    Returns
    -------
    pandas.DataFrame
        One row per pair of passages of different plans, the most alike first: plan_id, n (sentence), start, end (of
        the passage in the plan's text), theme, text of the one; other_plan_id, other_n, other_start, other_end,
        other_text of the other; similarity (0 to 1), shared (share of the shingles of the one with fewer that the
        other has), chars (of the shorter).

    Examples
    --------
    >>> sentences = pd.DataFrame({"plan_id": ["a", "b"], "n": 1, "theme": "platforms", "start": 0, "end": 18,
    ...                           "text": ["今年，加快建设高能级科技创新平台。", "加快建设高能级的科技创新平台，见实效。"]})
    >>> shared_passages(sentences)[["start", "end", "other_start", "other_end"]].values.tolist()
    [[3, 16, 0, 14]]
    """
    from sklearn.feature_extraction.text import CountVectorizer

    columns = [
        "plan_id", "n", "start", "end", "theme", "text", "other_plan_id", "other_n", "other_start", "other_end",
        "other_text", "similarity", "shared", "chars",
    ]  # fmt: skip
    if unit not in ("clause", "sentence"):
        raise CompareError(f"unknown unit {unit!r}.", hint="Take clause or sentence.")
    kept = _cut_passages(sentences, unit, max(min_chars, size))
    if kept["plan_id"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    shingles = CountVectorizer(analyzer="char", ngram_range=(size, size), binary=True, dtype=np.int32)
    matrix = shingles.fit_transform(kept["plain"])
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    left, right, common = _count_common(matrix)
    plan_codes = pd.factorize(kept["plan_id"])[0]
    similarity = common / (sizes[left] + sizes[right] - common)
    alike = (plan_codes[left] != plan_codes[right]) & (similarity >= min_similarity)
    left, right, common, similarity = left[alike], right[alike], common[alike], similarity[alike]
    one = kept.loc[left, ["plan_id", "n", "start", "end", "theme", "text"]].reset_index(drop=True)
    other = kept.loc[right, ["plan_id", "n", "start", "end", "text"]].reset_index(drop=True).add_prefix("other_")
    table = one.join(other).assign(
        similarity=similarity,
        shared=common / np.minimum(sizes[left], sizes[right]),
        chars=np.minimum(*(kept["plain"].str.len().to_numpy(dtype=int)[side] for side in (left, right))),
    )
    order = ["similarity", "chars", "plan_id", "start", "other_plan_id", "other_start"]
    return table.sort_values(order, ascending=[False, False, *[True] * 4], kind="stable", ignore_index=True)[columns]


def _cut_passages(sentences: pd.DataFrame, unit: str, min_chars: int) -> pd.DataFrame:
    """Passages of some length, with their place in the text and what is left of them without punctuation."""
    cutter = _CLAUSE if unit == "clause" else _WHOLE
    rows = []
    names = ["plan_id", "n", "theme", "start"]
    for (plan, n, theme, start), text in zip(
        sentences[names].itertuples(index=False, name=None), sentences["text"].fillna(""), strict=True
    ):
        for match in cutter.finditer(text):
            plain = _NOISE.sub("", match.group())
            if len(plain) >= min_chars:
                rows.append((plan, n, theme, start + match.start(), start + match.end(), match.group(), plain))
    table = pd.DataFrame(rows, columns=["plan_id", "n", "theme", "start", "end", "text", "plain"])
    return table.sort_values(["plan_id", "start"], kind="stable", ignore_index=True)


def _count_common(matrix) -> tuple[NDArray, NDArray, NDArray]:
    """Pairs of rows (first before second) with the number of shingles that they share, in blocks of rows."""
    lefts, rights, commons = [], [], []
    transposed = matrix.T.tocsc()
    step = 2000
    for start in range(0, matrix.shape[0], step):
        block = (matrix[start : start + step] @ transposed).tocoo()
        later = block.col > block.row + start
        lefts.append(block.row[later] + start)
        rights.append(block.col[later])
        commons.append(block.data[later])
    return np.concatenate(lefts), np.concatenate(rights), np.concatenate(commons)


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
