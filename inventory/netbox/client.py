"""The one door to NetBox: its REST API through pynetbox, with our timeouts, retries and errors.

Reads are tried again where that may help (no connection, 502, 503, half an answer). Writes never are:
who writes knows the natural key to look for. Every write carries a `changelog_message`. The token lives
in this object's HTTP session only, and in no repr, log or error.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec
import pynetbox
import requests
import stamina
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from inventory.errors import NetBoxForbidden, NetBoxNotBootstrapped, NetBoxRefused, NetBoxUnavailable
from inventory.settings import InventorySettings

type Row = dict[str, Any]  # one object as NetBox's JSON has it

PAGE_ROWS = 1000  # the largest page NetBox gives by default
WRITE_ROWS = 25  # one bulk write is one transaction; larger ones are no faster and hold locks longer
SESSION_CONNECTIONS = 32  # kept open at most, for the threads that share one client
READ_ATTEMPTS = 4
CONDITIONAL_ATTEMPTS = 20
LONGEST_REASON = 400  # characters of NetBox's own words in an error
CHANGELOG_LIMIT = 200  # characters NetBox keeps of a changelog message
PASSING_STATUSES = frozenset({502, 503, 504})
FORBIDDEN_STATUSES = frozenset({401, 403})
VERBS = {"GET": "read", "PATCH": "change"}
NOT_FOUND = 404
STALE = 412
DUPLICATE_KEY = "duplicate key"  # PostgreSQL's words in a 500 of NetBox: a race lost, not a failure

FILTER_VALUES = 50  # of one filter in one request

type Asked = str | int | Sequence[str | int]


class _BearerToken(AuthBase):
    """Signs each request. Being the session's own auth, it also keeps `~/.netrc` out."""

    def __init__(self, token: SecretStr) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        return request


class _TimeoutAdapter(HTTPAdapter):
    """Gives every request a timeout; pynetbox sets none."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        super().__init__(pool_maxsize=SESSION_CONNECTIONS)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        return super().send(request, *args, **{**kwargs, "timeout": self._timeout_s})


class NetBox:
    """A NetBox by its base URL, which may have a path, and a v2 token (`nbt_...`).

    Paths are `<app>/<model>` as in the API: "dcim/devices". Every method raises NetBoxUnavailable,
    NetBoxRefused and NetBoxForbidden. Threads may share one.
    """

    def __init__(self, url: str, token: SecretStr, timeout_s: float = 30.0) -> None:
        self.url = _without_sign_in(url).rstrip("/")
        self._api = pynetbox.api(self.url, strict_filters=True)
        session = self._api.http_session
        session.auth = _BearerToken(token)
        session.max_redirects = 0  # a redirected POST would come back as a GET that wrote nothing
        session.trust_env = not _on_loopback(self.url)  # no proxy can reach this host's own loopback
        for scheme in ("http://", "https://"):
            session.mount(scheme, _TimeoutAdapter(timeout_s))
        self._session: requests.Session = session

    @classmethod
    def from_settings(cls, settings: InventorySettings) -> "NetBox":
        """Raises: NetBoxUnavailable, where the URL or the token is not set."""
        if settings.netbox_url is None or settings.netbox_token is None:
            raise NetBoxUnavailable("(unset)", "NEUTRALHOST_NETBOX_URL and NEUTRALHOST_NETBOX_TOKEN are not both set")
        return cls(settings.netbox_url, settings.netbox_token, settings.netbox_timeout_s)

    def __repr__(self) -> str:
        return f"NetBox({self.url!r})"

    def version(self) -> str:
        """NetBox's release, like "4.7.3"."""
        return str(self._read("status")["netbox-version"])

    def link(self, path: str, row_id: int) -> str:
        """Where a person sees an object with a browser."""
        return f"{self.url}/{path}/{row_id}/"

    def last_change(self) -> int:
        """The id of the newest entry of the change log, 0 where there is none."""
        page = self._read("core/object-changes", limit=1, fields="id", ordering="-id")
        return int(page["results"][0]["id"]) if page["results"] else 0

    def rows(self, path: str, fields: Sequence[str] = ()) -> Iterator[Row]:
        """Every object of a list, by id, page by page; only these `fields`, or all."""
        yield from self._pages(path, {"fields": ",".join(fields)} if fields else {})

    def rows_with(self, path: str, fields: Sequence[str], name: str, values: Sequence[str | int]) -> Iterator[Row]:
        """Objects of a list whose filter `name` has one of `values`, some at a time, so that no URL is too long.

        Look at each row: a filter on text may find parts of it, and one that NetBox does not know finds everything.
        """
        for some in batched(values, FILTER_VALUES):
            yield from self._pages(path, {"fields": ",".join(fields), name: list(some)})

    def find(self, path: str, **asked: str | int) -> list[Row]:
        """The objects of a list that are as `asked`: slug="x", device_id=7, cf_nh_service_id="S-1".

        NetBox ignores a filter it does not know and answers with everything, so each row is
        looked at. (`strict_filters` of pynetbox asks NetBox for its schema, 15 MB and some
        seconds, and does not know custom fields.)

        Raises:
            NetBoxNotBootstrapped: NetBox ignored a filter: it does not have that custom field.
        """
        found = []
        for row in self._pages(path, asked):
            wrong = [name for name, value in asked.items() if not _has(row, name, value)]
            if wrong:
                raise NetBoxNotBootstrapped(self.url, [name.removeprefix("cf_") for name in wrong])
            found.append(row)
        return found

    def export(self, path: str, template: str, last_line: bytes) -> bytes | None:
        """What an export template makes of a whole list, without its last line, which proves that it is whole.

        None where there is no such template, or none that this token may see.
        """
        try:
            return self._attempt(lambda: self._whole(path, template, last_line))
        except NetBoxRefused as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def _whole(self, path: str, template: str, last_line: bytes) -> bytes:
        content = self._send("GET", path, params={"export": template}).content.rstrip()
        if not content.endswith(last_line):
            raise NetBoxUnavailable(self.url, f"it stopped in the middle of its list of {path}", passing=True)
        return content.removesuffix(last_line)

    def create(self, path: str, rows: Sequence[Row], message: str) -> list[Row]:
        """Create objects, in order, in bulk; returns them as NetBox made them."""
        made: list[Row] = []
        for batch in batched(_with_message(rows, message), WRITE_ROWS):
            with self._translated(f"create {len(batch)} of {path}"):
                made += [dict(record) for record in self._endpoint(path).create(list(batch))]
        return made

    def update(self, path: str, rows: Sequence[Row], message: str) -> None:
        """Change objects, each row with its `id` and what is to be different, in bulk."""
        for batch in batched(_with_message(rows, message), WRITE_ROWS):
            with self._translated(f"change {len(batch)} of {path}"):
                self._endpoint(path).update(list(batch))

    def delete(self, path: str, ids: Sequence[int], message: str) -> None:
        """Delete objects, all or none."""
        if ids:
            with self._translated(f"delete {len(ids)} of {path}"):
                self._endpoint(path).delete(list(ids), changelog_message=message[:CHANGELOG_LIMIT])

    def change(self, path: str, row_id: int, difference: Callable[[Row], Row], message: str) -> bool:
        """Change one object by what `difference` says of it as it is now; False where that is nothing.

        Two writers cannot undo each other: who read an older state (If-Match, 412) reads again.
        """
        for _ in range(CONDITIONAL_ATTEMPTS):
            answer = self._attempt(lambda: self._send("GET", f"{path}/{row_id}"))
            wanted = difference(_decoded(self.url, answer))
            if not wanted:
                return False
            try:
                body = _with_message([wanted], message)[0]
                self._send(
                    "PATCH", f"{path}/{row_id}", json=body, headers={"If-Match": answer.headers.get("ETag", "*")}
                )
            except NetBoxRefused as error:
                if error.status != STALE:
                    raise
            else:
                return True
        raise NetBoxRefused(f"change {path}/{row_id}", STALE, "somebody else keeps changing it")

    def _endpoint(self, path: str) -> Any:
        app, model = path.split("/")
        return getattr(getattr(self._api, app), model.replace("-", "_"))

    def _pages(self, path: str, query: Mapping[str, Asked]) -> Iterator[Row]:
        start = 0
        while True:
            page = self._read(path, **{"limit": PAGE_ROWS, **query, "start": start})
            yield from page["results"]
            if not page["next"]:
                return
            start = page["results"][-1]["id"] + 1

    def _read(self, path: str, **query: Asked) -> Row:
        return self._attempt(lambda: _decoded(self.url, self._send("GET", path, params=query)))

    def _attempt[T](self, read: Callable[[], T]) -> T:
        retrying = stamina.retry_context(on=_may_pass, attempts=READ_ATTEMPTS, wait_initial=0.1, wait_max=2.0)
        for attempt in retrying:
            with attempt:
                return read()
        raise AssertionError("retry_context neither returned nor raised")  # pragma: no cover

    def _send(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        with self._translated(f"{VERBS[method]} {path}"):
            answer = self._session.request(method, f"{self.url}/api/{path}/", **kwargs)
            if not answer.ok:
                raise pynetbox.RequestError(answer)
            return answer

    @contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        """Turn what pynetbox and requests raise into our errors."""
        try:
            yield
        except (pynetbox.RequestError, pynetbox.AllocationError) as error:
            raise _refusal(self.url, what, error.req) from None
        except pynetbox.ContentError:
            raise NetBoxUnavailable(self.url, f"its answer to {what} is not JSON", passing=True) from None
        except requests.Timeout:
            raise NetBoxUnavailable(self.url, f"no answer in time to {what}") from None
        except requests.TooManyRedirects:
            raise NetBoxUnavailable(self.url, "it redirects; use the address it redirects to") from None
        except requests.exceptions.ChunkedEncodingError:
            raise NetBoxUnavailable(
                self.url, f"it stopped in the middle of its answer to {what}", passing=True
            ) from None
        except requests.RequestException as error:
            reason = f"no connection, or one that broke, to {what} ({type(error).__name__})"
            raise NetBoxUnavailable(self.url, reason, passing=True) from None


def _may_pass(error: Exception) -> bool:
    return isinstance(error, NetBoxUnavailable) and error.passing


def _without_sign_in(url: str) -> str:
    """A URL is shown and logged; the token is what signs requests, and a `user:password@` never would."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _on_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def _with_message(rows: Sequence[Row], message: str) -> list[Row]:
    return [{**row, "changelog_message": message[:CHANGELOG_LIMIT]} for row in rows]


def _decoded(url: str, answer: requests.Response) -> Row:
    try:
        return msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise NetBoxUnavailable(url, f"its answer is not the JSON expected ({error})", passing=True) from None


def _has(row: Row, name: str, value: str | int) -> bool:
    """Whether a row is what the filter `name=value` asks for."""
    if name.startswith("cf_"):
        return bool(row["custom_fields"].get(name.removeprefix("cf_")) == value)
    if name.endswith("_id") and f"{name.removesuffix('_id')}s" in row:
        return any(each["id"] == value for each in row[f"{name.removesuffix('_id')}s"])
    if name.endswith("_id") and name not in row:
        return bool((row[name.removesuffix("_id")] or {}).get("id") == value)
    there = row[name]
    return bool((there["name"] if isinstance(there, dict) else there) == value)


def _refusal(url: str, what: str, answer: requests.Response) -> NetBoxRefused | NetBoxUnavailable:
    reason = _own_words(answer)
    if answer.status_code in FORBIDDEN_STATUSES:
        return NetBoxForbidden(what, answer.status_code, reason)
    if answer.status_code < 500 or DUPLICATE_KEY in answer.text:
        return NetBoxRefused(what, answer.status_code, reason)
    failed = f"it failed to {what} ({answer.status_code}): {reason}"
    return NetBoxUnavailable(url, failed, passing=answer.status_code in PASSING_STATUSES)


def _detail(content: bytes) -> str:
    """What NetBox says is wrong: its one sentence, or all it sent where it says more."""
    try:
        said = msgspec.json.decode(content)
    except msgspec.DecodeError:
        return content.decode(errors="replace")
    if isinstance(said, dict) and said.keys() == {"detail"}:
        return str(said["detail"])
    if isinstance(said, dict) and "errors" in said:
        return msgspec.json.encode(said["errors"]).decode()
    return content.decode(errors="replace")


def _own_words(answer: requests.Response) -> str:
    """NetBox's explanation on one line, without control characters, and the HTML of a proxy or of Django."""
    if "json" not in answer.headers.get("Content-Type", ""):
        return answer.reason or "no explanation"
    said = "".join(letter if letter.isprintable() else " " for letter in _detail(answer.content))
    words = " ".join(said.split()).removesuffix(".")
    return words if len(words) <= LONGEST_REASON else f"{words[:LONGEST_REASON]}..."
