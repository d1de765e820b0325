"""A small StatLine on this computer: real sockets, the shapes of the real service, and its bad days.

The answers follow the services of Statistics Netherlands: OData 3 (`ODataApi`, `ODataFeed`)
with padded keys and numbered topics, and OData 4 (`odata/v1/CBS`) with one row per figure.
"""

import contextlib
import gzip
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

OFFENCES = {"0.0.0 ": "Totaal misdrijven", "1.1.1 ": "Diefstal/inbraak woning", "2.2.1 ": "Vernieling"}
REGIONS = {
    "NL00      ": "Nederland",
    "GM0150    ": "Deventer",
    "GM0301    ": "Zutphen",
    "WK030100  ": "Wijk 00",
}
PERIODS = {
    "2023JJ00": "Definitief",
    "2024JJ00": "Voorlopig",
    "2024KW01": "Voorlopig",
    "2025MM01": "Voorlopig",
    "2025MM02": "NaderVoorlopig",
}
TOPIC = "GeregistreerdeMisdrijven_1"
BOMB = gzip.compress(b" " * 20_000_000, 1)  # made beforehand: packing may take longer than a client waits


@dataclass
class Fault:
    """Something that goes wrong at the requests whose address contains `where`, `times` times."""

    kind: str
    where: str = "DataSet?"
    times: int = 1
    retry_after: str = ""
    skip: int = 0


@dataclass
class Statline:
    """What the service knows, and what it does wrong."""

    port: int = 0
    page_size: int = 10_000
    offers_count: bool = True
    modified: str = "2026-03-10T02:00:00"
    topic: str = TOPIC
    datatype: str = "Long"
    column_in_rows: str = TOPIC
    extra_dimension: str = ""
    values: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    unpublished: set[tuple[str, str, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)
    requests: list[tuple[float, str, str]] = field(default_factory=list)
    on_request: Callable[[str], None] = lambda path: None

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def root4(self) -> str:
        return f"{self.root}/odata/v1/CBS"

    def asked(self, part: str) -> list[str]:
        """The addresses asked for that contain `part`, in order."""
        return [path for _, path, _ in self.requests if part in path]

    def value(self, offence: str, region: str, period: str) -> Any:
        key = (offence.strip(), region.strip(), period)
        if key in self.unpublished:
            return None
        return self.values.get(key, sum(map(ord, "".join(key))) % 90)

    def rows(self, filters: str) -> list[tuple[str, str, str]]:
        every = [(o, r, p) for o in OFFENCES for r in REGIONS for p in PERIODS]
        return [key for key in every if _fits(key, filters)]


def _fits(key: tuple[str, str, str], filters: str) -> bool:
    """Padding counts, as it does in the real service."""
    for position, name in enumerate(("SoortMisdrijf", "WijkenEnBuurten", "Perioden")):
        wanted = re.findall(rf"{name} eq '([^']*)'", filters)
        if wanted and key[position] not in wanted:
            return False
    prefix = re.search(r"startswith\(WijkenEnBuurten,'([^']*)'\)", filters)
    return prefix is None or key[1].startswith(prefix[1])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    statline: Statline

    def do_GET(self) -> None:
        line = self.statline
        path = unquote(self.path.replace("+", " "))
        line.requests.append((time.monotonic(), path, self.headers.get("User-Agent", "")))
        line.on_request(path)
        fault = self._fault(path)
        if fault and self._fail(fault):
            return
        answer = self._answer(path)
        if answer is None:
            self._send(404, b"Not Found", "text/plain")
        elif isinstance(answer, int):
            self._send(200, str(answer).encode(), "text/plain")
        else:
            if fault and fault.kind == "half page":
                answer["value"] = answer["value"][: len(answer["value"]) // 2]
            self._deliver(json.dumps(answer).encode(), fault.kind if fault else "")

    def _fault(self, path: str) -> Fault | None:
        for fault in self.statline.faults:
            if fault.where in path and fault.times > 0:
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    def _fail(self, fault: Fault) -> bool:
        if fault.kind in ("429", "500", "503", "400"):
            self._send(int(fault.kind), b"{}", "application/json", {"Retry-After": fault.retry_after})
        elif fault.kind == "html":
            self._send(200, b"<html>Onderhoud</html>", "text/html")
        elif fault.kind == "bomb":
            self._send(200, BOMB, "application/json", {"Content-Encoding": "gzip"})
        elif fault.kind == "drip":
            self._drip()
        elif fault.kind.startswith("redirect "):
            self._send(302, b"", "text/plain", {"Location": fault.kind.removeprefix("redirect ")})
        else:
            return False
        return True

    def _drip(self) -> None:
        """Keep the line open with a byte now and then; no timeout between two bytes will notice."""
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            for _ in range(40):
                self.wfile.write(b" ")
                self.wfile.flush()
                time.sleep(0.02)
        self.close_connection = True

    def _deliver(self, body: bytes, fault: str) -> None:
        if fault == "slow":
            time.sleep(0.6)
        if fault == "truncated":
            body = body[: len(body) // 2]
        if fault != "drop":
            self._send(200, body, "application/json;odata=minimalmetadata;charset=utf-8")
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _answer(self, path: str) -> dict[str, Any] | int | None:
        target, _, query = path.partition("?")
        options = {name: values[0] for name, values in parse_qs(query).items()}
        v3 = re.fullmatch(r"/OData(Api|Feed)/odata/47018NED/(\w+)(/\$count)?", target)
        if v3:
            return _three(self.statline, v3[2], bool(v3[3]), options)
        v4 = re.fullmatch(r"/odata/v1/CBS/47018NED/(\w+)(/\$count)?", target)
        return _four(self.statline, v4[1], bool(v4[2]), options) if v4 else None

    def log_message(self, *args: object) -> None:
        """Stay silent: pytest shows what matters."""


def _three(line: Statline, entity: str, count: bool, options: dict[str, str]) -> Any:
    meta = f"{line.root}/ODataApi/OData/47018NED/$metadata#Cbs.OData.WebAPI.{entity}"
    if entity == "TypedDataSet":
        return _rows_three(line, count, options)
    lists: dict[str, list[dict[str, Any]]] = {
        "TableInfos": [
            {"ID": 0, "Title": "Misdrijven per wijk", "Modified": line.modified, "Catalog": "Politie"}
        ],
        "DataProperties": _properties(line),
        "SoortMisdrijf": [
            {"Key": k, "Title": f"{k}{t}", "Description": "", "CategoryGroupID": 1}
            for k, t in OFFENCES.items()
        ],
        "Perioden": [{"Key": k, "Title": k[:4], "Description": "", "Status": s} for k, s in PERIODS.items()],
        "WijkenEnBuurten": [
            {"Key": k, "Title": t, "Description": "", "Municipality": t, "DetailRegionCode": k}
            for k, t in REGIONS.items()
        ],
        "Leeftijd": [{"Key": "10000 ", "Title": "Totaal leeftijd", "Description": ""}],
    }
    if entity not in lists:
        return None
    return {"odata.metadata": meta, "value": lists[entity][: int(options.get("$top", 10_000))]}


def _properties(line: Statline) -> list[dict[str, Any]]:
    def dimension(position: int, key: str, kind: str) -> dict[str, Any]:
        return {
            "odata.type": f"Cbs.OData.{kind}",
            "ID": position,
            "Position": position,
            "ParentID": None,
            "Type": kind,
            "Key": key,
            "Title": key,
            "Description": "",
            "ReleasePolicy": False,
        }

    listed = [dimension(0, "SoortMisdrijf", "Dimension"), dimension(1, "WijkenEnBuurten", "GeoDetail")]
    listed.append(dimension(2, "Perioden", "TimeDimension"))
    if line.extra_dimension:
        listed.append(dimension(3, line.extra_dimension, "Dimension"))
    topic = dimension(4, line.topic, "Topic")
    return [*listed, {**topic, "Datatype": line.datatype, "Unit": "aantal", "Decimals": 0, "Default": "None"}]


def _rows_three(line: Statline, count: bool, options: dict[str, str]) -> Any:
    keys = line.rows(options.get("$filter", ""))
    if count:
        return len(keys) if line.offers_count else None
    skip = int(options.get("$skip", 0))
    rows = []
    for offence, region, period in keys[skip : skip + line.page_size]:
        row = {"ID": len(rows), "SoortMisdrijf": offence, "WijkenEnBuurten": region, "Perioden": period}
        row[line.column_in_rows] = line.value(offence, region, period)
        rows.append(row)
    answer = {"odata.metadata": f"{line.root}/ODataFeed/OData/47018NED/$metadata#TypedDataSet", "value": rows}
    if skip + line.page_size < len(keys):
        answer["odata.nextLink"] = _next(line, "/ODataFeed/OData/47018NED/TypedDataSet", options, skip)
    return answer


def _next(line: Statline, path: str, options: dict[str, str], skip: int) -> str:
    kept = {**options, "$skip": str(skip + line.page_size)}
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in kept.items())
    return f"{line.root}{path.replace('OData/47', 'odata/47')}?{query}"


def _four(line: Statline, entity: str, count: bool, options: dict[str, str]) -> Any:
    meta = f"{line.root4}/47018NED/$metadata#{entity}"
    if entity == "Properties":
        return {
            "@odata.context": meta,
            "Identifier": "47018NED",
            "Title": "Misdrijven per wijk",
            "Modified": line.modified,
            "ObservationsModified": line.modified,
            "DatasetType": "Numeric",
        }
    if entity == "Observations":
        return _rows_four(line, meta, count, options)
    kinds = {"SoortMisdrijf": "Dimension", "WijkenEnBuurten": "GeoDetail", "Perioden": "TimeDimension"}
    if line.extra_dimension:
        kinds[line.extra_dimension] = "Dimension"
    lists: dict[str, list[dict[str, Any]]] = {
        "Dimensions": [{"Identifier": n, "Title": n, "Kind": k} for n, k in kinds.items()],
        "MeasureCodes": [{"Identifier": "M003110", "Title": line.topic, "Unit": "aantal"}],
        "SoortMisdrijfCodes": [{"Identifier": k.strip(), "Title": t} for k, t in OFFENCES.items()],
        "PeriodenCodes": [{"Identifier": k, "Title": k[:4], "Status": s} for k, s in PERIODS.items()],
        "WijkenEnBuurtenCodes": [{"Identifier": k.strip(), "Title": t} for k, t in REGIONS.items()],
    }
    if entity not in lists:
        return None
    return {"@odata.context": meta, "value": lists[entity][: int(options.get("$top", 100_000))]}


def _rows_four(line: Statline, meta: str, count: bool, options: dict[str, str]) -> Any:
    filters = options.get("$filter", "")
    padded = re.sub(r"(WijkenEnBuurten) eq '([^']*)'", lambda m: f"{m[1]} eq '{m[2]:<10}'", filters)
    padded = re.sub(r"(SoortMisdrijf) eq '([^']*)'", lambda m: f"{m[1]} eq '{m[2]:<6}'", padded)
    keys = [key for key in line.rows(padded) if "Measure eq 'M003110'" in filters]
    if count:
        return len(keys) if line.offers_count else None
    skip = int(options.get("$skip", 0))
    rows = []
    for number, (offence, region, period) in enumerate(keys[skip : skip + line.page_size], start=skip):
        value = line.value(offence, region, period)
        row: dict[str, Any] = {"Id": number, "Measure": "M003110"}
        row |= {"ValueAttribute": "None" if value is not None else "Confidential", "Value": value}
        row |= {"StringValue": None, "SoortMisdrijf": offence.strip(), "WijkenEnBuurten": region.strip()}
        rows.append({**row, "Perioden": period})
    answer: dict[str, Any] = {"@odata.context": meta, "value": rows}
    if skip + line.page_size < len(keys):
        answer["@odata.nextLink"] = _next(line, "/odata/v1/CBS/47018NED/Observations", options, skip)
    return answer


@contextmanager
def serve() -> Iterator[Statline]:
    """Run the service on a free port of this computer."""
    line = Statline()
    handler = type("Handler", (_Handler,), {"statline": line})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    line.port = urlsplit(f"//{server.server_address[0]}:{server.server_address[1]}").port or 0
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield line
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
