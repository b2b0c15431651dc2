"""A small drawing board: shapes in a square of 1000 units, drawn at double size and scaled down for smooth edges."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

SIZE = 800
SCALE = 1.6

Point = tuple[float, float]

DARK, STEEL, LIGHT, WHITE = "#2b3440", "#8d99a8", "#c9d1da", "#f4f6f8"
RUBBER, BRASS, COPPER, RED, BLUE, GREEN, AMBER = (
    "#3a3f47",
    "#c7a252",
    "#b87647",
    "#c2483d",
    "#3f6fa8",
    "#5a8f5f",
    "#d99a2b",
)


class Canvas:
    """One picture. Coordinates run from 0 to 1000 in both directions; colours are the constants above."""

    def __init__(self, tint: str) -> None:
        edge = round(1000 * SCALE)
        self.image = _background(tint, edge)
        self.draw = ImageDraw.Draw(self.image)
        self._shadow(500, 840, 300, 42)

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        self.ellipse(x, y, radius, radius, fill)

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str) -> None:
        self.draw.ellipse(_scaled(((x - rx, y - ry), (x + rx, y + ry))), fill=fill)

    def ring(self, x: float, y: float, radius: float, width: float, fill: str) -> None:
        box = _scaled(((x - radius, y - radius), (x + radius, y + radius)))
        self.draw.ellipse(box, outline=fill, width=round(width * SCALE))

    def arc(self, x: float, y: float, radius: float, start: float, end: float, width: float, fill: str) -> None:
        """Part of a ring, clockwise from ``start`` to ``end`` in degrees (0 is right)."""
        box = _scaled(((x - radius, y - radius), (x + radius, y + radius)))
        self.draw.arc(box, start, end, fill=fill, width=round(width * SCALE))

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, radius: float = 0) -> None:
        self.draw.rounded_rectangle(_scaled(((left, top), (right, bottom))), radius=radius * SCALE, fill=fill)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self.draw.polygon(_scaled(points), fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: str) -> None:
        self.draw.line(_scaled(points), fill=fill, width=round(width * SCALE), joint="curve")
        for x, y in (points[0], points[-1]):
            self.circle(x, y, width / 2, fill)

    def around(self, x: float, y: float, radius: float, count: int, turn: float = 0) -> list[Point]:
        """``count`` points on a circle, the first at ``turn`` degrees."""
        angles = [math.radians(turn + 360 * step / count) for step in range(count)]
        return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]

    def webp(self) -> bytes:
        """The picture as WebP, 800 by 800."""
        target = io.BytesIO()
        self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS).save(target, "WEBP", quality=84, method=4)
        return target.getvalue()

    def _shadow(self, x: float, y: float, rx: float, ry: float) -> None:
        layer = Image.new("L", self.image.size, 0)
        ImageDraw.Draw(layer).ellipse(_scaled(((x - rx, y - ry), (x + rx, y + ry))), fill=70)
        blurred = layer.filter(ImageFilter.GaussianBlur(24 * SCALE))
        self.image.paste(Image.new("RGB", self.image.size, DARK), mask=blurred)
        self.draw = ImageDraw.Draw(self.image)


def _scaled(points: Sequence[Point]) -> list[tuple[float, float]]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def _background(tint: str, edge: int) -> Image.Image:
    """A calm gradient from white to the tint, lighter in the middle."""
    plain = Image.new("RGB", (edge, edge), tint)
    light = Image.radial_gradient("L").resize((edge, edge), Image.Resampling.BICUBIC)
    return Image.composite(plain, Image.new("RGB", (edge, edge), WHITE), light.point(lambda value: value * 9 // 10))
