"""Reads a Parquet file as lines of text, a part at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vangnet.analysis.disclosure.faults import TableFault

MOST_CELLS = 20_000_000  # of all columns together; held as text this is about 2 GB
PART = 10_000  # lines read at a time
# No more memory than this while reading, and nothing fetched from elsewhere.
CAREFUL: dict[str, Any] = {
    "memory_limit": "512MB",
    "threads": 1,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
PATTERNS = set("*?[]{}")  # a name with these stands for several files


def lines(path: Path) -> list[tuple[int, list[str]]]:
    """Return the heads as line 1 and every line after it, as they would stand in a sheet."""
    import duckdb  # large, so only when there is such a file

    if PATTERNS & set(str(path)):
        raise TableFault(
            f"{path.name}: a name with any of * ? [ ] {{ }} cannot be read; rename it",
            f"{path.name}: een naam met een van * ? [ ] {{ }} is niet te lezen; geef een andere naam",
        )
    reader = duckdb.connect(":memory:", config=CAREFUL)
    try:
        return _read(reader, path)
    except duckdb.Error as error:
        raise TableFault(
            f"{path.name} is not a Parquet file, or a damaged one",
            f"{path.name} is geen Parquet-bestand, of een beschadigd",
        ) from error
    finally:
        reader.close()


def check_size(path: Path, many: int, columns: int) -> None:
    """Refuse a file with more cells than are held, of whatever kind.

    Raises
    ------
    TableFault
        If there are more than `MOST_CELLS`.
    """
    if many * columns > MOST_CELLS:
        raise TableFault(
            f"{path.name}: {many} lines of {columns} columns are too many; keep the columns that matter",
            f"{path.name}: {many} regels van {columns} kolommen zijn te veel; bewaar alleen de kolommen "
            "die ertoe doen",
        )


def _read(reader: Any, path: Path) -> list[tuple[int, list[str]]]:
    heads = reader.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
    for name, kind, *_ in heads:
        if kind.endswith("]") or kind.startswith(("STRUCT", "MAP", "UNION")) or kind == "BLOB":
            raise TableFault(
                f"{path.name}: holds {kind}, not one value per line",
                f"{path.name}: bevat {kind}, niet één waarde per regel",
                row=1,
                column=name,
            )
    many = reader.execute("SELECT count(*) FROM read_parquet(?)", [str(path)]).fetchone()[0]
    check_size(path, many, len(heads))
    result = [(1, [str(name) for name, *_ in heads])]
    rows = reader.execute("SELECT * FROM read_parquet(?)", [str(path)])
    while part := rows.fetchmany(PART):
        for cells in part:
            text = ["" if cell is None else str(cell) for cell in cells]
            number = len(result) + 1
            result.append((number, text))
    return [(number, cells) for number, cells in result if any(cell.strip() for cell in cells)]
