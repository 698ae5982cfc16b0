"""The parts of a workbook around its sheets: what is refused unopened, styles, shared strings."""

import mmap
import re
import tempfile
import zipfile
from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import BinaryIO, Final
from xml.parsers import expat

from kit.tables.errors import TableTooLarge, WorkbookUnreadable, WorkbookUnsafe
from kit.tables.row import Limits

PIECE: Final = 1 << 16
_SMALL: Final = 1 << 20
_MOST_PARTS: Final = 2_000
_ENCRYPTED: Final = 0x1
_ACTIVE: Final = ("vbaproject", "macrosheets/", "activex/", "embeddings/", "dialogsheets/", "ctrlprops/")
_MACROS: Final = "macroenabled"
# Formats 14 to 22 and 45 to 47 are days and times; those of East Asia, 27 to 36 and 50 to 58, as well.
_DAY_FORMATS: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_QUOTED: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

Attributes = Mapping[str, str]
Started = Callable[[str, dict[str, str]], None]


def opened(source: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    """Return the archive, looked over before anything of it is unfolded.

    Errors: WorkbookUnreadable, WorkbookUnsafe, TableTooLarge.
    """
    try:
        book = zipfile.ZipFile(source)
        parts = book.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise WorkbookUnreadable(part="zip") from error
    if len(parts) > _MOST_PARTS or len({part.filename for part in parts}) != len(parts):
        raise WorkbookUnsafe(what="zip: parts")
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise WorkbookUnsafe(what="password")
        if any(word in part.filename.lower() for word in _ACTIVE):
            raise WorkbookUnsafe(what=PurePosixPath(part.filename).name[:50])
        if part.file_size > max(_SMALL, part.compress_size * limits.ratio):
            raise WorkbookUnsafe(what=f"zip: 1:{limits.ratio}")
    if sum(part.file_size for part in parts) > limits.unfolded:
        raise TableTooLarge(most=limits.unfolded, what="bytes")
    if _MACROS in _small(book, "[Content_Types].xml").lower():
        raise WorkbookUnsafe(what="macros")
    return book


def _small(book: zipfile.ZipFile, name: str) -> str:
    if name not in book.namelist() or book.getinfo(name).file_size > _SMALL:
        raise WorkbookUnreadable(part=name)
    return b"".join(unfolded(book, name)).decode("utf-8", "replace")


def unfolded(book: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a part piece by piece; never more than the archive said. Errors: WorkbookUnreadable."""
    try:
        with book.open(name) as part:
            while piece := part.read(PIECE):
                yield piece
    except (KeyError, zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise WorkbookUnreadable(part=name[:100]) from error
    except Exception as error:  # zlib's own error has no common base
        if type(error).__module__ == "zlib":
            raise WorkbookUnreadable(part=name[:100]) from error
        raise


class Xml:
    """A parser that refuses a document type, and with it every entity that unfolds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse

    @staticmethod
    def _refuse(*_: object) -> None:
        raise WorkbookUnsafe(what="DOCTYPE")

    def feed(self, piece: bytes, *, final: bool = False) -> None:
        try:
            self.parser.Parse(piece, final)
        # An encoding that Python does not know is a LookupError, one of several bytes a ValueError.
        except (expat.ExpatError, LookupError, ValueError) as error:
            raise WorkbookUnreadable(part=self._name[:100]) from error

    def read(self, book: zipfile.ZipFile) -> None:
        for piece in unfolded(book, self._name):
            self.feed(piece)
        self.feed(b"", final=True)


@lru_cache(maxsize=256)
def local(name: str) -> str:
    """Return an element's name without its namespace: strict and transitional workbooks differ only there."""
    return name.rpartition(" ")[2]


def elements(book: zipfile.ZipFile, name: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of a small part in order, with their attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    if name not in book.namelist():
        return found
    xml = Xml(name)

    def start(element: str, attributes: dict[str, str]) -> None:
        if len(found) > PIECE:
            raise TableTooLarge(most=PIECE, what=name[:50])
        found.append((local(element), {local(key): value for key, value in attributes.items()}))

    xml.parser.StartElementHandler = start
    xml.read(book)
    return found


def day_styles(book: zipfile.ZipFile) -> frozenset[int]:
    """Return the numbers of the cell styles that show a number as a day."""
    own: set[int] = set()
    styles: list[int] = []
    within = False
    for element, attributes in elements(book, "xl/styles.xml"):
        if element == "numFmt" and _shows_day(attributes.get("formatCode", "")):
            own.add(_number(attributes.get("numFmtId")))
        elif element in {"cellXfs", "cellStyleXfs", "cellStyles", "dxfs"}:
            within = element == "cellXfs"
        elif element == "xf" and within:
            styles.append(_number(attributes.get("numFmtId")))
    return frozenset(place for place, kind in enumerate(styles) if kind in _DAY_FORMATS or kind in own)


def _shows_day(code: str) -> bool:
    bare = _QUOTED.sub("", code.lower())
    return "y" in bare or ("d" in bare and "m" in bare)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isascii() and text.isdigit() else 0


class Strings:
    """The shared strings, on disk: a place for each is all that stays in memory."""

    def __init__(self, book: zipfile.ZipFile, limits: Limits) -> None:
        self._ends = array("Q", [0])
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as this does
        self._limits = limits
        if "xl/sharedStrings.xml" in book.namelist():
            self._read(book)
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ) if self._ends[-1] else None

    def _read(self, book: zipfile.ZipFile) -> None:
        text: list[str] = []
        state = {"text": False, "phonetic": False}
        xml = Xml("xl/sharedStrings.xml")

        def start(element: str, _: dict[str, str]) -> None:
            name = local(element)
            if name == "t":
                state["text"] = not state["phonetic"]
            elif name == "rPh":
                state["phonetic"] = True

        def characters(data: str) -> None:
            if state["text"]:
                text.append(data)

        def end(element: str) -> None:
            name = local(element)
            if name == "t":
                state["text"] = False
            elif name == "rPh":
                state["phonetic"] = False
            elif name == "si":
                self._keep("".join(text))
                text.clear()

        xml.parser.StartElementHandler = start
        xml.parser.CharacterDataHandler = characters
        xml.parser.EndElementHandler = end
        xml.read(book)

    def _keep(self, text: str) -> None:
        content = text.encode("utf-8", "surrogatepass")
        end = self._ends[-1] + len(content)
        if end > self._limits.strings:
            raise TableTooLarge(most=self._limits.strings, what="bytes (sharedStrings)")
        self._file.write(content)
        self._ends.append(end)

    def __getitem__(self, place: int) -> str:
        if not 0 <= place < len(self._ends) - 1:
            raise WorkbookUnreadable(part="xl/sharedStrings.xml")
        start, end = self._ends[place], self._ends[place + 1]
        return self._map[start:end].decode("utf-8", "replace") if self._map is not None else ""

    def close(self) -> None:
        if self._map is not None:
            self._map.close()
        self._file.close()
