"""Files of parts (OOXML, ZIP): which parts there are, and their bytes within bounds."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from functools import cached_property
from typing import Any

from lxml import etree

from pipelines.readers.guard import Unreadable

MAX_PART = 32 * 1024 * 1024
MAX_PARTS = 2_000
_RATIO = 400
"""Text compresses up to about 1 : 50; a part that compresses better than this is a bomb."""

Element = Any
"""An element of lxml, which ships no types."""


class Package:
    """The parts of one ZIP file. Raises `Unreadable`: `damaged`, `encrypted` or `too_large`."""

    def __init__(self, body: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError) as error:
            raise Unreadable("damaged", f"the file's table of contents is damaged ({error})") from None
        if len(self._zip.infolist()) > MAX_PARTS:
            raise Unreadable("too_large", f"more than {MAX_PARTS} parts in one file")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The parts' names in the file's order, folders left out."""
        return tuple(info.filename for info in self._zip.infolist() if not info.is_dir())

    @cached_property
    def _found(self) -> dict[str, zipfile.ZipInfo]:
        # Some programs write backslashes, some begin names with a slash, some differ in case from what refers to them.
        return {_tidy(info.filename): info for info in self._zip.infolist() if not info.is_dir()}

    def __contains__(self, name: str) -> bool:
        return _tidy(name) in self._found

    def read(self, name: str) -> bytes:
        """The bytes of one part; KeyError when there is no such part."""
        info = self._found[_tidy(name)]
        if info.flag_bits & 1:
            raise Unreadable("encrypted", "the file is locked with a password")
        size, packed = info.file_size, max(info.compress_size, 1)
        if size > MAX_PART or (size > 1_000_000 and size > _RATIO * packed):
            raise Unreadable("too_large", f"{info.filename} unpacks to {size} bytes")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(MAX_PART + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            ValueError,
            OSError,
            EOFError,
            NotImplementedError,
            RuntimeError,
        ) as error:
            raise Unreadable("damaged", f"{info.filename} is damaged ({error})") from None
        if len(data) > MAX_PART:
            raise Unreadable("too_large", f"{info.filename} unpacks to more than {MAX_PART} bytes")
        return data

    def xml(self, name: str) -> Element:
        """The root element of one part. No entity is expanded and nothing is fetched."""
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(self.read(name), parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise Unreadable("damaged", f"{name} is no sound XML ({_line(error)})") from None

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Id to (kind, target) of what a part refers to; the kind is the last word of its type, targets are part names."""
        folder, _, name = part.rpartition("/")
        place = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
        if place not in self:
            return {}
        found: dict[str, tuple[str, str]] = {}
        for node in self.xml(place).iter("{*}Relationship"):
            target = (node.get("Target") or "").replace("\\", "/")
            if node.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[node.get("Id") or ""] = ((node.get("Type") or "").rpartition("/")[2], target)
        return found


def local(node: Element) -> str:
    """The name of an element without its namespace; '' for processing instructions and entities."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(node: Element, name: str, default: str = "") -> str:
    """An attribute by its name without namespace, so that strict and transitional files read alike."""
    for key, value in node.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return default


def child(node: Element | None, *path: str) -> Element | None:
    """The first child with that name, its first child with the next one, and so on; None where one is missing."""
    for name in path:
        if node is None:
            return None
        node = next((one for one in node if local(one) == name), None)
    return node


def value(node: Element | None, *path: str) -> str | None:
    """`w:val` of the element at that path; '' when it has none, None when there is no such element."""
    found = child(node, *path)
    return None if found is None else attribute(found, "val")


def switched_on(node: Element | None, *path: str) -> bool:
    """Whether an on/off property is there and not switched off."""
    found = value(node, *path)
    return found is not None and found.lower() not in ("0", "false", "off", "none")


def _tidy(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _line(error: Exception) -> str:
    return str(error).splitlines()[0][:120] if str(error) else type(error).__name__
