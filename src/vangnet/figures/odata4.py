"""Tables in OData 4: StatLine at datasets.cbs.nl.

Every figure is a row of its own: `{"Id": 0, "Measure": "M0012", "ValueAttribute": "None",
"Value": 5.0, "StringValue": null, "SoortMisdrijf": "1.1.1", "Perioden": "2024JJ00", ...}`.
A figure that was not published has no row, or one without value whose `ValueAttribute`
says why.
"""

from vangnet.figures.odata3 import pinned_key
from vangnet.figures.opendata import OpenData
from vangnet.figures.selections import Code, Selection, Structure, choose, dimension_roles, no_topic
from vangnet.figures.tables import TableSource, read_all


class OData4(TableSource):
    """A service that speaks OData 4; `base_url` holds the catalogue: https://datasets.cbs.nl/odata/v1/CBS.

    The topic is the identifier of a measure ("M0012") or its title ("Geregistreerde misdrijven").
    """

    def structure(self, client: OpenData, selection: Selection) -> Structure:
        """Read what the table looks like now; TableChanged if we cannot use it."""
        table = f"{self.base_url}/{selection.table}"
        properties = client.get_json(f"{table}/Properties")
        dimensions = read_all(client, f"{table}/Dimensions")
        kinds = {str(d["Identifier"]): str(d["Kind"]) for d in dimensions}
        area, time, offence, pinned = dimension_roles(selection, kinds)
        measure = _measure(selection, read_all(client, f"{table}/MeasureCodes"))
        offences, periods = choose(
            selection,
            self._codes(client, selection.table, offence) if offence else [],
            self._codes(client, selection.table, time),
        )
        first = read_all(client, f"{table}/{area}Codes?$top=1")
        fixed = {
            name: pinned_key(selection.table, name, code, self._codes(client, selection.table, name))
            for name, code in pinned.items()
        }
        return Structure(
            title=str(properties.get("Title") or selection.table).strip(),
            modified=_modified(properties),
            column="Value",
            area=area,
            time=time,
            offence=offence,
            fixed={"Measure": measure, **fixed},
            offences=tuple(offences),
            periods=tuple(periods),
            region_width=len(str(first[0]["Identifier"])) if first else 0,
        )

    def moment(self, client: OpenData, table: str) -> str:
        """Read when the table was last changed."""
        return _modified(client.get_json(f"{self.base_url}/{table}/Properties"))

    def data_url(self, selection: Selection, shape: Structure) -> tuple[str, str]:
        """Address of the rows without filter, and the options that come with it."""
        return f"{self.base_url}/{selection.table}/Observations", ""

    def _codes(self, client: OpenData, table: str, dimension: str) -> list[Code]:
        rows = read_all(client, f"{self.base_url}/{table}/{dimension}Codes")
        return [
            Code(str(r["Identifier"]), str(r.get("Title") or ""), str(r.get("Status") or "")) for r in rows
        ]


def _modified(properties: dict[str, object]) -> str:
    return str(properties.get("ObservationsModified") or properties.get("Modified"))


def _measure(selection: Selection, measures: list[dict[str, object]]) -> str:
    wanted = _plain(selection.topic)
    fitting = [
        str(m["Identifier"])
        for m in measures
        if wanted in (_plain(str(m["Identifier"])), _plain(str(m.get("Title"))))
    ]
    if len(fitting) != 1:
        raise no_topic(selection, (f"{m['Identifier']} {m.get('Title')}" for m in measures))
    return fitting[0]


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
