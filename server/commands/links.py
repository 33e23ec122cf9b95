"""The addresses that people open: built from PUBLIC_URL, or from where the server listens."""

from dataclasses import dataclass

from server.kernel.settings import Settings

_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared with, not listened on


def base_url(settings: Settings, port: int | None = None) -> str:
    """Without a slash at the end. A server that listens everywhere is reached as localhost from its own machine."""
    if settings.public_url is not None:
        return settings.public_url
    host = "localhost" if settings.host in _EVERYWHERE | {"127.0.0.1", "::1"} else settings.host
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port or settings.port}"


@dataclass(frozen=True, slots=True)
class Links:
    """Tokens stand in the fragment, which browsers send to nobody."""

    base: str

    def panel(self, one_time: str) -> str:
        return f"{self.base}/panel/#token={one_time}"

    def overlay(self, campaign: str, token: str | None = None) -> str:
        return f"{self.base}/overlay/{campaign}" + (f"#token={token}" if token else "")

    def socket(self, campaign: str) -> str:
        return f"ws{self.base.removeprefix('http')}/v1/campaigns/{campaign}/ws"
