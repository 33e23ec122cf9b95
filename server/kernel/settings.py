"""Every setting, from the environment or `.env`. With none set everything works, embedded in DATA_DIR."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read once at start, then passed on; nothing else reads the environment."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True)

    host: str = Field("127.0.0.1", description="The address to listen on; `0.0.0.0` for every network.")
    port: int = Field(8000, ge=0, le=65535, description="The port to listen on; 0 takes a free one.")
    data_dir: Path = Field(Path("data"), description="Where the embedded database, images and secrets live.")
    database_url: SecretStr | None = Field(
        None, description="`postgresql://user:password@host/name` or `sqlite:///path`; a file in DATA_DIR when unset."
    )
    public_url: str | None = Field(None, description="How browsers reach this server; used in printed links.")
    admin_token: SecretStr | None = Field(None, description="The server's own token; made on first start when unset.")
    secret_key: SecretStr | None = Field(None, description="The root of all signing keys; made on first start.")
    rate_limits: Literal["on", "off"] = Field("on", description="`off` for load tests; refused in production.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="The least that is logged.")
    log_format: Literal["console", "json"] = Field("console", description="For people, or for a log store.")
    env: Literal["development", "production"] = Field("development", description="`production` refuses weak settings.")
    version: str = Field("dev", description="What `/version` answers; set by the image's build.")

    @property
    def database_address(self) -> str:
        """The database's URL, the embedded default included."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data_dir / 'tablecast.db').as_posix()}"
