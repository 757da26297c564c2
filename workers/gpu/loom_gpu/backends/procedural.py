"""Paints the storyboard's control drawing in seeded ink and flat colours.

No model, no GPU, only the standard library. The same input gives the same bytes. It is a drawing made by rules and is
labelled as such everywhere; it is never called generated art.
"""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from loom_gpu import __version__
from loom_gpu.backends.base import BackendError, Capabilities, Probe, Rendering, RenderRequest, Step
from loom_gpu.contract.models import RecipeEcho
from loom_gpu.png import GreyImage, PngError, read_grey, write_rgb

#: Luma below this is a line of the storyboard; everything lighter belongs to an area.
_INK_BELOW = 128
#: Rows between two looks at cancellation.
_ROWS_PER_STEP = 64

Rgb = tuple[int, int, int]

# Our own palettes: paper first, then areas. Chosen to keep ink readable on every one of them.
_PALETTES: dict[str, tuple[Rgb, ...]] = {
    "ink": ((250, 249, 245),),
    "tone": ((247, 246, 242), (226, 224, 219), (203, 201, 196), (181, 179, 175), (216, 214, 209)),
    "colour": (
        (246, 240, 226),
        (196, 214, 222),
        (226, 196, 170),
        (188, 205, 178),
        (232, 214, 160),
        (214, 182, 186),
        (176, 190, 212),
        (220, 206, 190),
    ),
}


@dataclass
class _Run:
    """Neighbouring light pixels of one row: columns start to end (end not included), and the area they belong to."""

    start: int
    end: int
    area: int


class Procedural:
    """Ink and flats by rule."""

    id = "procedural"

    def probe(self) -> Probe:
        """It needs nothing but Python."""
        return Probe(ready=True)

    def capabilities(self) -> Capabilities:
        """Panels up to four megapixels; plain Python is slow beyond."""
        return Capabilities(kinds=("render_panel",), max_pixels=4_194_304, reproducible="exact")

    def render(self, request: RenderRequest, step: Step) -> Rendering:
        """Fills each closed area of the drawing with a seeded flat or hatching and inks its lines."""
        panel = request.panel
        bands = (panel.height_px + _ROWS_PER_STEP - 1) // _ROWS_PER_STEP
        steps = 2 * bands + 2
        step("decode", 0, steps)
        control = _read(request)
        rows, origins = _areas(control, lambda band: step("draw", 1 + band, steps))
        paints = [_paint_of(origin, panel.palette, panel.seed) for origin in origins]
        pixels = _fill(control, rows, paints, _ink(panel.seed), lambda band: step("draw", 1 + bands + band, steps))
        step("encode", steps - 1, steps)
        png = write_rgb(control.width, control.height, pixels)
        step("encode", steps, steps)
        echo = RecipeEcho(
            backend=self.id,
            backend_version=__version__,
            software={"python": platform.python_version(), "loom_gpu": __version__},
            device="CPU",
            seed=panel.seed,
            width_px=control.width,
            height_px=control.height,
            reproducible="exact",
        )
        return Rendering(png=png, width=control.width, height=control.height, recipe=echo)


def _read(request: RenderRequest) -> GreyImage:
    try:
        control = read_grey(request.control)
    except PngError as cause:
        raise BackendError("invalid", "control-unreadable", f"The storyboard cannot be read: {cause}.") from cause
    if (control.width, control.height) != (request.panel.width_px, request.panel.height_px):
        raise BackendError("invalid", "control-size", "The storyboard does not have the panel's size.")
    return control


def _rows(control: GreyImage, tell: Callable[[int], None]) -> Iterator[tuple[int, bytes]]:
    """Yields each row of the drawing, telling once per band of rows."""
    for y in range(control.height):
        if y % _ROWS_PER_STEP == 0:
            tell(y // _ROWS_PER_STEP)
        yield y, control.pixels[y * control.width : (y + 1) * control.width]


def _areas(control: GreyImage, tell: Callable[[int], None]) -> tuple[list[list[_Run]], list[tuple[int, int]]]:
    """Finds connected light areas by joining runs of neighbouring rows (union by smallest number).

    Returns:
        The runs of each row, and per area number the column and row where it begins.
    """
    light = bytes(0 if luma < _INK_BELOW else 1 for luma in range(256))
    parents: list[int] = []
    origins: list[tuple[int, int]] = []
    rows: list[list[_Run]] = []

    def root(area: int) -> int:
        while parents[area] != area:
            parents[area] = parents[parents[area]]
            area = parents[area]
        return area

    above: list[_Run] = []
    for y, row in _rows(control, tell):
        runs = [_Run(found.start(), found.end(), -1) for found in re.finditer(b"\x01+", row.translate(light))]
        for run in runs:
            for other in above:
                if other.start >= run.end:
                    break
                if other.end <= run.start:
                    continue
                joined = root(other.area)
                if run.area == -1:
                    run.area = joined
                else:
                    low, high = sorted((root(run.area), joined))
                    parents[high] = low
                    run.area = low
            if run.area == -1:
                run.area = len(parents)
                parents.append(run.area)
                origins.append((run.start, y))
        rows.append(runs)
        above = runs
    for runs in rows:
        for run in runs:
            run.area = root(run.area)
    return rows, origins


@dataclass(frozen=True)
class _Paint:
    """A flat colour, and hatching of every `every`-th diagonal (0 for none)."""

    flat: Rgb
    every: int


def _paint_of(origin: tuple[int, int], palette: str, seed: int) -> _Paint:
    """Chooses an area's paint from the seed and where it begins. The first area, usually the ground, stays paper."""
    colours = _PALETTES[palette]
    if origin == (0, 0):
        return _Paint(colours[0], 0)
    digest = hashlib.sha256(f"{seed}:{origin[0]}:{origin[1]}".encode()).digest()
    return _Paint(colours[digest[0] % len(colours)], (0, 0, 7, 11)[digest[1] % 4])


def _ink(seed: int) -> Rgb:
    """The colour of lines: one of three near-blacks."""
    return ((22, 20, 26), (20, 24, 34), (32, 22, 20))[hashlib.sha256(f"ink:{seed}".encode()).digest()[0] % 3]


def _fill(
    control: GreyImage, rows: list[list[_Run]], paints: list[_Paint], ink: Rgb, tell: Callable[[int], None]
) -> bytes:
    out = bytearray()
    line_ink = bytes(ink) * control.width
    for y, _ in _rows(control, tell):
        line = bytearray(line_ink)
        for run in rows[y]:
            paint = paints[run.area]
            line[3 * run.start : 3 * run.end] = bytes(paint.flat) * (run.end - run.start)
            if paint.every:
                mark = bytes((2 * part + dark) // 3 for part, dark in zip(paint.flat, ink, strict=True))
                first = run.start + (-(run.start + y)) % paint.every
                for x in range(first, run.end, paint.every):
                    line[3 * x : 3 * x + 3] = mark
        out += line
    return bytes(out)
