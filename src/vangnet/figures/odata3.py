"""Tables in OData 3: the police figures at dataderden.cbs.nl and StatLine at opendata.cbs.nl.

`ODataApi` describes a table, `ODataFeed` gives its rows by 10,000 a page. A row has a
column for each dimension, padded with spaces, and one for each topic, named with a number:
`{"SoortMisdrijf": "1.1.1 ", "WijkenEnBuurten": "GM0301    ", "Perioden": "2024JJ00",
"GeregistreerdeMisdrijven_1": 5}`.
"""

import re

from vangnet.figures.opendata import OpenData
from vangnet.figures.selections import (
    Code,
    Selection,
    Structure,
    TableChanged,
    choose,
    dimension_roles,
    no_topic,
)
from vangnet.figures.tables import TableSource, read_all

NUMERIC = frozenset({"Byte", "Short", "Integer", "Long", "Float", "Double", "Decimal"})


class OData3(TableSource):
    """A service that speaks OData 3; `base_url` is its root, such as https://dataderden.cbs.nl."""

    def structure(self, client: OpenData, selection: Selection) -> Structure:
        """Read what the table looks like now; TableChanged if we cannot use it."""
        table = f"{self.base_url}/ODataApi/odata/{selection.table}"
        info = self._info(client, selection.table)
        properties = read_all(client, f"{table}/DataProperties?$format=json")
        kinds = {
            str(p["Key"]): str(p["Type"])
            for p in properties
            if str(p.get("Type")).endswith(("Dimension", "GeoDetail"))
        }
        column = _topic(selection, {p["Key"]: p for p in properties if p.get("Type") == "Topic"})
        area, time, offence, pinned = dimension_roles(selection, kinds)
        offences, periods = choose(
            selection,
            self._codes(client, selection.table, offence) if offence else [],
            self._codes(client, selection.table, time),
        )
        first = read_all(client, f"{table}/{area}?$top=1&$format=json")
        return Structure(
            title=str(info.get("Title") or selection.table).strip(),
            modified=str(info.get("Modified")),
            column=column,
            area=area,
            time=time,
            offence=offence,
            fixed={name: self._padded(client, selection.table, name, code) for name, code in pinned.items()},
            offences=tuple(offences),
            periods=tuple(periods),
            region_width=len(str(first[0]["Key"])) if first else 0,
        )

    def moment(self, client: OpenData, table: str) -> str:
        """Read when the table was last changed."""
        return str(self._info(client, table).get("Modified"))

    def data_url(self, selection: Selection, shape: Structure) -> tuple[str, str]:
        """Address of the rows without filter, and the options that come with it."""
        columns = [name for name in (shape.offence, shape.area, shape.time, shape.column) if name]
        base = f"{self.base_url}/ODataFeed/odata/{selection.table}/TypedDataSet"
        return base, f"$select={','.join(columns)}&$format=json"

    def _info(self, client: OpenData, table: str) -> dict[str, object]:
        infos = read_all(client, f"{self.base_url}/ODataApi/odata/{table}/TableInfos?$format=json")
        return infos[0] if infos else {}

    def _codes(self, client: OpenData, table: str, dimension: str) -> list[Code]:
        rows = read_all(client, f"{self.base_url}/ODataApi/odata/{table}/{dimension}?$format=json")
        return [Code(str(r["Key"]), str(r.get("Title") or ""), str(r.get("Status") or "")) for r in rows]

    def _padded(self, client: OpenData, table: str, dimension: str, code: str) -> str:
        return pinned_key(table, dimension, code, self._codes(client, table, dimension))


def pinned_key(table: str, dimension: str, code: str, codes: list[Code]) -> str:
    """Find the key, with its padding, of a pinned code; TableChanged if it is gone."""
    for known in codes:
        if known.code == code.strip():
            return known.key
    raise TableChanged(
        f"Tabel {table} kent de waarde '{code}' van '{dimension}' niet (meer). "
        "Kies bij deze bron een andere waarde. Er is niets ingelezen."
    )


def _topic(selection: Selection, topics: dict[str, dict[str, object]]) -> str:
    bare = re.sub(r"_\d+$", "", selection.topic)
    fitting = [key for key in topics if key == selection.topic] or [
        key for key in topics if re.sub(r"_\d+$", "", key) == bare
    ]
    if len(fitting) != 1:
        raise no_topic(selection, topics)
    datatype = topics[fitting[0]].get("Datatype")
    if datatype not in NUMERIC:
        raise TableChanged(
            f"Het onderwerp '{fitting[0]}' van tabel {selection.table} bevat geen getallen meer "
            f"(soort: {datatype}). Kies een ander onderwerp bij deze bron. Er is niets ingelezen."
        )
    return fitting[0]
