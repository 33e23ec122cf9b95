"""The addresses that people open: built from PUBLIC_URL, or from where the server listens."""

from dataclasses import dataclass

from server.kernel.settings import Settings


def base_url(settings: Settings, port: int | None = None) -> str:
    """Without a slash at the end. `port` is the one that was taken, where the settings leave it open."""
    return settings.model_copy(update={"port": port}).base_url if port else settings.base_url


@dataclass(frozen=True, slots=True)
class Links:
    """Tokens stand in the fragment, which browsers send to nobody."""

    base: str

    def panel(self, one_time: str) -> str:
        return f"{self.base}/panel/#token={one_time}"

    def owner(self, text: str) -> str:
        return f"{self.base}/panel/#owner={text}"

    def overlay(self, campaign: str, token: str | None = None) -> str:
        return f"{self.base}/overlay/{campaign}" + (f"#token={token}" if token else "")

    def socket(self, campaign: str) -> str:
        return f"ws{self.base.removeprefix('http')}/v1/campaigns/{campaign}/ws"
