"""What a file of minutes is, by its content: a name or a header may say anything."""

import asyncio
import tempfile
import zipfile
from typing import BinaryIO, Final

from kit.files import Files, Stored, kind_of
from services.beneficiaries.review_minutes.errors import MinutesKindUnknown
from services.beneficiaries.review_minutes.schemas import MEDIA, Kind

_BY_MEDIA: Final[dict[str | None, Kind]] = {media: kind for kind, media in MEDIA.items() if kind != "docx"}
_DOCUMENT: Final = {"[Content_Types].xml", "word/document.xml"}


async def minutes_kind(files: Files, stored: Stored) -> Kind:
    """Errors: MinutesKindUnknown."""
    found = kind_of(stored.head)
    if found in _BY_MEDIA:
        return _BY_MEDIA[found]
    if found == "application/zip" and await _is_document(files, stored.place):
        return "docx"
    raise MinutesKindUnknown


async def _is_document(files: Files, place: str) -> bool:
    with tempfile.TemporaryFile() as target:
        await files.fetch(place, target)
        return await asyncio.to_thread(_holds_a_document, target)


def _holds_a_document(file: BinaryIO) -> bool:
    try:
        # The list of what is inside only: nothing is unpacked.
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return False
    return names >= _DOCUMENT and not any(name.endswith("vbaProject.bin") for name in names)
