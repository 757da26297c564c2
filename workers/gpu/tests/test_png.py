from __future__ import annotations

import struct
import zlib

import pytest

from loom_gpu.png import PngError, read_grey, write_rgb


def make(width: int, height: int, colour: int, lines: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def test_round_trip_of_grey_pixels() -> None:
    pixels = bytes(value for row in ((0, 10, 200), (255, 30, 90)) for grey in row for value in (grey,) * 3)
    image = read_grey(write_rgb(3, 2, pixels))
    assert (image.width, image.height) == (3, 2)
    assert list(image.pixels) == [0, 10, 200, 255, 30, 90]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (0, bytes([50, 60, 70])),
        (1, bytes([50, 10, 10])),
        (2, bytes([40, 40, 40])),
        (3, bytes([45, 25, 25])),
        (4, bytes([40, 10, 10])),
    ],
)
def test_every_line_filter_is_undone(kind: int, line: bytes) -> None:
    data = make(3, 2, 0, b"\x00" + bytes([10, 20, 30]) + bytes([kind]) + line)
    assert list(read_grey(data).pixels[3:]) == [50, 60, 70]


def test_see_through_pixels_lie_over_white() -> None:
    data = make(2, 1, 6, b"\x00" + bytes([0, 0, 0, 255, 0, 0, 0, 0]))
    assert list(read_grey(data).pixels) == [0, 255]


@pytest.mark.parametrize("cut", [0, 4, 12, 40, -6, -20])
def test_what_breaks_off_is_refused(cut: int) -> None:
    whole = write_rgb(8, 8, bytes(8 * 8 * 3))
    with pytest.raises(PngError):
        read_grey(whole[:cut] if cut else b"")


def test_a_damaged_chunk_is_refused() -> None:
    whole = bytearray(write_rgb(8, 8, bytes(8 * 8 * 3)))
    whole[45] ^= 1
    with pytest.raises(PngError):
        read_grey(bytes(whole))


def test_a_bomb_of_pixels_is_refused() -> None:
    with pytest.raises(PngError):
        read_grey(make(60_000, 60_000, 0, b""))


def test_pixels_must_fill_the_picture() -> None:
    with pytest.raises(PngError):
        write_rgb(2, 2, b"abc")
