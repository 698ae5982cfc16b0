"""Files of people: kept sealed, read back whole or not at all."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from io import BytesIO
from pathlib import Path

import pytest

from kit.crypto import Undecipherable, Vault
from kit.files import Files, kind_of
from kit.problems import TooLarge


@pytest.fixture
def vault() -> Vault:
    return Vault({"one": b"1" * 32}, "one", b"i" * 32)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


@pytest.fixture
def files(folder: Path, vault: Vault) -> Files:
    return Files(f"file://{folder}", vault)


async def pieces(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def on_disk(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("sizes", [[], [0], [1], [1 << 18], [(1 << 18) + 1], [100_000] * 9, [3_000_000]])
async def test_a_file_comes_back_as_it_was_sent(files: Files, sizes: list[int]) -> None:
    parts = [bytes([number % 251]) * size for number, size in enumerate(sizes, 7)]
    stored = await files.keep("imports", pieces(parts), most=1 << 22)
    whole = b"".join(parts)
    assert (stored.size, stored.digest, stored.head) == (len(whole), hashlib.sha256(whole).digest(), whole[:512])
    assert b"".join([piece async for piece in files.read(stored.place)]) == whole
    target = BytesIO()
    await files.fetch(stored.place, target)
    assert target.read() == whole


async def test_what_lies_on_disk_shows_nothing_of_the_content(files: Files, folder: Path) -> None:
    await files.keep("imports", pieces([b"014184000123,"] * 1000), most=1 << 20)
    [path] = on_disk(folder)
    assert b"014184" not in path.read_bytes()


async def test_a_file_beyond_the_limit_leaves_nothing(files: Files, folder: Path) -> None:
    with pytest.raises(TooLarge):
        await files.keep("imports", pieces([b"x" * 600_000] * 2), most=1_000_000)
    assert on_disk(folder) == []


async def test_a_sender_who_goes_away_leaves_nothing(files: Files, folder: Path) -> None:
    async def gone() -> AsyncIterator[bytes]:
        yield b"x" * 600_000
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.keep("imports", gone(), most=1 << 22)
    assert on_disk(folder) == []


@pytest.mark.parametrize("damage", ["cut at a frame", "cut inside", "frames swapped", "one bit", "another's"])
async def test_a_damaged_file_does_not_open(files: Files, folder: Path, damage: str) -> None:
    stored = await files.keep("imports", pieces([bytes([n]) * (1 << 18) for n in range(3)]), most=1 << 22)
    [path] = on_disk(folder)
    content = path.read_bytes()
    size = 4 + int.from_bytes(content[:4])
    damaged = {
        "cut at a frame": content[: 2 * size],
        "cut inside": content[:-9],
        "frames swapped": content[size : 2 * size] + content[:size] + content[2 * size :],
        "one bit": content[:-1] + bytes([content[-1] ^ 1]),
    }
    if damage == "another's":
        other = await files.keep("imports", pieces([b"y" * 900_000]), most=1 << 22)
        (folder / other.place).write_bytes(content)
        stored = other
    else:
        path.write_bytes(damaged[damage])
    with pytest.raises(Undecipherable):
        _ = [piece async for piece in files.read(stored.place)]


async def test_a_forgotten_file_is_gone_and_may_be_forgotten_again(files: Files, folder: Path) -> None:
    stored = await files.keep("imports", pieces([b"x"]), most=10)
    await files.forget(stored.place)
    await files.forget(stored.place)
    assert on_disk(folder) == []
    with pytest.raises(FileNotFoundError):
        _ = [piece async for piece in files.read(stored.place)]


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"PK\x03\x04....", "application/zip"),
        (b"full_name,sex", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_what_a_file_is(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind
