"""From a document to its targets, and to every other number with the reason why it is none."""

from __future__ import annotations

import hashlib
import re
from collections import Counter

from compare.quantities import read_pieces
from compare.structure import Document
from compare.targets.drafts import Draft
from compare.targets.links import link_repeats
from compare.targets.rows import Extraction, Target, Unclaimed
from compare.targets.sentence_reader import SentenceReader
from compare.targets.settings import infer_plan_year, read_settings
from compare.targets.tables import TableReader
from compare.vocabulary.indicators import load_indicators

_SURE_NUMERALS = frozenset(("arabic", "chinese", "mask", "fraction", "doubling"))
_HAS_NUMBER = re.compile(r"[\dX×*_x〇一二两三四五六七八九十百千万几数半]|同步|平均|增速|增幅|速度|持平")


def extract_targets(
    document: Document, *, plan_id: str, plan_year: int | None = None, admin_level: str = ""
) -> Extraction:
    """Read the targets of one plan.

    Parameters
    ----------
    document : Document
        From `compare.structure.read_structure`.
    plan_id : str
        Goes into the ids of the targets.
    plan_year : int, optional
        The year the plan is for; read from the text when it is not given.
    admin_level : str
        Level of the issuing government.

    Returns
    -------
    Extraction
        Targets and unclaimed numbers in text order; every span lies in ``document.text``.
    """
    year = plan_year or infer_plan_year(document)
    settings = read_settings(document, year)
    drafts: list[Draft] = []
    unclaimed: list[Unclaimed] = []
    table = TableReader(document, year, drafts)
    previous: SentenceReader | None = None
    sentences = document.sentences
    numbers = read_pieces(document.plain.text, ((s.plain_start, s.plain) for s in sentences))
    for sentence, setting, quantities in zip(sentences, settings, numbers, strict=True):
        plain = sentence.plain
        if "\t" in plain and table.read(sentence, setting):
            continue
        if quantities and (quantities[0].numeral in _SURE_NUMERALS or _HAS_NUMBER.search(plain)):
            reader = SentenceReader(document, sentence, setting, year, drafts)
            if previous is not None and previous.sentence.paragraph == sentence.paragraph:
                previous.previous = None
                reader.previous = previous
            reader.read(quantities)
            previous = reader
            unclaimed.extend(reader.unclaimed)
    unclaimed.extend(table.unclaimed)
    link_repeats(drafts)
    unknown = sorted({u.unit for u in unclaimed if u.reason == "unknown_unit"})
    notes = (f"numbers with unknown counters: {'、'.join(unknown)}",) if unknown else ()
    unclaimed.sort(key=lambda u: u.number_start)
    return Extraction(_finish(drafts, document, plan_id), tuple(unclaimed), notes, year)


def _finish(drafts: list[Draft], document: Document, plan_id: str) -> tuple[Target, ...]:
    """Give the drafts their ids and turn them into rows, in text order."""
    indicators = load_indicators()
    text, sentences = document.text, document.sentences
    seen: Counter[tuple[str, str]] = Counter()
    ids: dict[int, str] = {}
    ordered = sorted(drafts, key=lambda d: d.number_at)
    for draft in ordered:
        key = ("".join(draft.number.split()), draft.phrase)
        seen[key] += 1
        digest = hashlib.sha256("\x1f".join((*key, str(seen[key]))).encode()).hexdigest()[:8]
        ids[id(draft)] = f"{plan_id}-{digest}"
    rows = []
    for draft in ordered:
        sentence = sentences[draft.sentence - 1]
        start, end = draft.quote_at
        rows.append(
            Target(
                ids[id(draft)], draft.sentence, " / ".join(sentence.path), sentence.item, text[start:end], start, end,
                draft.number, *draft.number_at, draft.indicator, draft.phrase,
                indicators[draft.indicator].theme if draft.indicator != "other" else "", draft.tier,
                draft.value_min, draft.value_max, draft.unit, draft.value_min_std, draft.value_max_std,
                draft.unit_std, draft.bound, draft.measure, draft.period, draft.masked, draft.headline,
                draft.due_year, ids[id(draft.parent)] if draft.parent else "",
                ids[id(draft.same_as)] if draft.same_as else "", draft.firmness, draft.confidence,
            )
        )  # fmt: skip
    return tuple(rows)
