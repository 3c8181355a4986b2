"""The rows of one plan as compressed JSON, in which form they are kept; a damaged one is never taken for a whole."""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa

from compare.pipeline.analysis import Columns, PlanRows, Rows
from compare.problems import Problem

_CODEC = "zstd"
_CHECK = 8
_SIZE = 4
_SPANS = {"text": ("start", "end"), "quote": ("start", "end"), "number": ("number_start", "number_end")}


def pack_rows(rows: PlanRows) -> bytes:
    """The rows as bytes: a check sum, the length, and the compressed JSON."""
    tables = [_leave_out(table.columns, rows.text) for table in (rows.sentences, rows.targets, rows.unclaimed)]
    problems = [[p.file, p.stage, p.severity, p.message, p.hint] for p in rows.problems]
    parts = [rows.file, rows.plan, rows.text, *tables, problems]
    plain = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    packed = len(plain).to_bytes(_SIZE, "big") + pa.compress(plain, codec=_CODEC, asbytes=True)
    return hashlib.sha256(packed).digest()[:_CHECK] + packed


def unpack_rows(packed: bytes) -> PlanRows | None:
    """The rows that `pack_rows` packed; None where the bytes are damaged."""
    check, body = packed[:_CHECK], packed[_CHECK:]
    if hashlib.sha256(body).digest()[:_CHECK] != check:
        return None
    size = int.from_bytes(body[:_SIZE], "big")
    plain = pa.decompress(body[_SIZE:], decompressed_size=size, codec=_CODEC, asbytes=True)
    file, plan, text, *tables, problems = json.loads(plain.decode("utf-8", "surrogatepass"))
    sentences, targets, unclaimed = (Rows(_fill_in(columns, text)) for columns in tables)
    return PlanRows(file, plan, text, sentences, targets, unclaimed, [Problem(*problem) for problem in problems])


def _leave_out(columns: Columns, text: str) -> dict[str, list | None]:
    """Columns without those that only repeat the text, which stands in the same pack."""
    return {name: None if values == _cut(name, columns, text) else values for name, values in columns.items()}


def _fill_in(columns: dict[str, list | None], text: str) -> Columns:
    given: Columns = {name: values for name, values in columns.items() if values is not None}
    return {name: given[name] if name in given else _cut(name, given, text) for name in columns}


def _cut(name: str, columns: Columns, text: str) -> list[str]:
    """The passages that a column of quotes holds, by where they begin and end."""
    if name not in _SPANS:
        return []
    start, end = (columns[side] for side in _SPANS[name])
    return [text[a:b] for a, b in zip(start, end, strict=True)]
