"""Saved web pages in one file (MHTML): the page itself, as a browser packed it."""

from __future__ import annotations

import re
from email import message_from_bytes, policy
from email.message import Message
from typing import cast

from compare.errors import ReadError
from compare.readers.encoding import decode
from compare.readers.html import read_markup
from compare.readers.limits import Limits
from compare.readers.source import Parsed


def read_mhtml(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read the first web page that an MHTML file holds; pictures and style sheets are left."""
    message = cast(Message, message_from_bytes(data.lstrip(), policy=policy.compat32))
    part = next((p for p in message.walk() if p.get_content_type() in ("text/html", "application/xhtml+xml")), None)
    if part is None:
        raise ReadError("the saved web page holds no page.", hint="Save it anew in the browser, as HTML or text.")
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes) or not content.strip():
        raise ReadError("the saved web page is empty.", hint="Save it anew in the browser, as HTML or text.")
    text, found = decode(content)
    address = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "")
    return read_markup(text, found, url=address if re.match(r"https?://", address) else "")
