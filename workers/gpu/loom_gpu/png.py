"""PNG by the standard library alone: enough to read a storyboard and to write a picture."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}
MAX_PIXELS = 50_000_000


class PngError(ValueError):
    """The bytes are no PNG this reader understands, or are damaged."""


@dataclass(frozen=True)
class GreyImage:
    """One byte per pixel, 0 black to 255 white, row by row from the top left."""

    width: int
    height: int
    pixels: bytes


def read_grey(data: bytes) -> GreyImage:
    """Decodes an 8-bit, non-interlaced PNG to luma over white.

    Raises:
        PngError: for anything else, for damaged data, or for more than 50 megapixels.
    """
    width, height, channels, raw = _unpack(data)
    stride = width * channels
    rows = bytearray()
    previous = bytes(stride)
    at = 0
    for _ in range(height):
        line = _unfilter(raw[at], raw[at + 1 : at + 1 + stride], previous, channels)
        at += stride + 1
        rows += _luma(line, channels)
        previous = line
    return GreyImage(width, height, bytes(rows))


def write_rgb(width: int, height: int, pixels: bytes) -> bytes:
    """Encodes RGB pixels (three bytes each, row by row). The same pixels always give the same bytes.

    Raises:
        PngError: when the length does not fit the size.
    """
    stride = width * 3
    if len(pixels) != stride * height:
        raise PngError("the pixels do not fill the picture")
    # Filter 2 (difference to the row above) suits flat colours and needs no guessing.
    lines = bytearray()
    previous = bytes(stride)
    for y in range(height):
        line = pixels[y * stride : (y + 1) * stride]
        lines.append(2)
        lines += (
            bytes((a - b) & 255 for a, b in zip(line, previous, strict=True)) if line != previous else bytes(stride)
        )
        previous = line
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(lines), 6)
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _unpack(data: bytes) -> tuple[int, int, int, bytes]:
    if not data.startswith(_SIGNATURE):
        raise PngError("no PNG signature")
    at = len(_SIGNATURE)
    header: tuple[int, int, int] | None = None
    packed = bytearray()
    ended = False
    while at + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind = data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        end = at + 12 + length
        if len(body) != length or end > len(data):
            raise PngError("a chunk breaks off")
        if struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(kind + body):
            raise PngError("a chunk is damaged")
        if kind == b"IHDR":
            header = _header(body)
        elif kind == b"IDAT":
            packed += body
        elif kind == b"IEND":
            ended = True
            break
        at = end
    if header is None or not ended:
        raise PngError("no header or no end")
    width, height, channels = header
    expected = (width * channels + 1) * height
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(bytes(packed), expected + 1)
    except zlib.error as cause:
        raise PngError("the pixels are damaged") from cause
    if len(raw) != expected:
        raise PngError("the pixels do not fill the picture")
    return width, height, channels, raw


def _header(body: bytes) -> tuple[int, int, int]:
    if len(body) != 13:
        raise PngError("the header has a wrong length")
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", body)
    if width == 0 or height == 0 or width * height > MAX_PIXELS:
        raise PngError("the picture has no size or is too large")
    if depth != 8 or colour not in _CHANNELS or interlace != 0:
        raise PngError("only 8-bit grey or colour without interlace is read")
    return width, height, _CHANNELS[colour]


def _unfilter(kind: int, line: bytes, above: bytes, channels: int) -> bytes:
    if kind == 0:
        return line
    if kind == 2:
        return bytes((a + b) & 255 for a, b in zip(line, above, strict=True))
    out = bytearray(line)
    if kind == 1:
        for i in range(channels, len(out)):
            out[i] = (out[i] + out[i - channels]) & 255
        return bytes(out)
    if kind == 3:
        for i in range(len(out)):
            left = out[i - channels] if i >= channels else 0
            out[i] = (out[i] + (left + above[i]) // 2) & 255
        return bytes(out)
    if kind == 4:
        for i in range(len(out)):
            left = out[i - channels] if i >= channels else 0
            corner = above[i - channels] if i >= channels else 0
            out[i] = (out[i] + _paeth(left, above[i], corner)) & 255
        return bytes(out)
    raise PngError("an unknown line filter")


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    to_left, to_above, to_corner = abs(guess - left), abs(guess - above), abs(guess - corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


def _luma(line: bytes, channels: int) -> bytes:
    """ITU-R BT.601 luma in whole numbers; see-through pixels lie over white."""
    if channels == 1:
        return line
    if channels == 2:
        return bytes((g * a + 255 * (255 - a)) // 255 for g, a in zip(line[::2], line[1::2], strict=True))
    reds, greens, blues = line[::channels], line[1::channels], line[2::channels]
    grey = bytes((299 * r + 587 * g + 114 * b) // 1000 for r, g, b in zip(reds, greens, blues, strict=True))
    if channels == 3:
        return grey
    return bytes((g * a + 255 * (255 - a)) // 255 for g, a in zip(grey, line[3::4], strict=True))
