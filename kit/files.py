"""Files from people and for people: streamed in and out, sealed at rest, wherever `FILES_URL` points.

A stored file is a row of frames, each ``length (4 bytes, big endian) | sealed bytes``. Its place and the number of the
frame are authenticated with each of them, and whether it is the last: frames that are lost, doubled, swapped or taken
from another file do not open. What the database would encrypt is thereby encrypted here too.
"""

import hashlib
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Self

import obstore
from obstore.store import from_url

from kit.crypto import Undecipherable, Vault
from kit.problems import TooLarge
from kit.settings import Settings
from kit.values.ids import new_id

_FRAME: Final = 1 << 18
_LENGTH: Final = 4
_HEAD: Final = 512

# The first bytes of what people send; text has none.
_KINDS: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
)


@dataclass(frozen=True)
class Stored:
    """A file that is kept: where, how large, SHA-256 of its content, and its first bytes."""

    place: str
    size: int
    digest: bytes
    head: bytes


class Files:
    """One store of files: a folder, or a bucket (`s3://…`, with the credentials of the environment)."""

    def __init__(self, url: str, vault: Vault) -> None:
        if url.startswith("file://"):
            Path(url.removeprefix("file://")).mkdir(parents=True, exist_ok=True, mode=0o700)
        self._store = from_url(url)
        self._vault = vault

    @classmethod
    def from_settings(cls, settings: Settings, vault: Vault) -> Self:
        return cls(settings.files_url, vault)

    async def keep(self, folder: str, content: AsyncIterable[bytes], *, most: int) -> Stored:
        """Store `content` under a new name in `folder`; memory does not grow with it.

        Nothing is left of a file that was refused, or whose sender went away.
        Errors: TooLarge beyond `most` bytes.
        """
        place = f"{folder}/{new_id()}"
        digest, size, head = hashlib.sha256(), 0, b""
        async with obstore.open_writer_async(self._store, place) as target:
            frames = _Frames(self._vault, place)
            async for piece in content:
                size += len(piece)
                if size > most:
                    raise TooLarge
                digest.update(piece)
                head = (head + piece)[:_HEAD] if len(head) < _HEAD else head
                for frame in frames.take(piece):
                    await target.write(frame)
            await target.write(frames.end())
        return Stored(place, size, digest.digest(), head)

    @asynccontextmanager
    async def entering(self, folder: str, content: AsyncIterable[bytes], *, most: int) -> AsyncIterator[Stored]:
        """Keep a file, and forget it unless the block, which enters where it lies, ends well. Errors: TooLarge."""
        stored = await self.keep(folder, content, most=most)
        try:
            yield stored
        except BaseException:
            await self.forget(stored.place)
            raise

    async def read(self, place: str) -> AsyncIterator[bytes]:
        """Yield the content piece by piece. Errors: FileNotFoundError, Undecipherable."""
        answer = await obstore.get_async(self._store, place)
        pending, number = bytearray(), 0
        sealed: bytes | None = None
        async for piece in answer.stream(min_chunk_size=_FRAME):
            pending += piece
            while len(pending) >= _LENGTH and len(pending) >= _LENGTH + (size := int.from_bytes(pending[:_LENGTH])):
                if sealed is not None:
                    yield self._vault.open_bytes(sealed, context=_context(place, number, last=False))
                    number += 1
                sealed = bytes(pending[_LENGTH : _LENGTH + size])
                del pending[: _LENGTH + size]
        if sealed is None or pending:
            raise Undecipherable("a file that was cut off")
        yield self._vault.open_bytes(sealed, context=_context(place, number, last=True))

    async def fetch(self, place: str, target: BinaryIO) -> None:
        """Write the content into a file of this machine, for what cannot be read from front to end."""
        async for piece in self.read(place):
            target.write(piece)
        target.seek(0)

    async def forget(self, place: str) -> None:
        """Delete a file; one that is gone already is no error."""
        try:
            await obstore.delete_async(self._store, place)
        except FileNotFoundError:
            return


class _Frames:
    """Cuts a stream into frames and seals them."""

    def __init__(self, vault: Vault, place: str) -> None:
        self._vault = vault
        self._place = place
        self._number = 0
        self._pending = bytearray()

    def take(self, piece: bytes) -> list[bytes]:
        self._pending += piece
        made = []
        # Strictly more: the last frame is known only at the end, and may not be missing.
        while len(self._pending) > _FRAME:
            made.append(self._sealed(bytes(self._pending[:_FRAME]), last=False))
            del self._pending[:_FRAME]
        return made

    def end(self) -> bytes:
        return self._sealed(bytes(self._pending), last=True)

    def _sealed(self, content: bytes, *, last: bool) -> bytes:
        frame = self._vault.seal_bytes(content, context=_context(self._place, self._number, last=last))
        self._number += 1
        return len(frame).to_bytes(_LENGTH) + frame


def _context(place: str, number: int, *, last: bool) -> str:
    return f"files:{place}:{number}:{'last' if last else 'more'}"


def kind_of(head: bytes) -> str | None:
    """Return the media type that a file's first bytes show, None for text and for what is not known here.

    An XLSX or DOCX is a zip archive; what is inside must be looked at where it is opened.
    """
    return next((kind for start, kind in _KINDS if head.startswith(start)), None)
