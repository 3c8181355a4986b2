"""Archives of XML (docx, ofd): opened within limits, parsed without entities, nothing unpacked onto the disk."""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import Any

from compare.errors import ReadError
from compare.readers.limits import VARIABLE, Limits

_SMALL = 2**20
_CHUNK = 2**16


class Archive:
    """An archive whose parts are read into memory one by one, all of them together within the limits.

    Parameters
    ----------
    data : bytes
    limits : Limits

    Raises
    ------
    ReadError
        The archive is damaged or holds too many parts.
    """

    def __init__(self, data: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise _damaged() from error
        self._limits = limits
        self._left = limits.unpacked * 2**20
        parts = self._zip.infolist()
        if len(parts) > limits.parts:
            raise ReadError(
                f"the file holds {len(parts):,} parts; a document has some dozens.",
                hint="Save it anew as .docx or .txt.",
            )
        self.names = {_normal(part.filename): part for part in parts}

    def read(self, name: str) -> bytes | None:
        """The content of a part; None where there is no such part.

        Raises
        ------
        ReadError
            It is damaged, protected, or unpacks to more than the limits allow.
        """
        part = self.names.get(_normal(name))
        if part is None:
            return None
        if part.flag_bits & 1:
            raise ReadError("the document is protected by a password.", hint="Open it and save it without one.")
        content = bytearray()
        most = max(_SMALL, part.compress_size * self._limits.ratio)
        try:
            with self._zip.open(part) as stream:
                while chunk := stream.read(_CHUNK):
                    content += chunk
                    self._left -= len(chunk)
                    if self._left < 0 or len(content) > most:
                        raise ReadError(
                            "the file unpacks to far more than a document holds (a zip bomb?).",
                            hint=f"Leave it out; if it is a plan, raise {VARIABLE}='unpacked=1024 ratio=5000'.",
                        )
        except ReadError:
            raise
        except Exception as error:  # zlib, lzma and zipfile each have their own kinds
            raise _damaged() from error
        return bytes(content)

    def read_xml(self, name: str) -> Any:
        """The root of a part that is XML; None where there is no such part.

        Raises
        ------
        ReadError
            It is no XML, or declares entities.
        """
        content = self.read(name)
        return None if content is None else parse_xml(content)


def parse_xml(content: bytes) -> Any:
    """The root of an XML document; entities are refused and nothing is fetched.

    Raises
    ------
    ReadError
        It is no XML, or declares entities.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ReadError(
            "the document is damaged: a part of it is no proper XML.",
            hint="Open it in Word or WPS and save it anew, or download it again.",
        ) from error
    if root.getroottree().docinfo.doctype:
        raise ReadError(
            "the document declares entities, as no office program does; it is not opened.",
            hint="Open it in Word or WPS and save it anew.",
        )
    return root


def local_name(node: Any) -> str:
    """The name of an element without its namespace, which differs between editions of a format."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(node: Any, name: str) -> str:
    """The value of an attribute, whatever its namespace."""
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == name:
            return value
    return ""


def resolve(base: str, target: str) -> str:
    """The name of a part that another part refers to."""
    if target.startswith("/"):
        return _normal(target)
    return _normal(posixpath.join(posixpath.dirname(base), target))


def _normal(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def _damaged() -> ReadError:
    return ReadError(
        "the document is damaged: it cannot be unpacked.", hint="Download it again, or save it anew in Word or WPS."
    )
