"""A patient, distrustful client for public statistics: JSON over HTTPS, nothing else."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from functools import cache
from importlib.metadata import version
from ipaddress import ip_address
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar
from urllib.parse import urljoin, urlsplit, urlunsplit

import tenacity

if TYPE_CHECKING:
    import httpx  # loaded when a service is asked: no other page should wait for it

MEGABYTE: Final = 1024 * 1024
PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_T = TypeVar("_T")


class OpenDataError(Exception):
    """The figures could not be fetched; the message is Dutch and fit for the screen."""


class Unreachable(OpenDataError):
    """The service did not give a usable answer, after every retry."""


class Refused(OpenDataError):
    """The service, or our own rules, refused the request; trying again does not help."""


class NotFound(Refused):
    """There is nothing at this address."""


class _Passing(Exception):
    """A fault that may be gone at the next attempt."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Manners:
    """How we treat a service, and what we accept from it.

    Times are in seconds. `rate` is the highest number of requests per second, `deadline`
    the longest time one answer may take in all, however steadily it drips in.
    """

    rate: float = 5.0
    attempts: int = 6
    backoff: float = 1.0
    longest_wait: float = 120.0
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    deadline: float = 180.0
    max_bytes: int = 64 * MEGABYTE


class OpenData:
    """Fetches JSON from one host. Use it as a context manager.

    Retries dropped connections, half answers, 429 and 5xx with growing pauses, and keeps
    to `Retry-After`. Only https, unless the host is this computer itself. Never follows a
    redirect or a next page to another host.
    """

    def __init__(self, base_url: str, manners: Manners | None = None) -> None:
        self.manners = manners or Manners()
        self.base_url = base_url.rstrip("/")
        parts = urlsplit(self.base_url)
        self._host, self._scheme = parts.netloc, parts.scheme
        if not parts.hostname or not (
            parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname))
        ):
            raise Refused(
                f"Het adres '{base_url}' is niet toegestaan: gebruik een adres dat begint met https://."
            )
        self._next_turn = 0.0
        import httpx

        self._client = httpx.Client(
            headers={
                "User-Agent": f"Vangnet/{version('vangnet')}",
                "Accept": "application/json, text/plain;q=0.8",
            },
            timeout=httpx.Timeout(self.manners.read_timeout, connect=self.manners.connect_timeout),
            follow_redirects=False,
            verify=_certificates(),
            # An office reaches the internet through its proxy; this computer it reaches itself.
            trust_env=not _is_loopback(parts.hostname),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def get_json(
        self, url: str, check: Callable[[dict[str, Any]], str | None] | None = None
    ) -> dict[str, Any]:
        """Fetch a JSON object. `check` may name a reason why the answer is incomplete: it is asked again.

        Raises
        ------
        Unreachable
            Still no complete answer after all attempts.
        Refused
            The address or the answer is not acceptable, or the service says no (4xx).
        """

        def attempt() -> dict[str, Any]:
            answer = _decode(*self._read(url))
            complaint = check(answer) if check else None
            if complaint:
                raise _Passing(complaint)
            return answer

        return self._persist(attempt)

    def get_number(self, url: str) -> int | None:
        """Fetch a bare number, such as `$count`; None when the service does not offer it."""

        def attempt() -> int | None:
            body, _ = self._read(url)
            text = body.decode("utf-8-sig", "replace").strip()
            return int(text) if text.isascii() and text.isdigit() else None

        try:
            return self._persist(attempt)
        except Refused:
            return None

    def resolve(self, url: str) -> str:
        """Make the address of a next page absolute and hold it to our own host.

        Raises
        ------
        Refused
            It points to another host.
        """
        parts = urlsplit(urljoin(self.base_url + "/", url))
        if parts.netloc.lower() != self._host.lower() or parts.scheme not in ("http", "https"):
            raise Refused(
                f"De dienst op {self._host} verwijst door naar een ander adres ({parts.netloc or url}). "
                "Dat wordt niet gevolgd. Controleer het ingestelde adres van de bron."
            )
        # Behind a load balancer the service may believe that it speaks plain http.
        return urlunsplit(parts._replace(scheme=self._scheme))

    def _persist(self, attempt: Callable[[], _T]) -> _T:
        manners = self.manners
        growing = tenacity.wait_exponential(multiplier=manners.backoff, max=manners.longest_wait)
        jitter = tenacity.wait_random(0, manners.backoff / 2)

        def pause(state: tenacity.RetryCallState) -> float:
            fault = state.outcome.exception() if state.outcome else None
            asked = fault.wait if isinstance(fault, _Passing) else 0.0
            return max(asked, growing(state) + jitter(state))

        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_Passing),
            stop=tenacity.stop_after_attempt(manners.attempts),
            wait=pause,
            reraise=True,
        )
        try:
            return retrying(attempt)
        except _Passing as fault:
            raise Unreachable(
                f"De gegevens van {self._host} zijn na {manners.attempts} pogingen niet volledig "
                f"ontvangen: {fault}. Wat al binnen was, is bewaard; probeer het later opnieuw."
            ) from fault

    def _read(self, url: str) -> tuple[bytes, str]:
        """Read one answer to the end: its body and its content type."""
        import httpx

        for _ in range(4):
            self._wait_for_turn()
            try:
                with self._client.stream("GET", url) as response:
                    if response.status_code not in REDIRECTS:
                        self._judge(response)
                        return self._body(response), response.headers.get("content-type", "")
                    url = self.resolve(urljoin(url, response.headers.get("location", "")))
            except httpx.TimeoutException as fault:
                raise _Passing("de dienst antwoordt te langzaam") from fault
            except httpx.ConnectError as fault:
                raise _Passing("er kwam geen verbinding tot stand") from fault
            except (httpx.TransportError, httpx.DecodingError) as fault:
                raise _Passing("de verbinding viel weg tijdens het ontvangen") from fault
            except httpx.InvalidURL as fault:
                raise Refused(f"De dienst op {self._host} geeft een ongeldig adres op.") from fault
        raise Refused(f"De dienst op {self._host} blijft doorverwijzen; er is niets opgehaald.")

    def _body(self, response: httpx.Response) -> bytes:
        """Collect the body; its size is counted after unpacking, as it comes in."""
        end = time.monotonic() + self.manners.deadline
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self.manners.max_bytes:
                raise Refused(
                    f"Een antwoord van {self._host} is groter dan {self.manners.max_bytes // MEGABYTE} MB "
                    "en is niet ingelezen. Vraag minder gebieden of perioden tegelijk op."
                )
            if time.monotonic() > end:
                raise _Passing("de dienst antwoordt te langzaam")
            parts.append(part)
        return b"".join(parts)

    def _judge(self, response: httpx.Response) -> None:
        status = response.status_code
        if status == 200:
            return
        if status in PASSING:
            wait = _retry_after(response.headers.get("retry-after"))
            if wait > self.manners.longest_wait:
                raise Unreachable(
                    f"De dienst op {self._host} vraagt om {round(wait / 60) or 1} minuten te wachten. "
                    "Wat al binnen was, is bewaard; probeer het daarna opnieuw."
                )
            reason = "er zijn te veel verzoeken gedaan" if status == 429 else "de dienst heeft een storing"
            raise _Passing(f"{reason} (status {status})", wait)
        path = urlsplit(str(response.request.url)).path
        if status in (404, 410):
            raise NotFound(
                f"Op {self._host} bestaat '{path}' niet (status {status}). "
                "Controleer het tabelnummer en het ingestelde adres van de bron."
            )
        raise Refused(
            f"De dienst op {self._host} weigert het verzoek aan '{path}' (status {status}). "
            "Controleer de gevraagde gebieden, perioden en onderwerpen."
        )

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        if now < self._next_turn:
            time.sleep(self._next_turn - now)
        self._next_turn = max(now, self._next_turn) + 1 / self.manners.rate


@cache
def _certificates() -> ssl.SSLContext:
    """The certificates we trust; reading them takes longer than many a request."""
    import httpx

    return httpx.create_ssl_context()


def _decode(body: bytes, content_type: str) -> dict[str, Any]:
    if "json" not in content_type.lower():
        # A page that says "in onderhoud" comes with status 200 and passes.
        raise _Passing(f"het antwoord is geen JSON maar '{content_type or 'onbekend'}'")
    try:
        answer = json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError) as fault:
        raise _Passing("het antwoord is afgebroken of beschadigd") from fault
    if not isinstance(answer, dict):
        raise _Passing("het antwoord heeft niet de vorm van een tabel")
    return answer


def _retry_after(header: str | None) -> float:
    """Seconds to wait; the header holds a number of seconds or a date."""
    if not header:
        return 0.0
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
