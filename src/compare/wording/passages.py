"""What plans have in common: quoted slogans, and passages that one has from another or both from a third."""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import pandas as pd

from compare.errors import CompareError

_QUOTED = re.compile(r"[“「『]([^“”「」『』\n]{2,30})[”」』]|\"([^\"\n]{2,30})\"")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOISE = re.compile(r"[\W_]+")
_CLAUSE = re.compile(r"[^\s，,；;。！？!?：:][^，,；;。！？!?：:]*")
_WHOLE = re.compile(r"\S[\s\S]*")
_COMMON_SHINGLE = 1000
_BLOCK = 2000


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
    is the Jaccard index of the two sets of shingles (Broder 1997). All pairs are compared that share a shingle which
    stands in at most 1,000 different passages.

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
    ...     "text": ["今年，加快建设高能级科技创新平台。", "加快建设高能级的科技创新平台，见实效。"]})
    >>> shared_passages(sentences)[["start", "end", "other_start", "other_end"]].values.tolist()
    [[3, 16, 0, 14]]
    """
    columns = [
        "plan_id", "n", "start", "end", "theme", "text", "other_plan_id", "other_n", "other_start", "other_end",
        "other_text", "similarity", "shared", "chars",
    ]  # fmt: skip
    if unit not in ("clause", "sentence"):
        raise CompareError(f"unknown unit {unit!r}.", hint="Take clause or sentence.")
    passages = _cut_passages(sentences, unit, max(min_chars, size))
    if passages["plan_id"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    codes, texts = pd.factorize(passages["plain"])
    pairs = _pair_texts(texts.tolist(), size, min_similarity)
    places = pd.DataFrame({"code": codes, "place": np.arange(len(codes))})
    spread = pairs.merge(places, left_on="one", right_on="code").merge(places, left_on="two", right_on="code")
    spread["left"] = spread[["place_x", "place_y"]].min(axis=1)
    spread["right"] = spread[["place_x", "place_y"]].max(axis=1)
    plan = pd.factorize(passages["plan_id"])[0]
    spread = spread[plan[spread["left"]] != plan[spread["right"]]].drop_duplicates(["left", "right"])
    one = passages.iloc[spread["left"]].reset_index(drop=True)
    other = passages.iloc[spread["right"]].reset_index(drop=True).add_prefix("other_")
    table = one.join(other).assign(similarity=spread["similarity"].to_numpy(), shared=spread["shared"].to_numpy())
    table["chars"] = np.minimum(table["plain"].str.len(), table["other_plain"].str.len()).astype(int)
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


def _pair_texts(texts: list[str], size: int, min_similarity: float) -> pd.DataFrame:
    """Positions of like texts (one, two) with similarity and shared; every text is paired with itself, too."""
    from sklearn.feature_extraction.text import CountVectorizer

    shingles = CountVectorizer(analyzer="char", ngram_range=(size, size), binary=True, dtype=np.int32)
    matrix = shingles.fit_transform(texts)
    sizes = np.asarray(matrix.sum(axis=1)).ravel()
    rare = matrix[:, np.asarray(matrix.sum(axis=0)).ravel() <= _COMMON_SHINGLE]
    transposed = rare.T.tocsc()
    ones, twos, commons = [np.arange(len(texts))], [np.arange(len(texts))], [sizes]
    for start in range(0, len(texts), _BLOCK):
        block = (rare[start : start + _BLOCK] @ transposed).tocoo()
        one, two = block.row + start, block.col
        near = (two > one) & (np.minimum(sizes[one], sizes[two]) >= min_similarity * np.maximum(sizes[one], sizes[two]))
        one, two = one[near], two[near]
        exact = rare.shape == matrix.shape
        common = block.data[near] if exact else np.asarray(matrix[one].multiply(matrix[two]).sum(axis=1)).ravel()
        alike = common >= min_similarity * (sizes[one] + sizes[two] - common)
        ones.append(one[alike])
        twos.append(two[alike])
        commons.append(common[alike])
    one, two, common = np.concatenate(ones), np.concatenate(twos), np.concatenate(commons)
    return pd.DataFrame(
        {
            "one": one,
            "two": two,
            "similarity": common / (sizes[one] + sizes[two] - common),
            "shared": common / np.minimum(sizes[one], sizes[two]),
        }
    )
