"""Every setting, from the environment or `.env`. With none set everything works, embedded in DATA_DIR."""

from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from server.kernel.limits import MAX_WORKERS, MIN_SECRET, REFRESH_GRACE_S
from server.kernel.weakness import has_default_password, is_anybody, is_default, is_guessable

REPOSITORY: Final = Path(__file__).resolve().parents[2]
GOOGLE: Final = "https://accounts.google.com"
GITHUB: Final = "https://github.com"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not listened on
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Misconfigured(ValueError):
    """The settings cannot work together; each line says which and what to do. Nothing secret is in it."""


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())


def _check_origin(origin: str) -> str:
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query or "*" in origin:
        raise ValueError("an origin is written https://host or https://host:port, exactly")
    return origin


def _check_public_url(url: str) -> str:
    parts = urlsplit(url.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query:
        raise ValueError("write it as https://host or https://host:port")
    return url.rstrip("/")


def _check_service(url: str) -> str:
    parts = urlsplit(url)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not safe or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write it as https://host/path; what is asked there is about passwords")
    return url


def _check_provider_url(url: str) -> str:
    """What is asked there decides who somebody is: nobody on the way may answer."""
    if _check_public_url(url).startswith("http:") and urlsplit(url).hostname not in _LOCAL:
        raise ValueError("write it as https://host")
    return url.rstrip("/")


def _check_sender(sender: str) -> str:
    _, address = parseaddr(sender)
    if not sender.isprintable() or address.count("@") != 1 or not all(address.split("@")):
        raise ValueError("write it as name@host or Name <name@host>")
    return sender


ProviderUrl = Annotated[str, AfterValidator(_check_provider_url)]
Origins = Annotated[
    tuple[Annotated[str, AfterValidator(_check_origin)], ...], NoDecode, BeforeValidator(_split)
]  # fmt: skip
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseSettings):
    """Read once at start, then passed on; nothing else reads the environment."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    host: str = "127.0.0.1"
    """The address to listen on; `0.0.0.0` lets the whole network in."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    """The port to listen on; 0 takes a free one."""
    public_url: Annotated[str, AfterValidator(_check_public_url)] | None = None
    """How browsers reach this server, as `https://host`; links are built from it. Production needs it."""
    data_dir: Path = Path("data")
    """The folder of the embedded database, images and secrets."""
    database_url: SecretStr | None = None
    """`postgresql://user:password@host/name` or `sqlite:///path`; unset: a file in DATA_DIR."""
    bus_url: SecretStr | None = None
    """What carries news between several processes: `redis://…`, `nats://…` or `postgres://…`; unset: `memory://`, one
    process alone, or with WORKERS on PostgreSQL the database itself."""
    workers: Annotated[int, Field(ge=1, le=MAX_WORKERS)] = 1
    """Processes that share the port, on Linux and macOS; more than one need a BUS_URL, or PostgreSQL."""
    admin_token: SecretStr | None = None
    """The server's own token, sent as X-Admin-Token; unset: made on first start and kept in DATA_DIR."""
    secret_key: SecretStr | None = None
    """The root of every signing key; unset: made on first start and kept in DATA_DIR."""
    previous_secret_key: SecretStr | None = None
    """The SECRET_KEY before this one: what it signed is good until it expires."""
    password_cost: Literal["19456/2/1", "47104/1/1"] = "19456/2/1"  # noqa: S105 - figures
    """Argon2id's memory in KiB, passes and lanes; both are what OWASP asks for at least."""
    breach_check_url: Annotated[str, AfterValidator(_check_service)] | None = None
    """A service that knows leaked passwords by ranges of their SHA-1, as `https://api.pwnedpasswords.com/range`: new
    ones are held against it, and it learns five digits of the hash; unset: nobody is asked."""
    refresh_grace_s: Annotated[float, Field(ge=0, le=REFRESH_GRACE_S)] = REFRESH_GRACE_S
    """Seconds in which a refresh whose answer got lost may be tried again; 0 forgives nothing."""
    second_factor: Literal["offered", "staff", "everyone"] = "offered"
    """`staff`: whoever may more on the whole server than everybody may it only with a second factor switched on;
    `everyone`: whoever has none switches one on after signing in, before anything else. Programs' tokens need none."""
    second_factor_late: Annotated[int, Field(ge=0, le=1)] = 0
    """Steps of 30 seconds that a code may be late: 0 takes only the one that the app shows now, 1 the one before it
    too, for slow hands and phones whose clock is behind."""
    s3_endpoint_url: str | None = None
    """The S3 or R2 endpoint; unset: AWS's own."""
    s3_bucket: str | None = None
    """The bucket for images; unset: images live in DATA_DIR."""
    s3_access_key_id: SecretStr | None = None
    """The bucket's access key."""
    s3_secret_access_key: SecretStr | None = None
    """The bucket's secret key."""
    s3_public_url: str | None = None
    """Where browsers fetch images from the bucket; unset: they get short-lived signed links."""
    smtp_url: SecretStr | None = None
    """The mail server, as `smtp://user:password@host:587` (STARTTLS) or `smtps://…:465`; needs a PUBLIC_URL. With
    `?tls=none` a relay may go without encryption. Unset: mails become files in MAIL_DIR."""
    mail_dir: Path | None = None
    """The folder for mails where there is no SMTP_URL; unset: `mail` in DATA_DIR."""
    mail_from: Annotated[str, AfterValidator(_check_sender)] | None = None
    """Who mails are from, as `Tablecast <table@host>`; unset: `tablecast@` and the host of PUBLIC_URL."""
    google_client_id: str | None = None
    """The client ID with which Google knows this server: people may sign in with their Google account."""
    google_client_secret: SecretStr | None = None
    """The client secret to it."""
    google_url: ProviderUrl = GOOGLE
    """Google's address; another one is for trials against a server that plays Google."""
    github_client_id: str | None = None
    """The client ID with which GitHub knows this server: people may sign in with their GitHub account."""
    github_client_secret: SecretStr | None = None
    """The client secret to it."""
    github_url: ProviderUrl = GITHUB
    """GitHub's address, or that of a GitHub Enterprise Server."""
    allowed_origins: Origins = ()
    """Other origins whose pages may call the API and open sockets, separated by commas."""
    embed_origins: Origins = ()
    """Other origins that may show the overlay in a frame, separated by commas."""
    token_in_address: bool = False
    """`on` lets an overlay's token stand in an address, as `?token=`, for programs that cut off what is behind a `#`;
    addresses end up in logs."""
    trusted_proxies: Words = ()
    """Addresses of proxies whose X-Forwarded headers are believed, separated by commas."""
    rate_limits: Literal["on", "off"] = "on"
    """`off` is for load tests; refused in production."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least that is logged."""
    log_format: Literal["console", "json"] = "console"
    """For people, or for a log store."""
    env: Literal["development", "production"] = "development"
    """`production` refuses weak settings, and wants a PUBLIC_URL: with https, unless it is this machine's own."""
    version: str = "dev"
    """What /version answers; the image's build sets it."""
    static_dir: Path = REPOSITORY / "static"
    """The folder of the built pages."""

    @property
    def database_address(self) -> str:
        """The database's URL, the embedded default included."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'tablecast.db').as_posix()}"

    @property
    def bus_address(self) -> str:
        """The bus's URL, the default included. Raises Misconfigured where several processes could not hear each
        other."""
        given = self.bus_url.get_secret_value() if self.bus_url is not None else None
        if self.workers == 1 or (given is not None and not given.startswith("memory:")):
            return given or "memory://"
        if given is None and self.database_address.startswith("postgres"):
            return self.database_address
        raise Misconfigured(
            f"WORKERS={self.workers} need a BUS_URL that they share, as redis://host; or run one process"
        )

    @property
    def base_url(self) -> str:
        """How people reach this server, without a slash at the end: links are built from it, never from a request."""
        if self.public_url is not None:
            return self.public_url
        host = "localhost" if self.host in _EVERYWHERE | _LOCAL else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def mail_sender(self) -> str:
        """The address that mails are from."""
        return self.mail_from or f"Tablecast <tablecast@{urlsplit(self.base_url).hostname}>"

    @property
    def can_send_mail(self) -> bool:
        """Whether mails reach anybody but the operator of this machine."""
        return self.smtp_url is not None

    @property
    def is_embedded(self) -> bool:
        """Whether the database is our own file, which we may migrate unasked."""
        return self.database_url is None

    @model_validator(mode="after")
    def _check_together(self) -> "Settings":
        if self.smtp_url is not None and self.public_url is None:
            raise ValueError("SMTP_URL needs a PUBLIC_URL: the links in mails are built from it")
        for name, given in _provider_settings(self).items():
            if len(set(given)) > 1:
                raise ValueError(f"{name}_CLIENT_ID and {name}_CLIENT_SECRET need each other: set both or neither")
        if self.env == "production" and (problems := _production_problems(self)):
            raise ValueError("; ".join(problems))
        return self


def _provider_settings(settings: Settings) -> dict[str, tuple[bool, bool]]:
    """Whether there is a client ID, and whether there is a secret to it."""
    return {
        "GOOGLE": (settings.google_client_id is not None, settings.google_client_secret is not None),
        "GITHUB": (settings.github_client_id is not None, settings.github_client_secret is not None),
    }


def _production_problems(settings: Settings) -> list[str]:
    tokens = {
        "ADMIN_TOKEN": settings.admin_token,
        "SECRET_KEY": settings.secret_key,
        "PREVIOUS_SECRET_KEY": settings.previous_secret_key,
    }
    given = {name: secret.get_secret_value() for name, secret in tokens.items() if secret is not None}
    found = [problem for name, secret in given.items() if (problem := _weakness(name, secret))]
    if len(given) > len(set(given.values())):
        found.append("two of ADMIN_TOKEN, SECRET_KEY and PREVIOUS_SECRET_KEY are equal: give each its own")
    if settings.rate_limits == "off":
        found.append("RATE_LIMITS=off is for load tests only")
    if settings.public_url is None:
        found.append("PUBLIC_URL is not set: write the address that people type, as https://host")
    elif (public := urlsplit(settings.public_url)).scheme == "http" and public.hostname not in _LOCAL:
        found.append("PUBLIC_URL is http: production needs https")
    if any(is_anybody(proxy) for proxy in settings.trusted_proxies):
        found.append("TRUSTED_PROXIES believes everybody: name the addresses of your own proxies")
    return [*found, *_default_passwords(settings)]


def _default_passwords(settings: Settings) -> list[str]:
    urls = {"DATABASE_URL": settings.database_url, "BUS_URL": settings.bus_url, "SMTP_URL": settings.smtp_url}
    weak = [name for name, url in urls.items() if url is not None and has_default_password(url.get_secret_value())]
    if settings.s3_secret_access_key is not None and is_default(settings.s3_secret_access_key.get_secret_value()):
        weak.append("S3_SECRET_ACCESS_KEY")
    return [f"{name} has a password that everybody tries first: give that service one of its own" for name in weak]


def _weakness(name: str, secret: str) -> str | None:
    advice = 'make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
    if len(secret) < MIN_SECRET:
        return f"{name} is shorter than {MIN_SECRET} characters: {advice}"
    if is_guessable(secret):
        return f"{name} can be guessed: {advice}"
    return None


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment and `.env`, `overrides` first. Raises Misconfigured, one line a fault."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise Misconfigured("\n".join(_line(one["loc"], one["msg"]) for one in error.errors())) from None


def _line(where: tuple[int | str, ...], message: str) -> str:
    name = str(where[0]).upper() if where else ""
    return f"{name}: {message}" if name else message.removeprefix("Value error, ")
