"""What the tables say, as sentences whose numbers can be traced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from compare.style.names import join_names, name_indicator, name_plans, name_theme, say_percent, say_target
from compare.vocabulary.labels import label, read_words

if TYPE_CHECKING:
    from compare.pipeline import Tables

MAIN_THEMES = ("talent", "platforms", "agriculture", "party_building")
MOST_FINDINGS = 10
_GROUPS_TOLD = 5
_OTHERS_NAMED = 3
_PLACES_TOLD, _PLACES_OF_MANY = 6, 3  # of more places than the first number, only the leading ones are told
_THEMES_TOLD = 3
# How much a finding weighs in the choice and the order: what holds for all first, what is open last.
_COUNT, _COMPARABLE, _WIDE_GROUPS, _CLEAR, _UNEVEN, _CLOSE, _OPEN, _CLUSTERS, _FIRMNESS, _GROUPS = range(10, 0, -1)
_FIRST_GROUPS, _FIRST_OF_MANY = 3, 2


@dataclass(frozen=True)
class Cited:
    """Words that stand for a target, to be followed by the number of its note."""

    text: str
    target_id: str


Sentence = tuple[str | Cited, ...]


def find_findings(tables: Tables, lang: str = "zh", most: int = MOST_FINDINGS) -> list[Sentence]:
    """The key findings, the weightiest first.

    Parameters
    ----------
    tables : Tables
    lang : {"zh", "en"}
    most : int
        How many at most; what weighs least is left out.

    Returns
    -------
    list of tuple
        Each finding as parts: plain strings, and `Cited` ones that name the target they rest on.
    """
    words = read_words("brief/words.yml", lang)
    names = name_plans(tables.plans, lang)
    first = _FIRST_GROUPS if len(tables.plans) <= _PLACES_TOLD else _FIRST_OF_MANY
    groups = [
        (_COMPARABLE if not at else _WIDE_GROUPS if at <= first else _GROUPS, finding)
        for at, finding in enumerate(_compare_groups(tables, names, words, lang))
    ]
    weighed = [
        (_COUNT, _count_targets(tables, names, words, lang)), *groups, *_weigh_themes(tables, names, words, lang),
        *_tell_one(tables, words, lang),
        (_CLUSTERS, _tell_clusters(tables, names, words, lang)),
        (_UNEVEN, _set_words_against_numbers(tables, words, lang)), (_FIRMNESS, _tell_firmness(tables, words)),
    ]  # fmt: skip
    told = [(weight, finding) for weight, finding in weighed if finding]
    return [finding for _, finding in sorted(told, key=lambda pair: -pair[0])][:most]


def plain(sentence: Sentence) -> str:
    """A finding without its citations."""
    return "".join(part if isinstance(part, str) else part.text for part in sentence)


def list_groups(tables: Tables) -> list[pd.DataFrame]:
    """Targets that at least two plans state alike and one gives a number for: one frame a group, the most shared first.

    They are the groups that the figure of comparable targets counts. Each plan has one row in a group: where it states
    several, the one that is ranked.
    """
    from compare.plots.panels import find_groups

    counted = find_groups(tables.comparisons, least=2).index
    shared = tables.comparisons[tables.comparisons["group"].isin(counted)]
    shared = shared.sort_values("rank_low", na_position="last", kind="stable").drop_duplicates(["group", "plan_id"])
    shared = shared.sort_values(["group", "plan_id"], kind="stable")
    groups = [rows for _, rows in shared.groupby("group", sort=True)]
    return sorted(groups, key=lambda rows: (-rows["plan_id"].nunique(), -int(rows["value_min_std"].notna().sum())))


def name_group(row: Any, lang: str) -> str:
    """What a group measures: tier, indicator, and the kind of quantity where the indicator does not say it."""
    parts = [name_indicator(row["indicator"], lang, row["indicator_zh"])]
    extras = [label("tier", row["tier"], lang)] if row["tier"] else []
    extras.append(label("measure", row["measure"], lang))
    if row["period"] != "plan_year":
        extras.append(label("period", row["period"], lang))
    joiner = ", " if lang == "en" else "，"
    opening, closing = (" (", ")") if lang == "en" else ("（", "）")
    return f"{parts[0]}{opening}{joiner.join(extras)}{closing}"


def say_cell(row: Any, lang: str, hidden: str) -> str:
    """The number of a compared target for a table or a sentence."""
    return hidden if row["masked"] else say_target(row, lang)


def with_numbers(rows: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """Rows of table comparisons with the number as written."""
    return rows.merge(targets[["target_id", "number"]], on="target_id", how="left", validate="one_to_one")


def order_group(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a group that have a rank, the largest number first."""
    ranked = rows[rows["rank_low"].notna()]
    ranked = ranked.assign(size=ranked["value_min_std"].fillna(ranked["value_max_std"]))
    return ranked.sort_values(["size", "plan_id"], ascending=[False, True], kind="stable")


def first_mentions(targets: pd.DataFrame) -> pd.DataFrame:
    """Targets without those that repeat another."""
    return targets[targets["same_as"] == ""]


def _count_targets(tables: Tables, names: dict[str, str], words: dict[str, str], lang: str) -> Sentence:
    firsts = first_mentions(tables.targets)
    counts = firsts.groupby("plan_id").size().reindex(tables.plans["plan_id"], fill_value=0)
    masked = int(firsts["masked"].sum())
    if firsts.empty:
        return (words["count_none"],)
    said = words["hidden_some" if masked else "hidden_none"].format(masked=masked)
    total = {"targets": len(firsts), "s": "" if len(firsts) == 1 else "s", "hidden": said}
    if len(counts) == 1:
        return (words["count_one"].format(**total),)
    head = words["count"].format(plans=len(counts), **total)
    if counts.max() > counts.min():
        head += _gap(lang) + words["count_ends"].format(
            most=names[str(counts.idxmax())], most_count=counts.max(),
            least=names[str(counts.idxmin())], least_count=counts.min(),
        )  # fmt: skip
    hidden = firsts.groupby("plan_id")["masked"].mean()
    mute = [names[plan] for plan in hidden.index[hidden.fillna(0) >= 0.9]]
    return (head, _gap(lang) + words["all_masked"].format(places=_join_places(mute, lang))) if mute else (head,)


def _compare_groups(tables: Tables, names: dict[str, str], words: dict[str, str], lang: str) -> list[Sentence]:
    groups = list_groups(tables)
    if not groups:
        return [(words["none_comparable"],)] if len(tables.plans) > 1 else []
    widest = groups[0].iloc[0]
    sentences: list[Sentence] = [
        (
            words["comparable"].format(
                groups=len(groups), widest=name_group(widest, lang), widest_plans=groups[0]["plan_id"].nunique()
            ),
        )
    ]
    told = [rows for rows in groups if int((rows["rank_low"].notna()).sum()) >= 2][:_GROUPS_TOLD]
    return sentences + [_tell_group(with_numbers(rows, tables.targets), names, words, lang) for rows in told]


def _tell_group(rows: pd.DataFrame, names: dict[str, str], words: dict[str, str], lang: str) -> Sentence:
    """Who wants how much, in order, and whether the order is certain."""
    ranked = order_group(rows)
    shown = _PLACES_TOLD if len(ranked) <= _PLACES_TOLD else _PLACES_OF_MANY
    before, after = words["group"].format(indicator=name_group(rows.iloc[0], lang), values="\0").split("\0")
    parts: list[str | Cited] = [before]
    for at, row in enumerate(ranked.head(shown).to_dict("records")):
        number = say_cell(row, lang, words["hidden"])
        parts += [words["joiner"]] * bool(at)
        parts.append(Cited(f"{names[row['plan_id']]}{_gap(lang)}{number}", row["target_id"]))
    if len(ranked) > shown:
        parts.append(words["and_more"].format(count=len(ranked) - shown))
    certain = bool((ranked["rank_low"] == ranked["rank_high"]).all())
    parts += [after, _gap(lang) + words["decided" if certain else "undecided"]]
    hidden = rows[rows["masked"].fillna(False).astype(bool)]
    if len(hidden):
        places = _join_places([names[p] for p in hidden["plan_id"]], lang, most=shown)
        parts.append(_gap(lang) + words["with_hidden"].format(places=places))
    return tuple(parts)


def _gap(lang: str) -> str:
    """What stands between two sentences."""
    return " " if lang == "en" else ""


def _weigh_themes(
    tables: Tables, names: dict[str, str], words: dict[str, str], lang: str
) -> list[tuple[int, Sentence]]:
    """For each of the main themes, who gives it most room, and whether that is certain; those left open in one."""
    if len(tables.plans) < 2:
        return []
    told: list[tuple[int, Sentence]] = []
    undecided: list[tuple[str, str]] = []
    for theme in MAIN_THEMES:
        rows = tables.priorities[tables.priorities["theme"] == theme]
        rows = rows.dropna(subset=["share", "share_low", "share_high"])
        rows = rows.sort_values(["share", "plan_id"], ascending=[False, True], kind="stable")
        if len(rows) < 2 or rows["share"].iloc[0] == 0:
            continue
        top = rows.iloc[0]
        rivals = [names[p] for p in rows["plan_id"][1:][rows["share_high"][1:] >= top["share_low"]]]
        said = {"theme": name_theme(theme, lang), "top": names[top["plan_id"]], "share": say_percent(top["share"])}
        if len(rivals) == len(rows) - 1:
            undecided.append((said["theme"], words["emphasis_top"].format(**said)))
            continue
        head = words["emphasis"].format(**said, low=say_percent(top["share_low"]), high=say_percent(top["share_high"]))
        others = _join_places(rivals, lang, most=_OTHERS_NAMED)
        tail = words["emphasis_close"].format(others=others) if rivals else words["emphasis_clear"]
        told.append((_CLOSE if rivals else _CLEAR, (head + tail,)))
    if undecided:
        themes, tops = zip(*undecided, strict=True)
        joiner = "; " if lang == "en" else "，"
        text = words["emphasis_open"].format(themes=join_names(list(themes), lang), tops=joiner.join(tops))
        told.append((_OPEN, (text,)))
    return told


def _tell_clusters(tables: Tables, names: dict[str, str], words: dict[str, str], lang: str) -> Sentence:
    rows = tables.clusters.dropna(subset=["cluster"])
    if len(tables.plans) < 3:
        return ()
    if rows["cluster"].nunique() < 2:
        return (words["no_clusters"],)
    groups = []
    for _, members in rows.groupby("cluster"):
        company = _join_places([names[p] for p in members["plan_id"]], lang)
        said = members["label"].iloc[0]
        groups.append(words["group_members"].format(members=company, label=said) if said else company)
    joiner = "; " if lang == "en" else "；"
    return (
        words["clusters"].format(
            count=len(groups), groups=joiner.join(groups), width=f"{rows['silhouette'].mean():.2f}",
            low=say_percent(rows["stability"].min()), high=say_percent(rows["stability"].max()),
        ),
    )  # fmt: skip


def _set_words_against_numbers(tables: Tables, words: dict[str, str], lang: str) -> Sentence:
    """The theme whose share of text most exceeds its share of targets."""
    by_theme = tables.priorities.groupby("theme").agg(share=("share", "mean"), targets=("targets", "sum"))
    total = float(by_theme["targets"].sum())
    if not total or not len(by_theme):
        return ()
    by_theme["part"] = by_theme["targets"] / total
    excess = (by_theme["share"] - by_theme["part"]).fillna(-1.0)
    theme, share, targets, part = list(by_theme.itertuples(name=None))[int(excess.to_numpy().argmax())]
    have = words["few_targets" if targets else "no_target"].format(targets=int(targets), part=say_percent(part))
    average = words["average"] if len(tables.plans) > 1 else ""
    text = words["words_numbers"].format(
        theme=name_theme(theme, lang), share=say_percent(share), have=have, average=average
    )
    return (text,)


def _tell_firmness(tables: Tables, words: dict[str, str]) -> Sentence:
    firsts = first_mentions(tables.targets)
    counts = firsts["firmness"].value_counts()
    if not len(firsts):
        return ()
    said = {}
    for kind in ("binding", "aspired"):
        count = int(counts.get(kind, 0))
        said[kind] = words[f"{kind}_{('none', 'one')[count] if count < 2 else 'some'}"].format(count=count)
    return (words["firmness"].format(**said),)


def _tell_one(tables: Tables, words: dict[str, str], lang: str) -> list[tuple[int, Sentence]]:
    """Of a plan that stands alone: what its overall objectives state, and the themes it gives most room."""
    if len(tables.plans) != 1:
        return []
    told: list[tuple[int, Sentence]] = []
    firsts = first_mentions(tables.targets)
    headlines = firsts[firsts["headline"] & ~firsts["masked"]].head(_PLACES_TOLD)
    if len(headlines):
        before, after = words["headlines"].format(values="\0").split("\0")
        parts: list[str | Cited] = [before]
        for at, row in enumerate(headlines.to_dict("records")):
            parts += [words["joiner"]] * bool(at)
            parts.append(Cited(f"{name_group(row, lang)}{_gap(lang)}{say_target(row, lang)}", row["target_id"]))
        told.append((_COMPARABLE, (*parts, after)))
    themes = tables.priorities.dropna(subset=["share", "share_low", "share_high"])
    themes = themes.sort_values(["share", "theme"], ascending=[False, True], kind="stable").head(_THEMES_TOLD)
    if len(themes):
        shares = [
            words["emphasis_share"].format(
                theme=name_theme(row["theme"], lang), share=say_percent(row["share"]),
                low=say_percent(row["share_low"]), high=say_percent(row["share_high"]),
            )
            for row in themes.to_dict("records")
        ]  # fmt: skip
        text = words["emphasis_one"].format(themes=join_names(shares, lang))
        overlap = (themes["share_high"].iloc[1:].to_numpy() >= themes["share_low"].iloc[:-1].to_numpy()).any()
        told.append((_CLEAR, (text + (_gap(lang) + words["emphasis_one_open"] if overlap else ""),)))
    return told


def _join_places(places: list[str], lang: str, most: int = 4) -> str:
    return join_names(places, lang, most, counter="地")
