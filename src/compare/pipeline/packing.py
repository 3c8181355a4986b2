"""The rows of one plan as compressed JSON, in which form they are kept; a damaged one is never taken for a whole."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pyarrow as pa

from compare.pipeline.analysis import PlanRows, Row
from compare.problems import Problem

_CODEC = "zstd"
_CHECK = 8
_SIZE = 4


def pack_rows(rows: PlanRows) -> bytes:
    """The rows as bytes: a check sum, the length, and the compressed JSON."""
    parts = [
        rows.file, rows.plan, rows.text, *map(_turn, (rows.sentences, rows.targets, rows.unclaimed)),
        [[p.file, p.stage, p.severity, p.message, p.hint] for p in rows.problems],
    ]  # fmt: skip
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
    file, plan, text, sentences, targets, unclaimed, problems = json.loads(plain.decode("utf-8", "surrogatepass"))
    return PlanRows(
        file, plan, text, _turn_back(sentences), _turn_back(targets), _turn_back(unclaimed),
        [Problem(*problem) for problem in problems],
    )  # fmt: skip


def _turn(rows: list[Row]) -> list[Any]:
    """Rows as their names and their values, so that no name is written twice."""
    return [list(rows[0]), [list(row.values()) for row in rows]] if rows else []


def _turn_back(table: list[Any]) -> list[Row]:
    return [dict(zip(table[0], values, strict=True)) for values in table[1]] if table else []
