"""What plans add to the tables, typed by Arrow, and as bytes, in which form it is kept.

Rows are kept as Arrow messages and the rest as JSON: neither can run code, so that a cache from elsewhere does no harm.
Damaged bytes are never taken for a whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import pyarrow as pa

from compare.pipeline.analysis import PlanRows
from compare.problems import Problem
from compare.rows import make_rows, schema_of
from compare.schema import SENTENCES, TARGETS, UNCLAIMED, Table

_TABLES = (SENTENCES, TARGETS, UNCLAIMED)
_CODEC = "zstd"
_CHECK = 8
_SIZE = 4


@dataclass(frozen=True, slots=True)
class TypedRows:
    """As `PlanRows`, with the rows of each table as Arrow holds them."""

    file: str
    plan: dict[str, Any] | None
    text: str
    problems: list[Problem]
    tables: dict[str, pa.RecordBatch]


def type_rows(several: Sequence[PlanRows]) -> list[TypedRows]:
    """The rows of some plans as Arrow holds them; all at once, since each column costs a call."""
    tables = {table.name: _cut_up(_join_plans(table, several), several, table) for table in _TABLES}
    return [
        TypedRows(rows.file, rows.plan, rows.text, rows.problems, {name: cut[i] for name, cut in tables.items()})
        for i, rows in enumerate(several)
    ]


def _join_plans(table: Table, several: Sequence[PlanRows]) -> pa.RecordBatch:
    some = [(rows.plan, own) for rows in several if rows.plan and len(own := getattr(rows, table.name))]
    columns: dict[str, list[Any]] = {}
    for name in table.names:
        if name in ("plan_id", "file"):
            columns[name] = list(chain.from_iterable(repeat(plan[name], len(own)) for plan, own in some))
        else:
            columns[name] = list(chain.from_iterable(own.columns[name] for _, own in some))
    return make_rows(table, columns)


def _cut_up(joined: pa.RecordBatch, several: Sequence[PlanRows], table: Table) -> list[pa.RecordBatch]:
    """The rows of each plan, which stand one after the other."""
    cut, start = [], 0
    for rows in several:
        count = len(getattr(rows, table.name))
        cut.append(joined.slice(start, count))
        start += count
    return cut


def pack_rows(rows: TypedRows) -> bytes:
    """A check sum, the length, and compressed: each part after its length."""
    problems = [[p.file, p.stage, p.severity, p.message, p.hint] for p in rows.problems]
    about = json.dumps([rows.file, rows.plan, rows.text, problems], ensure_ascii=False)
    parts = [about.encode("utf-8", "surrogatepass"), *(rows.tables[table.name].serialize() for table in _TABLES)]
    plain = b"".join(piece for part in parts for piece in (len(part).to_bytes(_SIZE, "big"), memoryview(part)))
    packed = len(plain).to_bytes(_SIZE, "big") + pa.compress(plain, codec=_CODEC, asbytes=True)
    return hashlib.sha256(packed).digest()[:_CHECK] + packed


def unpack_rows(packed: bytes) -> TypedRows | None:
    """What `pack_rows` packed; None where the bytes are damaged or are no rows."""
    check, body = packed[:_CHECK], packed[_CHECK:]
    if hashlib.sha256(body).digest()[:_CHECK] != check:
        return None
    size = int.from_bytes(body[:_SIZE], "big")
    plain = memoryview(pa.decompress(body[_SIZE:], decompressed_size=size, codec=_CODEC, asbytes=True))
    parts = []
    while plain:
        size = int.from_bytes(plain[:_SIZE], "big")
        parts.append(plain[_SIZE : _SIZE + size])
        plain = plain[_SIZE + size :]
    about, *messages = parts
    file, plan, text, problems = json.loads(bytes(about).decode("utf-8", "surrogatepass"))
    tables = {
        table.name: pa.ipc.read_record_batch(pa.py_buffer(message), schema_of(table.name))
        for table, message in zip(_TABLES, messages, strict=True)
    }
    try:
        for rows in tables.values():
            rows.validate(full=True)
    except pa.ArrowInvalid:
        return None
    return TypedRows(file, plan, text, [Problem(*problem) for problem in problems], tables)
