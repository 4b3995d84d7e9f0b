"""Settings of the web floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class WebSettings(BaseSettings):
    """Read once by the entry point, passed by value."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    listen_host: str = Field("127.0.0.1", description="address the portal and API listen on")
    listen_port: int = Field(8080, ge=1, le=65535, description="TCP port the portal and API listen on")
    cookies_secure: bool = Field(
        True, description="session cookies over HTTPS only; off only for plain HTTP on loopback"
    )
    web_threads: int = Field(16, ge=1, description="requests served at a time")
