"""The bodies of a day as a drawing: who reports to whom, from the top down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vangnet.directory.models import Body

INDENT, STEP, HIGH, WIDE = 36, 46, 36, 400


@dataclass(frozen=True)
class Box:
    """A body in the drawing, with the line to the body above it."""

    body: Body
    depth: int
    x: int
    y: int
    from_y: int  # where the line from above begins; 0 without one

    @property
    def stem(self) -> int:
        """Where the line comes down."""
        return self.x - INDENT // 2

    @property
    def middle(self) -> int:
        """Half way down the box."""
        return self.y + HIGH // 2


@dataclass(frozen=True)
class Drawing:
    """All boxes with the size of the sheet."""

    boxes: Sequence[Box]
    box_width: int = WIDE
    box_height: int = HIGH

    @property
    def width(self) -> int:
        """How wide the sheet is."""
        return max((box.x for box in self.boxes), default=0) + WIDE + 4

    @property
    def height(self) -> int:
        """How high the sheet is."""
        return len(self.boxes) * STEP + 4


def draw(bodies: Sequence[Body]) -> Drawing:
    """Place every body below the one it reports to; a loop or a body that ended leaves its parts on top."""
    known = {body.pk for body in bodies}
    tops = [body for body in bodies if body.above_id not in known]
    placed: list[Box] = []
    for top in tops:
        placed += _below(top, bodies, len(placed), 0, 0)
    return Drawing(placed)


def _below(body: Body, bodies: Sequence[Body], row: int, depth: int, from_y: int) -> Iterator[Box]:
    own = Box(body, depth, 2 + depth * INDENT, 2 + row * STEP, from_y)
    yield own
    count = 1
    for part in bodies:
        if part.above_id == body.pk:
            for box in _below(part, bodies, row + count, depth + 1, own.y + HIGH):
                count += 1
                yield box
