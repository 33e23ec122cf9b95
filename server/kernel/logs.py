"""Logs: events with keys, for people (`console`) or a log store (`json`). No secret ever reaches a line.

uvicorn prints the whole address of every WebSocket it accepts, query included, even with its access log off:
the filter here takes the values of credential parameters out of everything, uvicorn's lines included.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextvars import ContextVar
from typing import Any, Final, TextIO

import structlog

from server.kernel.prefixes import NAMES

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
"""The request being answered, for every line and problem it causes."""

REDACTED: Final = "[redacted]"
_PARAMETERS: Final = re.compile(r"(?i)(\b(?:\w+_)?(?:token|key|code|state|secret|password|invite)=)[^&\s\"'#]+")
_TOKENS: Final = re.compile(rf"\b(?:{NAMES})_[A-Za-z0-9_-]{{16,}}|\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
"""Ours by their prefixes, and signed access tokens."""
_BEARER: Final = re.compile(r"(?i)(bearer\s+)[\w.~+/=-]+")
_URL_PASSWORD: Final = re.compile(r"(://[^/\s:@]*:)[^@\s/]+@")
_SECRET_KEYS: Final = frozenset(
    {"token", "admin_token", "secret_key", "authorization", "x-token", "x-admin-token"}
    | {"password", "new_password", "current_password", "access_token", "refresh_token", "cookie", "set-cookie"}
    | {"second_factor_token", "secret", "otpauth_uri", "recovery_code", "recovery_codes"}
)
_UVICORN: Final = ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi")


def redact(text: str) -> str:
    """The text without the values of credentials: query parameters, our tokens, bearers, passwords in URLs."""
    text = _PARAMETERS.sub(rf"\1{REDACTED}", text)
    text = _TOKENS.sub(REDACTED, text)
    text = _BEARER.sub(rf"\1{REDACTED}", text)
    return _URL_PASSWORD.sub(rf"\1{REDACTED}@", text)


class RedactionFilter(logging.Filter):
    """Rewrites a record before any handler sees it; it is never dropped."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, str):  # structlog's own lines are dicts here, and already clean
            record.msg = redact(record.getMessage())
            record.args = None
        return True


class _ToStandardError(logging.StreamHandler[TextIO]):
    """Asks for the stream at each line: while a progress bar is up it is the bar's, which prints above itself."""

    def emit(self, record: logging.LogRecord) -> None:
        self.setStream(sys.stderr)
        super().emit(record)


def _redact_values(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if key.lower() in _SECRET_KEYS:
            event[key] = REDACTED
        elif isinstance(value, str):
            event[key] = redact(value)
    return event


def _add_request_id(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if (current := request_id.get()) is not None:
        event["request_id"] = current
    return event


def configure(level: str, form: str) -> None:
    """Send everything, uvicorn's and other libraries' lines included, one way to standard error."""
    shared: list[Any] = [
        _add_request_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        cache_logger_on_first_use=False,
    )
    handler = _ToStandardError(sys.stderr)
    handler.addFilter(RedactionFilter())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processor=_renderer(form)))
    _install(handler, level)


def _renderer(form: str) -> Any:
    if form == "json":
        return structlog.processors.JSONRenderer()
    # Plain tracebacks: the pretty ones print local variables, and those hold secrets.
    plain = structlog.dev.plain_traceback
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)


def _install(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    wanted = logging.getLevelName(level.upper())
    root.setLevel(max(wanted, logging.INFO))  # at debug ours are told in full, not every step of every library
    logging.getLogger("server").setLevel(wanted)
    for name in _UVICORN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.NOTSET)  # uvicorn's Config, made after this, has the last word
    for name in ("alembic", "httpx2"):  # one line for each plugin, and for each request of a rehearsal
        logging.getLogger(name).setLevel(logging.WARNING)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """A logger; log what happened as one name and its keys: `log.info("token_revoked", token_id=…)`."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
