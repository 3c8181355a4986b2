"""What readers give back."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader found in a file: its text, and what the file itself says about its origin."""

    text: str
    format: str
    encoding: str
    sha256: str
    title: str = ""
    issuer: str = ""
    source_url: str = ""
    published: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parsed:
    """What the reader of one format makes of a file's bytes; the fields are those of `SourceText`."""

    text: str
    encoding: str
    title: str = ""
    issuer: str = ""
    source_url: str = ""
    published: str = ""
    notes: tuple[str, ...] = ()
