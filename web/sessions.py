"""The portal's sign-in: the cookie, the token every form carries, and how often a sign-in may be tried.

The cookie holds the opaque secret the front desk gave out; nothing about the person is in it.
A form's token is an HMAC of that secret (OWASP's HMAC-based token pattern): another site can
neither read the cookie nor make the token, and nothing has to be stored for it.
"""

import hashlib
import hmac
import secrets
import threading
from collections import deque
from collections.abc import Callable

from flask import Request
from werkzeug.wrappers import Response

from web.request_errors import TooManySignIns

GUEST_SECRET_BYTES = 24
WINDOW_S = 60
MOST_NAMES_WATCHED = 10_000


def cookie_name(*, https: bool) -> str:
    """`__Host-` binds the cookie to this very host over HTTPS (RFC 6265bis section 4.1.3.2)."""
    return "__Host-nh_session" if https else "nh_session"


def guest_cookie_name(*, https: bool) -> str:
    """The cookie that the sign-in form's token hangs on, before there is a session."""
    return "__Host-nh_guest" if https else "nh_guest"


def set_cookie(response: Response, name: str, secret: str, *, https: bool) -> None:
    """Give the browser a secret that scripts cannot read and other sites cannot send with a form."""
    response.set_cookie(name, secret, path="/", secure=https, httponly=True, samesite="Lax")


def drop_cookie(response: Response, name: str, *, https: bool) -> None:
    response.delete_cookie(name, path="/", secure=https, httponly=True, samesite="Lax")


def new_guest_secret() -> str:
    return secrets.token_urlsafe(GUEST_SECRET_BYTES)


def form_token(secret: str) -> str:
    """The token of every form of this session."""
    return hmac.new(secret.encode(), b"neutralhost form", hashlib.sha256).hexdigest()


def form_is_ours(request: Request, secret: str) -> bool:
    """Whether a form carries its session's token, and no browser says that another site sent it."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    sent = request.form.get("form_token", "")
    return bool(secret) and hmac.compare_digest(sent.encode(), form_token(secret).encode())


class SignInGate:
    """Lets so many sign-ins a minute through for each name and from each address.

    Held in this process's memory: with several web processes each has its own.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._lock = threading.Lock()
        self._attempts: dict[str, deque[float]] = {}

    def must_have_room(self, name: str, address: str) -> None:
        """Count nothing, and refuse where an attempt would be refused now.

        Raises: TooManySignIns.
        """
        with self._lock:
            now = self._clock()
            for key in (f"name {name.casefold()[:100]}", f"address {address}"):
                self._must_have_room(self._attempts.get(key, deque()), now)

    def attempt(self, name: str, address: str) -> None:
        """Count one attempt.

        Raises: TooManySignIns.
        """
        with self._lock:
            now = self._clock()
            self._forget(now)
            for key in (f"name {name.casefold()[:100]}", f"address {address}"):
                self._count(key, now)

    def _count(self, key: str, now: float) -> None:
        attempts = self._attempts.setdefault(key, deque())
        self._must_have_room(attempts, now)
        attempts.append(now)

    def _must_have_room(self, attempts: deque[float], now: float) -> None:
        while attempts and attempts[0] <= now - WINDOW_S:
            attempts.popleft()
        if len(attempts) >= self._per_minute:
            raise TooManySignIns(max(1, round(attempts[0] + WINDOW_S - now)))

    def _forget(self, now: float) -> None:
        """Many made-up names must not fill the memory: drop those whose window is over."""
        if len(self._attempts) > MOST_NAMES_WATCHED:
            ended = [key for key, attempts in self._attempts.items() if attempts[-1] <= now - WINDOW_S]
            for key in ended:
                del self._attempts[key]
