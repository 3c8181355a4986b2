"""What the notebooks say about their tables: sentences computed from the rows, whatever was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from compare.comparison import measure_coverage
from compare.plots.panels import find_groups
from compare.priorities import words_against_numbers
from compare.style.names import join_names, name_indicator, name_plans, name_theme, say_percent
from compare.vocabulary.labels import label, read_words

if TYPE_CHECKING:
    from compare.clusters import ClusterResult
    from compare.pipeline import Tables

_FEW = 6
_ALIKE = 0.6
_NAMED = 6


def say(key: str, lang: str, count: int | None = None, **values: Any) -> str:
    """Words of the notebooks, filled in; `count` decides between singular and plural.

    Examples
    --------
    >>> say("n_plans", "en", 1), say("n_plans", "en", 2), say("n_plans", "zh", 1)
    ('1 plan', '2 plans', '1份计划')
    """
    forms = read_words("notebooks/words.yml", lang)[key].split("|")
    return forms[0 if count == 1 else -1].format(n=count, **values)


def tell_coverage(tables: Tables, lang: str = "zh") -> str:
    """How many indicators are stated, how, and by whom."""
    plans = tables.plans
    coverage = measure_coverage(tables.targets, plans)
    stated = coverage[coverage["state"] != "absent"].groupby("indicator")["plan_id"].nunique()
    if stated.empty:
        return say("no_indicators", lang)
    states = coverage["state"].value_counts()
    counts: dict[str, Any] = {state: states.get(state, 0) for state in ("reported", "masked", "benchmark", "absent")}
    counts["indicators"] = say("n_indicators", lang, len(stated))
    if len(plans) == 1:
        return say("coverage_one", lang, **counts)
    names = [name_indicator(key, lang) for key in stated.index[stated == len(plans)]]
    single = int((stated == 1).sum())
    parts = [
        say("coverage", lang, plans=say("n_plans", lang, len(plans)), **counts),
        say("coverage_all", lang, names=join_names(names, lang, _NAMED)) if names else say("coverage_none", lang),
    ]
    if single:
        parts.append(say("coverage_single", lang, single))
    return "".join(parts)


def tell_structure(tables: Tables, lang: str = "zh") -> str:
    """How firmly the numbers bind."""
    firsts = tables.targets[tables.targets["same_as"] == ""]
    if firsts.empty:
        return say("no_targets", lang)
    open_ = firsts["masked"].fillna(False).astype(bool)
    return say(
        "structure", lang, targets=say("n_targets", lang, len(firsts)), masked=say_percent(open_.mean()),
        least=say_percent(((firsts["bound"] == "at_least") & ~open_).mean()),
        exact=say_percent(((firsts["bound"] == "exact") & ~open_).mean()),
    )  # fmt: skip


def tell_reading(tables: Tables, lang: str = "zh") -> str:
    """How much was read, and where the place is not stated."""
    plans = tables.plans
    unnamed = int(plans["name_basis"].isin(["inferred", "masked"]).sum())
    text = say(
        "reading", lang, plans=_count("plans", plans, lang), sentences=_count("sentences", tables.sentences, lang),
        chars=f"{int(plans['chars'].sum()):,}", targets=_count("targets", tables.targets, lang),
        numbers=_count("numbers", tables.unclaimed, lang),
    )  # fmt: skip
    return text + (say("reading_names", lang, plans=say("n_plans", lang, unnamed)) if unnamed else "")


def tell_comparable(tables: Tables, least: int = 2, lang: str = "zh") -> str:
    """Which indicators can be compared, and for which the highest is certain."""
    if len(tables.plans) == 1:
        return say("alone", lang)
    shared = find_groups(tables.comparisons, least=least)
    if shared.empty:
        return say("comparable_none", lang, least=least)
    text = say("comparable", lang, indicators=say("n_indicators", lang, len(shared)), least=least)
    ranked = tables.comparisons[tables.comparisons["rank_low"].notna()]
    numbers = ranked.groupby("group")["plan_id"].nunique().reindex(shared.index, fill_value=0)
    groups = numbers.index[numbers > 1]
    sure = ranked[(ranked["rank_low"] == 1) & (ranked["rank_high"] == 1) & ranked["group"].isin(groups)]
    sure = sure.drop_duplicates("group")
    if sure.empty:
        return text + (say("none_decided", lang, len(groups)) if len(groups) else say("unranked", lang))
    names = [name_indicator(row["indicator"], lang, row["indicator_zh"]) for row in sure.to_dict("records")]
    text += say("decided", lang, len(groups), names=join_names(list(dict.fromkeys(names)), lang, _NAMED))
    return text + (say("undecided", lang, left) if (left := len(groups) - len(sure)) else _stop(lang))


def tell_relative(tables: Tables, lang: str = "zh") -> str:
    """How many targets can be set against people and GDP."""
    counts = [int(tables.comparisons[name].notna().sum()) for name in ("per_100k_people", "per_gdp")]
    if not any(counts):
        return say("relative_none", lang)
    people, gdp = (say("n_targets", lang, count) for count in counts)
    return say("relative", lang, people=people, gdp=gdp)


def tell_years(followed: pd.DataFrame, lang: str = "zh") -> str:
    """What became of the targets from year to year, from the rows of `compare_years`."""
    if followed.empty:
        return say("years_none", lang)
    found = followed["change"].value_counts()
    kinds = ("raised", "lowered", "continued", "undecided", "dropped", "new")
    cities = len(followed[["province", "city"]].drop_duplicates())
    return say(
        "years", lang, cities=say("n_cities", lang, cities), targets=_count("targets", followed, lang),
        **{kind: int(found.get(kind, 0)) for kind in kinds},
    )  # fmt: skip


def tell_leading(tables: Tables, lang: str = "zh") -> str:
    """Which theme each plan gives most room, and how far to trust the order."""
    rows = tables.priorities.dropna(subset=["share"])
    if rows.empty:
        return say("no_themes", lang)
    if rows["theme"].nunique() == 1:
        return say("one_theme", lang)
    names = name_plans(tables.plans, lang)
    tops = rows.sort_values("share", ascending=False, kind="stable").drop_duplicates("plan_id")
    tops = tops.set_index("plan_id").reindex([plan for plan in names if plan in set(tops["plan_id"])])
    if len(tops) <= _FEW:
        said = [
            say("leading_few", lang, place=names[str(p)], theme=name_theme(theme, lang), share=say_percent(share))
            for p, theme, share in tops[["theme", "share"]].itertuples(name=None)
        ]
    else:
        firsts = tops["theme"].value_counts().items()
        said = [
            say("leading_many", lang, theme=name_theme(str(theme), lang), plans=say("n_plans", lang, int(n)))
            for theme, n in firsts
        ]
    wide = float((rows["share_high"] - rows["share_low"]).astype(float).mean())
    return _semicolon(lang).join(said) + say("intervals", lang, wide=f"{wide * 100:.0f}")


def tell_ranking(agreement: pd.DataFrame, shifts: pd.DataFrame, names: Mapping[str, str], lang: str = "zh") -> str:
    """How the order of themes changes with what is counted, from `rank_agreement` and `rank_sensitivity`."""
    taus = agreement[agreement["unit"] == "chars"].groupby("other")["tau"].mean().dropna()
    if taus.empty or shifts["theme"].nunique() < 2:
        return say("ranking_short", lang)
    said = [
        say(f"ranking_{other}", lang, tau=f"{taus[other]:.2f}",
            said=say("ranking_alike" if taus[other] >= _ALIKE else "ranking_apart", lang))
        for other in ("sentences", "targets") if other in taus.index
    ]  # fmt: skip
    most = shifts.sort_values("rank_shift", ascending=False, kind="stable").head(3)
    moved = [
        say("ranking_row", lang, place=names[row["plan_id"]], theme=name_theme(row["theme"], lang),
            shift=row["rank_shift"])
        for row in most[most["rank_shift"] > 0].to_dict("records")
    ]  # fmt: skip
    end = say("ranking_moved", lang, names=join_names(moved, lang)) if moved else _stop(lang)
    return say("ranking", lang) + _semicolon(lang).join(said) + end


def tell_words_numbers(priorities: pd.DataFrame, lang: str = "zh") -> str:
    """Where words and numbers part."""
    told = words_against_numbers(priorities)["reading"].value_counts()
    more, less, even = (int(told.get(reading, 0)) for reading in ("words", "numbers", "even"))
    return say("words_numbers", lang, all=more + less + even, more=more, less=less, even=even)


def tell_same(slogans: pd.DataFrame, passages: pd.DataFrame, plans: pd.DataFrame, lang: str = "zh") -> str:
    """How much the plans say in the same words."""
    if len(plans) < 2:
        return say("same_one", lang)
    return say("same", lang, slogans=len(slogans), passages=len(passages))


def tell_choice(clusters: ClusterResult, names: Mapping[str, str], lang: str = "zh") -> str:
    """How to read the figures of the groups, and what one plan less changes."""
    if clusters.silhouettes.empty:
        return say("choice_none" if clusters.verdict == "too_few" else "choice_same", lang)
    left = clusters.leave_one_out.dropna(subset=["adjusted_rand"])
    alone = clusters.leave_one_out.loc[clusters.leave_one_out["adjusted_rand"].isna(), "plan_id"]
    parts = [say("choice", lang)]
    if len(left):
        worst = left.sort_values("adjusted_rand", kind="stable").iloc[0]
        value = f"{worst['adjusted_rand']:.2f}"
        same = float(worst["adjusted_rand"]) >= 1
        parts.append(
            say("left_out_same", lang) if same
            else say("left_out", lang, place=names[str(worst["plan_id"])], value=value)
        )  # fmt: skip
    if len(alone):
        parts.append(say("left_out_alone", lang, places=join_names([names[str(plan)] for plan in alone], lang)))
    return (" " if lang == "en" else "").join(parts)


def tell_distances(clusters: ClusterResult, names: Mapping[str, str], lang: str = "zh") -> str:
    """Who is nearest to whom, and who farthest."""
    order, values = list(clusters.distances.index), clusters.distances.to_numpy()
    pairs = [(float(values[i, j]), i, j) for i in range(len(order)) for j in range(i + 1, len(order))]
    if not pairs:
        return say("alone", lang)
    near, far = min(pairs), max(pairs)
    called = [join_names([names[order[i]], names[order[j]]], lang) for _, i, j in (near, far)]
    if len(pairs) == 1:
        return say("distance", lang, pair=called[0], low=f"{near[0]:.2f}")
    return say("distances", lang, near=called[0], low=f"{near[0]:.2f}", far=called[1], high=f"{far[0]:.2f}")


def tell_saved(written: Iterable[object], folder: str | None, lang: str = "zh") -> str:
    """What was saved where."""
    return say("saved", lang, len(list(written)), folder=folder) if folder else say("not_saved", lang)


def tell_doubts(doubts: pd.DataFrame, tables: Tables, lang: str = "zh") -> str:
    """How many numbers deserve a look, and why."""
    given: dict[str, Any] = {
        "targets": _count("targets", tables.targets, lang), "numbers": _count("numbers", tables.unclaimed, lang)
    }  # fmt: skip
    if doubts.empty:
        return say("doubts_none", lang, **given)
    kinds = [say(str(kind), lang, int(n)) for kind, n in doubts["doubt"].value_counts(sort=False).items()]
    comma = ", " if lang == "en" else "，"
    found = say("doubts", lang, len(doubts), **given) + comma.join(kinds) + _stop(lang)
    return f"{found}\n\n{say('doubts_how', lang)}"


def tell_doubtful_themes(doubtful: pd.DataFrame, sentences: pd.DataFrame, lang: str = "zh") -> str:
    """How many sentences have a doubtful theme."""
    said = _count("sentences", sentences, lang)
    if doubtful.empty:
        return say("themes_none", lang, sentences=said)
    return say("themes_doubtful", lang, len(doubtful), sentences=said, differ=int(doubtful["differs"].sum()))


def tell_unclaimed(unclaimed: pd.DataFrame, lang: str = "zh") -> str:
    """Why numbers were not taken as targets."""
    reasons = [label("reason", str(reason), lang) for reason in unclaimed["reason"].value_counts().head(3).index]
    if not reasons:
        return say("unclaimed_none", lang)
    return say("unclaimed", lang, len(unclaimed), names=join_names(reasons, lang))


def _count(noun: str, rows: pd.DataFrame, lang: str) -> str:
    return say(f"n_{noun}", lang, len(rows))


def _semicolon(lang: str) -> str:
    return "; " if lang == "en" else "；"


def _stop(lang: str) -> str:
    return "." if lang == "en" else "。"
