"""One tree of errors, each leaf with what an edge needs to answer it (RFC 9457, close code, retry).

Problem
├── InvalidRequest        400 invalid_request      the request cannot be read (broken JSON, bad header)
├── Unauthenticated       401 unauthenticated      no or a wrong credential
│   └── InvalidGrant      401 invalid_grant        a refresh token that is worth nothing; sign in again
├── Forbidden             403 forbidden            known, but not allowed
│   ├── SecondFactorNeeded 403 second_factor_needed  switch one on; then one's roles count
│   ├── PasswordMissing   403 password_missing     the account has no password that could be asked for; set one first
│   └── Reauthenticate    403 reauthenticate       signed in too long ago: say once more who you are
├── NotFound              404 not_found            missing, or not yours to see
├── MethodNotAllowed      405 method_not_allowed
├── Conflict              409 conflict             the state moved on; `state` carries the current one
│   ├── AlreadyExists     409 already_exists       the same slug or name twice
│   ├── CommandIdReused   409 command_id_reused    the same id with another body
│   └── LastWayIn         409 last_way_in          without it nobody could sign in to the account any more
├── LinkEnded             410 link_ended           a mailed link that was used, replaced or is too old
├── TooLarge              413 too_large
├── UnsupportedMedia      415 unsupported_media
├── Invalid               422 invalid              a field is wrong; `errors` names it
│   └── RuleRefused       422 rule_refused         the rules of the table refuse it
├── TooMany               429 too_many             slow down; `retry_after_ms`
├── Internal              500 internal             our fault; says only the request id
└── Unavailable           503 unavailable          try again; `retry_after_ms`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict  # Pydantic reads this one; the standard one only from Python 3.12 on


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: `pointer` is a JSON pointer (RFC 6901) into the body, or `?name` for a parameter."""

    pointer: str
    detail: str


@dataclass(frozen=True, slots=True)
class About:
    """Who was refused what, for the audit log: it is never part of the answer."""

    who: str | None
    what: str
    campaign_id: str | None = None


class ProblemField(TypedDict):
    """One wrong field. `pointer` is a JSON pointer into the body, or `?name` for a parameter."""

    pointer: str
    detail: str


@with_config(ConfigDict(extra="allow"))
class ProblemBody(TypedDict):
    """An error, the same on REST and on the socket (RFC 9457). Programs read `code`, people read `detail`."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[ProblemField]
    request_id: str | None


class Problem(Exception):
    """An answer that is not success. `detail` says what to do; it never carries a secret or a foreign value."""

    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"
    status: ClassVar[int] = 500
    close: ClassVar[int | None] = None
    """The socket's close code when this ends a connection; None where it only answers."""
    retry: ClassVar[bool] = False
    """Whether the same request may succeed later, unchanged."""

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        about: About | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})
        self.about = about

    def body(self, request_id: str | None = None) -> dict[str, Any]:
        """The problem object, the same on REST and on the socket (RFC 9457)."""
        return {
            "type": f"urn:tablecast:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [{"pointer": error.pointer, "detail": error.detail} for error in self.errors],
            "request_id": request_id,
            **self.extra,
        }


class InvalidRequest(Problem):
    code, title, status, close = "invalid_request", "The request cannot be read", 400, 4400


class Unauthenticated(Problem):
    code, title, status, close = "unauthenticated", "A valid credential is needed", 401, 4401


class InvalidGrant(Unauthenticated):
    code, title = "invalid_grant", "This sign-in has ended; sign in again"


class Forbidden(Problem):
    code, title, status, close = "forbidden", "This credential does not allow that", 403, 4403


class PasswordMissing(Forbidden):
    code, title = "password_missing", "This account has no password yet; set one first"


class SecondFactorNeeded(Forbidden):
    code = "second_factor_needed"
    title = "Switch on a second factor for your account first: what your roles allow counts from then on"


class Reauthenticate(Forbidden):
    code, title = "reauthenticate", "Send your password as well, or sign in once more"


class NotFound(Problem):
    code, title, status, close = "not_found", "There is no such thing here", 404, 4404


class MethodNotAllowed(Problem):
    code, title, status = "method_not_allowed", "This address does not answer that method", 405


class Conflict(Problem):
    code, title, status = "conflict", "The table has moved on", 409


class AlreadyExists(Conflict):
    code, title = "already_exists", "That name is taken"


class CommandIdReused(Conflict):
    code, title = "command_id_reused", "That command id was used for another command"


class LastWayIn(Conflict):
    code, title = "last_way_in", "Without it you could not sign in any more"


class LinkEnded(Problem):
    code, title, status = "link_ended", "This link was used, replaced by a newer one, or is too old", 410


class TooLarge(Problem):
    code, title, status = "too_large", "That is too large", 413


class UnsupportedMedia(Problem):
    code, title, status = "unsupported_media", "That kind of content is not accepted", 415


class Invalid(Problem):
    code, title, status = "invalid", "Some fields need to be corrected", 422


class RuleRefused(Invalid):
    code, title = "rule_refused", "The rules of the table refuse that"


class TooMany(Problem):
    code, title, status, close, retry = "too_many", "Too many requests; slow down", 429, 4429, True


class Internal(Problem):
    code, title, status = "internal", "Something went wrong on our side", 500


class Unavailable(Problem):
    code, title, status, retry = "unavailable", "The server is busy; try again", 503, True
