"""What one plan adds to the tables as bytes, in which form it is kept; damaged bytes are never taken for a whole.

Rows are Arrow messages and the rest is JSON: neither can run code, so that a cache from elsewhere does no harm.
"""

from __future__ import annotations

import hashlib
import json

import pyarrow as pa

from compare.pipeline.analysis import PlanRows
from compare.problems import Problem
from compare.rows import schema_of

_CODEC = "zstd"
_CHECK = 8
_SIZE = 4
_TABLES = ("sentences", "targets", "unclaimed")


def pack_rows(rows: PlanRows) -> bytes:
    """A check sum, the length, and compressed: each part after its length."""
    problems = [[p.file, p.stage, p.severity, p.message, p.hint] for p in rows.problems]
    about = json.dumps([rows.file, rows.plan, rows.text, problems], ensure_ascii=False)
    parts = [about.encode("utf-8", "surrogatepass"), *(getattr(rows, name).serialize() for name in _TABLES)]
    plain = b"".join(piece for part in parts for piece in (len(part).to_bytes(_SIZE, "big"), memoryview(part)))
    packed = len(plain).to_bytes(_SIZE, "big") + pa.compress(plain, codec=_CODEC, asbytes=True)
    return hashlib.sha256(packed).digest()[:_CHECK] + packed


def unpack_rows(packed: bytes) -> PlanRows | None:
    """What `pack_rows` packed; None where the bytes are damaged."""
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
    sentences, targets, unclaimed = [
        pa.ipc.read_record_batch(pa.py_buffer(message), schema_of(name))
        for name, message in zip(_TABLES, messages, strict=True)
    ]
    return PlanRows(file, plan, text, sentences, targets, unclaimed, [Problem(*problem) for problem in problems])
