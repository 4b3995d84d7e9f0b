"""Settings of the provisioning floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ProvisioningSettings(BaseSettings):
    """Read once by the entry point, passed by value. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    catalogue_file: Path | None = Field(None, description="price list; the one in the package where unset")
    token_pepper: SecretStr = Field(description="key of the HMAC that API tokens and portal sessions are kept as")
    revert_after_s: int = Field(300, ge=60, multiple_of=60, description="how long a device waits for the confirmation")
    session_lifetime_s: int = Field(8 * 3600, ge=60, description="how long a portal sign-in lasts")
