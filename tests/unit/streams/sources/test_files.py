from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pytest

from schemas.errors import BosphorusError, MalformedError, TooLargeError
from streams.sources.files import inflate, open_input

TEXT = b"".join(b"line %d of what was written\n" % i for i in range(20_000))


def read(path: Path) -> bytes:
    with open_input(str(path)) as stream:
        return stream.read()


def packed_zip(*members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i, member in enumerate(members):
            archive.writestr(f"{i}.csv", member)
    return out.getvalue()


@pytest.mark.parametrize(
    "stored",
    [
        TEXT,
        gzip.compress(TEXT),
        gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:]),
        packed_zip(TEXT[:1000], TEXT[1000:]),
    ],
)
def test_plain_gzip_and_zip_come_out_the_same_whatever_the_name(stored: bytes, tmp_path: Path) -> None:
    path = tmp_path / "anything"
    path.write_bytes(stored)
    assert read(path) == TEXT


def test_a_zip_from_a_pipe_comes_out_too() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    assert inflate(Pipe(packed_zip(TEXT))).read() == TEXT


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    assert read(tmp_path / "a") == b""


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(BosphorusError, match=r"can't read nowhere\.ndjson: no such file"), open_input("nowhere.ndjson"):
        pass


def test_a_gzip_cut_in_half_hands_out_what_it_holds_then_says_so() -> None:
    packed = gzip.compress(TEXT)
    stream = inflate(io.BytesIO(packed[: len(packed) // 2]))
    found: list[bytes] = []
    with pytest.raises(MalformedError, match="ends in the middle") as caught:
        found.extend(stream)
    assert caught.value.reason == "gzip_truncated"
    assert len(found) > 5_000
    assert TEXT.startswith(b"".join(found))


def test_a_damaged_gzip_says_so() -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[len(packed) // 2] ^= 0xFF
    with pytest.raises(MalformedError) as caught:
        inflate(io.BytesIO(bytes(packed))).read()
    assert caught.value.reason in {"gzip_corrupt", "gzip_truncated"}


def test_a_gzip_bomb_is_left_alone_early() -> None:
    block = bytes(1024 * 1024)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6) as file:
        for _ in range(100):
            file.write(block)
    stream = inflate(io.BytesIO(out.getvalue()))
    chunks = iter(lambda: len(stream.read1(65536)), 0)
    with pytest.raises(TooLargeError, match="bomb") as caught:
        sum(chunks)
    assert caught.value.reason == "compression_bomb"


@pytest.mark.parametrize("cut", [30, 200])
def test_a_broken_zip_says_so(cut: int) -> None:
    with pytest.raises(MalformedError) as caught:
        inflate(io.BytesIO(packed_zip(TEXT)[:-cut])).read()
    assert caught.value.reason == "zip_corrupt"


def test_an_empty_zip_holds_nothing() -> None:
    assert inflate(io.BytesIO(packed_zip())).read() == b""


@pytest.mark.parametrize(("packed", "packer"), [(bz2.compress(TEXT), "bzip2"), (lzma.compress(TEXT), "xz")])
def test_what_was_packed_otherwise_is_told_by_its_name(packed: bytes, packer: str) -> None:
    with pytest.raises(MalformedError, match=packer) as caught:
        inflate(io.BytesIO(packed))
    assert caught.value.reason == "packed_otherwise"
