"""Rich text (RTF): escapes and charsets decoded, deleted and hidden text left out, table rows kept."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from compare.errors import ReadError
from compare.readers.limits import Limits
from compare.readers.source import Parsed

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\(.)|([{}])|([\r\n]+)|([^\\{}\r\n]+)", re.DOTALL
)
_SKIPPED = frozenset(
    b"""fonttbl colortbl stylesheet info pict object objdata header headerl headerr headerf footer footerl footerr
    footerf themedata colorschememapping datastore latentstyles listtable listoverridetable rsidtbl generator xmlnstbl
    mmathPr fldinst pntext filetbl revtbl pgptbl bkmkstart bkmkend sp sn sv shppict nonshppict operator author company
    comment annotation atnid atnauthor atnref atntime atnicn atnparent ftnsep ftnsepc aftnsep aftnsepc wgrffmtfilter
    panose falt fontemb passwordhash userprops docvar xe tc do background pnseclvl""".split()
)  # fmt: skip
_MARKS = {
    b"par": "\n", b"line": "\n", b"sect": "\n", b"page": "\n", b"column": "\n", b"tab": " ",
    b"emdash": "—", b"endash": "–", b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"emspace": " ", b"enspace": " ",
    b"cell": "\t", b"nestcell": "\t", b"row": "\n", b"nestrow": "\n", b"softline": "\n",
}  # fmt: skip
_SIGNS = {
    b"~": "\xa0", b"_": "-", b"-": "", b"{": "{", b"}": "}", b"\\": "\\", b"\n": "\n", b"\r": "\n", b"*": "", b":": "",
}  # fmt: skip
_CHARSETS = {
    0: "cp1252", 77: "mac-roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250",
}  # fmt: skip
_PAGES = {936: "gb18030", 54936: "gb18030", 950: "cp950", 932: "cp932", 949: "cp949", 65001: "utf-8", 10008: "gb18030"}
_FONT = re.compile(rb"\\f(\d{1,5})(?![a-z])[^;{}]{0,300}?\\fcharset(\d{1,3})")
_DEEPEST = 2_000


@dataclass(frozen=True, slots=True)
class _State:
    """What holds inside a group."""

    skip: bool = False
    hidden: bool = False
    deleted: bool = False
    encoding: str = ""
    after: int = 1


def read_rtf(data: bytes, limits: Limits, encoding: str = "") -> Parsed:
    """Read rich text.

    An own reader and not striprtf, because that keeps deleted and hidden text and running heads, and stumbles over
    characters of two bytes whose second byte stands unescaped, as Chinese programs write them.

    Raises
    ------
    ReadError
        Bytes do not fit the charset that the file says, or its groups are nested too deeply.
    """
    fonts = {int(n): _CHARSETS[int(c)] for n, c in _FONT.findall(data[:200_000]) if int(c) in _CHARSETS}
    page = re.search(rb"\\ansicpg(\d{1,5})", data[:2_000])
    own = _name_of(int(page.group(1))) if page else "cp1252"
    text = _Reader(data, fonts, own).read()
    return Parsed(text="\n".join(line.rstrip("\t ") for line in text.split("\n")), encoding=own)


def _name_of(page: int) -> str:
    import codecs

    name = _PAGES.get(page, f"cp{page}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name


class _Reader:
    """Reads one file token by token."""

    def __init__(self, data: bytes, fonts: dict[int, str], own: str) -> None:
        self.data = data
        self.fonts = fonts
        self.own = own
        self.out: list[str] = []
        self.raw = bytearray()
        self.raw_at = 0
        self.raw_encoding = ""
        self.state = _State(encoding=own)
        self.above: list[_State] = []
        self.left = 0

    def read(self) -> str:
        at = 0
        starred = False
        while at < len(self.data):
            match = _TOKEN.match(self.data, at)
            if match is None:
                at += 1
                continue
            at = match.end()
            word, number, code, sign, brace, _, plain = match.groups()
            was_starred, starred = starred, sign == b"*"
            if brace == b"{":
                if len(self.above) >= _DEEPEST:
                    raise ReadError("the rich text is nested too deeply.", hint="Open it and save it anew as .docx.")
                self.above.append(self.state)
                self.left = 0
            elif brace == b"}":
                self.flush()
                if not self.above:
                    break
                self.state = self.above.pop()
                self.left = 0
                if not self.above:
                    break
            elif word:
                if word == b"bin":
                    at += max(0, int(number or 0))
                elif was_starred and word not in (b"shptxt", b"nesttableprops"):
                    self.state = replace(self.state, skip=True)
                else:
                    self.control(word, int(number) if number else None)
            elif code:
                self.byte(int(code, 16), match.start())
            elif sign:
                if self.left:
                    self.left -= 1
                elif sign in _SIGNS:
                    self.say(_SIGNS[sign])
            elif plain:
                self.plain(plain, match.start())
        self.flush()
        return "".join(self.out)

    def control(self, word: bytes, number: int | None) -> None:
        """Heed a control word."""
        if word == b"u":
            self.flush()
            if number is not None:
                self.say(chr(number % 0x10000))
            self.left = self.state.after
        elif word == b"uc":
            self.state = replace(self.state, after=min(max(number or 0, 0), 16))
        elif word in _SKIPPED:
            self.flush()
            self.state = replace(self.state, skip=True)
        elif word in _MARKS:
            self.left = 0
            self.say(_MARKS[word])
        elif word in (b"f", b"af") and number is not None:
            if word == b"f":
                self.flush()
                self.state = replace(self.state, encoding=self.fonts.get(number, self.own))
        elif word == b"v":
            self.flush()
            self.state = replace(self.state, hidden=number != 0)
        elif word == b"deleted":
            self.flush()
            self.state = replace(self.state, deleted=number != 0)
        elif word == b"plain":
            self.flush()
            self.state = replace(self.state, hidden=False, deleted=False, encoding=self.own)

    def byte(self, value: int, at: int) -> None:
        """Keep a byte until the character it begins is whole."""
        if self.left:
            self.left -= 1
            return
        if not self.raw:
            self.raw_at, self.raw_encoding = at, self.state.encoding
        self.raw.append(value)

    def plain(self, content: bytes, at: int) -> None:
        """Keep characters that stand unescaped."""
        if self.left:
            skipped = min(self.left, len(content))
            self.left -= skipped
            content = content[skipped:]
            at += skipped
        if not content:
            return
        if not self.raw:
            self.raw_at, self.raw_encoding = at, self.state.encoding
        self.raw += content

    def say(self, text: str) -> None:
        self.flush()
        if not (self.state.skip or self.state.hidden or self.state.deleted):
            self.out.append(text)

    def flush(self) -> None:
        """Decode the bytes that were kept."""
        if not self.raw:
            return
        raw, self.raw = bytes(self.raw), bytearray()
        if self.state.skip or self.state.hidden or self.state.deleted:
            return
        self.out.append(self.decode(raw))

    def decode(self, raw: bytes) -> str:
        if raw.isascii():
            return raw.decode("ascii")
        for encoding in dict.fromkeys((self.raw_encoding, self.own, "gb18030")):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                broken = error.start
        raise ReadError(
            f"the rich text breaks near byte {self.raw_at + broken}: its bytes do not fit the charset it names.",
            hint="Open it in Word or WPS and save it as .docx.",
        )
