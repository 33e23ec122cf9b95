"""Where a device keeps its refresh token: a browser in a cookie that scripts cannot read, others where they like.

A cookie is sent by the browser unasked, so whatever reads it asks for JSON and for an Origin of ours: no foreign page
can send both (CSRF). On plain http, for trials on one's own machine, the cookie can be neither `Secure` nor `__Host-`.
"""

from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from server.accounts.caller import DEVICE_COOKIES
from server.accounts.people.wire import UserOut
from server.accounts.sessions.entering import Pending
from server.accounts.sessions.opening import Opened
from server.accounts.sessions.store import KeptIn
from server.accounts.sessions.wire import SecondFactorOut, TokensOut
from server.accounts.throttling.devices import Devices
from server.kernel.errors import Forbidden, UnsupportedMedia
from server.kernel.http import NO_STORE, answer
from server.kernel.limits import ACCESS_TOKEN_S, KNOWN_DEVICE_S
from server.kernel.settings import Settings

COOKIE: Final = "__Host-refresh"
PLAIN_COOKIE: Final = "refresh"


class Edge:
    """Cookies in and out, as the settings have it."""

    def __init__(self, settings: Settings, devices: Devices) -> None:
        self._devices = devices
        self._public = settings.public_url
        self._origins = frozenset(settings.allowed_origins)

    def kept_in(self, request: Request, asked: KeptIn | None) -> KeptIn:
        """Browsers send an Origin with every POST. Raises Forbidden for a foreign one."""
        if "origin" in request.headers:
            self._check_origin(request)
        return asked or ("cookie" if "origin" in request.headers else "body")

    def cookie(self, request: Request) -> str | None:
        """The refresh token that the browser keeps. Raises Forbidden, UnsupportedMedia where a page may not use it."""
        text = request.cookies.get(self._name(request))
        if text is None:
            return None
        self._check_origin(request)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise UnsupportedMedia("Send the body as application/json")
        return text

    def let_in(self, request: Request, entered: Opened | Pending, now: datetime) -> Response:
        """Tokens, or what the second factor is shown with."""
        if isinstance(entered, Opened):
            return self.answer(request, entered, now)
        return answer(SecondFactorOut(second_factor_token=entered.token), 202, NO_STORE)

    def answer(self, request: Request, opened: Opened, now: datetime, status: int = 200) -> Response:
        """The tokens: each in its place, and in no cache."""
        is_cookie = opened.session.kept_in == "cookie"
        tokens = TokensOut(
            access_token=opened.access_token,
            expires_in=ACCESS_TOKEN_S,
            refresh_token=None if is_cookie else opened.refresh_token,
            user=UserOut.of(opened.user),
        )
        response = answer(tokens, status, NO_STORE)
        return self.keep(request, response, opened, now) if is_cookie else response

    def keep(self, request: Request, response: Response, opened: Opened, now: datetime) -> Response:
        """The refresh token into the browser's cookie, and the device known to the account."""
        left = int((opened.idle_until - now).total_seconds())
        self._set(request, response, self._name(request), opened.refresh_token, left)
        self._know(request, response, opened)
        return response

    def _know(self, request: Request, response: Response, opened: Opened) -> None:
        """From now on this device is known to the account; one that was stays the one that it was."""
        name, user_id = DEVICE_COOKIES[0 if self.is_secure(request) else 1], opened.user.id
        known = self._devices.read(request.cookies.get(name))
        if known is not None and known.user_id == user_id:
            text = self._devices.renew(known)
        else:
            text = self._devices.make(user_id, opened.session.id)
        self._set(request, response, name, text, KNOWN_DEVICE_S)

    def forget(self, request: Request, response: Response) -> Response:
        """Take the cookie away, where there is one."""
        if self._name(request) in request.cookies:
            self._set(request, response, self._name(request), "", 0)
        return response

    def _check_origin(self, request: Request) -> None:
        origin = request.headers.get("origin", "").lower()
        ours = {self._public, f"{request.url.scheme}://{request.url.netloc}".lower()}
        if not origin or origin not in ours | self._origins:
            raise Forbidden("This page may not sign people in here")

    def is_secure(self, request: Request) -> bool:
        """Whether browsers reach us over https, and take a `__Host-` cookie."""
        return request.url.scheme == "https" or (self._public or "").startswith("https://")

    def _name(self, request: Request) -> str:
        return COOKIE if self.is_secure(request) else PLAIN_COOKIE

    def _set(self, request: Request, response: Response, name: str, text: str, seconds: int) -> None:
        response.set_cookie(
            name,
            text,
            max_age=seconds,
            path="/",
            secure=self.is_secure(request),
            httponly=True,
            samesite="strict",
        )
