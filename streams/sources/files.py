"""Input as a stream of bytes: a file or standard input, plain, gzip or zip (told by content), never more than a bounded memory."""

from __future__ import annotations

import gzip
import io
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from schemas.errors import BadRecordError, BosphorusError, MalformedError, TooLargeError

STDIN = "-"
CHUNK_BYTES = 256 * 1024
FILL_BYTES = 64 * 1024
BOMB_FROM_BYTES = 64 * 1024 * 1024
BOMB_RATIO = 200
"""Past 64 MiB, data that grows more than 200-fold is no news: text shrinks to a fifth, deflate's most is 1:1032."""
MAX_ZIP_BYTES = 1024 * 1024 * 1024
"""A zip from standard input is kept in memory, because its directory stands at the end; this is the most."""
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGIC = b"PK\x03\x04"
EMPTY_ZIP_MAGIC = b"PK\x05\x06"
OTHER_PACKERS = {b"BZh": "bzip2", b"\xfd7zX": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"7z\xbc\xaf": "7z"}
"""How a file begins that was packed by what is not read here, and the program that unpacks it."""


@contextmanager
def open_input(source: str, seen: Callable[[Callable[[], int]], None] | None = None) -> Iterator[io.BufferedReader]:
    """Open a path, or standard input for `-`; what is compressed comes out plain.

    `seen` is given a function that says how many bytes of the file, as it lies there, have been read: for a progress bar.

    Reading raises MalformedError (`gzip_truncated`, `gzip_corrupt`, `zip_corrupt`, `packed_otherwise`) or TooLargeError (`compression_bomb`), after everything
    that stood before the damage has been handed out.

    Raises:
        BosphorusError: the file can't be opened.
    """
    if source == STDIN:
        yield inflate(sys.stdin.buffer)
        return
    try:
        file = Path(source).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BosphorusError(f"can't read {source}: {(error.strerror or str(error)).lower()}") from error
    with file:
        if seen is not None and file.seekable():
            seen(file.tell)
        yield _plain(file)


def inflate(data: IO[bytes]) -> io.BufferedReader:
    """Return the plain bytes of a binary stream that may be gzip or zip."""
    return _plain(data if isinstance(data, io.BufferedReader) else io.BufferedReader(data))


def _plain(stream: Any) -> io.BufferedReader:
    start = stream.peek(len(ZIP_MAGIC))[: len(ZIP_MAGIC)]
    if start.startswith(GZIP_MAGIC):
        counting = _Counting(stream)
        return io.BufferedReader(_Guarded(gzip.GzipFile(fileobj=counting, mode="rb"), counting), CHUNK_BYTES)
    if start in {ZIP_MAGIC, EMPTY_ZIP_MAGIC}:
        return _unzipped(stream)
    for beginning, packer in OTHER_PACKERS.items():
        if start.startswith(beginning):
            raise MalformedError(
                "packed_otherwise", f"packed with {packer}, which is not read here (gzip and zip are); unpack it first"
            )
    return stream  # type: ignore[no-any-return]


def _unzipped(stream: Any) -> io.BufferedReader:
    """Return the contents of a zip's files, one after the other."""
    if not stream.seekable():
        data = stream.read(MAX_ZIP_BYTES + 1)
        if len(data) > MAX_ZIP_BYTES:
            raise TooLargeError(
                "too_large", f"the zip has more than {MAX_ZIP_BYTES:,} bytes; unpack it to a file first"
            )
        stream = io.BytesIO(data)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise MalformedError("zip_corrupt", f"not a whole zip ({str(error).lower()}); fetch it again") from error
    return io.BufferedReader(
        _Guarded(_Members(archive), _Size(sum(i.compress_size for i in archive.infolist()))), CHUNK_BYTES
    )


class _Counting:
    """A stream that knows how many bytes were read from it."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.bytes_read = 0

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._stream.read1(size if size >= 0 else CHUNK_BYTES)
        self.bytes_read += len(data)
        return data

    def seek(self, offset: int) -> object:
        raise io.UnsupportedOperation(f"seek to {offset}")


class _Size:
    """The packed size of an archive, known beforehand."""

    def __init__(self, size: int) -> None:
        self.bytes_read = size


class _Members:
    """The files of a zip, one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._names = [i.filename for i in archive.infolist() if not i.is_dir()]
        self._current: IO[bytes] | None = None

    def read(self, size: int) -> bytes:
        while True:
            if self._current is None:
                if not self._names:
                    return b""
                self._current = self._archive.open(self._names.pop(0))
            data = self._current.read(size)
            if data:
                return data
            self._current = None


class _Guarded(io.RawIOBase):
    """Raw plain bytes of something packed: damage and bombs become errors of ours."""

    def __init__(self, packed: gzip.GzipFile | _Members, counter: _Counting | _Size) -> None:
        self._packed = packed
        self._counter = counter
        self._plain_bytes = 0
        self._damage: BadRecordError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as FILL_BYTES: whoever looks ahead must see more than a decompressor gives at once."""
        filled = 0
        while filled < min(FILL_BYTES, len(buffer)) and (data := self._read(len(buffer) - filled)):
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        if filled == 0 and self._damage is not None:
            raise self._damage
        return filled

    def _read(self, size: int) -> bytes:
        """Return the next plain bytes; none at the end and where the damage is, which is kept until all before it is handed out."""
        if self._damage is not None:
            return b""
        packed = self._packed
        try:
            data = packed.read1(size) if isinstance(packed, gzip.GzipFile) else packed.read(size)
        except EOFError:
            self._damage = MalformedError(
                "gzip_truncated",
                f"the gzip ends in the middle, after {self._plain_bytes:,} bytes of text; fetch it again",
            )
        except (gzip.BadGzipFile, zlib.error) as error:
            self._damage = MalformedError(
                "gzip_corrupt", f"the gzip is damaged after {self._plain_bytes:,} bytes of text: {error}"
            )
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            self._damage = MalformedError("zip_corrupt", f"the zip can't be unpacked: {error}")
        else:
            self._plain_bytes += len(data)
            if self._plain_bytes <= BOMB_FROM_BYTES or self._plain_bytes <= BOMB_RATIO * self._counter.bytes_read:
                return data
            self._damage = TooLargeError(
                "compression_bomb",
                f"{self._counter.bytes_read:,} packed bytes hold more than {self._plain_bytes:,}: a decompression bomb, left alone",
            )
        return b""
