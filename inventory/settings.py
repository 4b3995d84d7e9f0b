"""Settings of the inventory floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from inventory.optics import LossFigures


class InventorySettings(BaseSettings):
    """Read once by the entry point, passed by value. Times in seconds."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    database_url: SecretStr = Field(
        SecretStr("sqlite:///var/neutralhost.db"), description="SQLAlchemy URL: SQLite or PostgreSQL"
    )
    netbox_url: str | None = Field(None, description="base URL of NetBox; no NetBox where unset")
    netbox_token: SecretStr | None = Field(None, description="NetBox API token, v2 (nbt_...)")
    netbox_timeout_s: float = Field(30.0, gt=0, description="how long to wait for one answer of NetBox")
    loss_per_km_db: float = Field(0.35, ge=0, le=10, description="dB a kilometre of strand, where nothing was measured")
    loss_per_splice_db: float = Field(0.1, ge=0, le=10, description="dB of a splice that is still to be made")
    loss_per_connector_db: float = Field(0.3, ge=0, le=10, description="dB of a mated pair at an ODF position")

    @property
    def loss_figures(self) -> LossFigures:
        """The three of them as one value."""
        return LossFigures(self.loss_per_km_db, self.loss_per_splice_db, self.loss_per_connector_db)
