"""What can be wrong with a table, told with row and column, in English and Dutch."""

from __future__ import annotations


class TableFault(ValueError):
    """The input cannot be used as it is; says where and how to mend it.

    Attributes
    ----------
    english, dutch : str
        The same message in two languages, with the place in front.
    row : int or None
        Line of the file that was read, 1 is the first line; None: no single line.
    column : str or None
        Name of the column.
    """

    def __init__(
        self, english: str, dutch: str, *, row: int | None = None, column: str | None = None
    ) -> None:
        self.row, self.column = row, column
        self.english = _placed(english, row, column, "row", "column")
        self.dutch = _placed(dutch, row, column, "rij", "kolom")
        super().__init__(self.english)


class SolverStopped(RuntimeError):
    """The solver was stopped (time limit, killed, numerical trouble), so there is no answer.

    Nothing is guessed in its place. `english` and `dutch` hold the message.
    """

    def __init__(self, english: str, dutch: str) -> None:
        self.english, self.dutch = english, dutch
        super().__init__(english)


class Unprotectable(ValueError):
    """No choice of hidden cells gives some cell the interval that it needs."""

    def __init__(self, english: str, dutch: str) -> None:
        self.english, self.dutch = english, dutch
        super().__init__(english)


class Contradiction(ValueError):
    """What was published does not fit together: no table at all agrees with it."""

    def __init__(self, english: str, dutch: str) -> None:
        self.english, self.dutch = english, dutch
        super().__init__(english)


def _placed(message: str, row: int | None, column: str | None, row_word: str, column_word: str) -> str:
    parts = [] if row is None else [f"{row_word} {row}"]
    if column is not None:
        parts.append(f"{column_word} {column}")
    return f"{', '.join(parts)}: {message}" if parts else message
