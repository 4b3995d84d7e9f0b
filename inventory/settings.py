"""Settings of the inventory floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class InventorySettings(BaseSettings):
    """Read once by the entry point, passed by value. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/neutralhost.db"), description="SQLAlchemy URL: SQLite or PostgreSQL"
    )
    netbox_url: str | None = Field(None, description="base URL of NetBox; no NetBox where unset")
    netbox_token: SecretStr | None = Field(None, description="NetBox API token, v2 (nbt_...)")
    netbox_timeout_s: float = Field(30.0, gt=0, description="how long to wait for one answer of NetBox")
