"""Settings of the provisioning floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from automation.birth.results import TestKind
from automation.wireless import SSIDS_PER_RADIO


class CertificateSettings(BaseSettings):
    """What signing certificates needs: all that a command needs which only writes the inventory."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    certificate_key: SecretStr | None = Field(
        None,
        description="private key that diversity certificates are signed with: Ed25519, 32 bytes in base64, or PEM; "
        "`neutralhost certificate new-key` makes one",
    )


class PlaybookSettings(BaseSettings):
    """What finding playbooks needs: all that a command needs which only lists them."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    playbooks_folder: Path | None = Field(
        None, description="folder with playbooks of your own, one *.py each; only you may be able to write into it"
    )


class ProvisioningSettings(PlaybookSettings, CertificateSettings):
    """Read once by the entry point, passed by value. Times in seconds."""

    catalogue_file: Path | None = Field(None, description="the only price list; those of the folder where unset")
    catalogue_folder: Path | None = Field(
        None, description="folder of price lists, one *.toml a version; those in the package where unset"
    )
    token_pepper: SecretStr = Field(description="key of the HMAC that API tokens and portal sessions are kept as")
    revert_after_s: int = Field(
        300, ge=60, le=1800, multiple_of=60, description="how long a device waits for the confirmation"
    )
    session_lifetime_s: int = Field(8 * 3600, ge=60, description="how long a portal sign-in lasts")
    token_lifetime_days: int = Field(90, ge=1, description="how long an API token is good where nobody said")
    longest_token_lifetime_days: int = Field(366, ge=1, description="the longest an API token may be good")
    access_token_lifetime_s: int = Field(3600, ge=60, le=86_400, description="how long an OAuth2 access token is good")
    keep_answers_days: int = Field(
        30, ge=1, description="how long an answer is kept under its Idempotency-Key, to be given again"
    )
    two_approvals_from_mbps: int = Field(
        10_000, ge=1, description="from this bandwidth on, Mbit/s, the approval of an order takes two people"
    )
    charge_answer_days: int = Field(
        14, ge=1, le=365, description="how long a buyer may take to answer a charge where nobody said"
    )
    guest_handovers: str = Field(
        "", description="handovers, with commas between, that other ISPs may order to; theirs is asked for each order"
    )
    far_end_days: int = Field(
        14, ge=1, le=365, description="how long another ISP may take to let a circuit land on its port"
    )
    network_operator_code: str = Field(
        "",
        pattern=r"^([A-Z0-9]{4})?$",
        description="our code in the switching of providers: the ACPID, such as A001, that TOTSCo gives to access "
        "networks (One Touch Switch); shown with every line, empty where there is none yet",
    )
    limit_devices: int = Field(
        50, ge=1, description="how many devices one change plan may change, unless a person lifts the limit for it"
    )
    limit_removed_percent: float = Field(
        30.0, gt=0, le=100, description="the share of a device's lines that one change plan may remove, in percent"
    )
    ssids_per_radio: int = Field(
        SSIDS_PER_RADIO, ge=1, le=SSIDS_PER_RADIO, description="how many SSIDs one radio of an access point may send"
    )
    radius_servers: tuple[str, ...] = Field(
        (), description="IP addresses of the RADIUS servers that access points ask, as a JSON list; most wanted first"
    )
    passpoint_consortiums: tuple[Annotated[str, Field(pattern="^([0-9A-F]{6}|[0-9A-F]{10})$")], ...] = Field(
        (), description="roaming consortiums (RCOI, hexadecimal) that shared SSIDs are known by, as a JSON list"
    )
    tenant_metrics: bool = Field(
        False, description="show in /metrics, which is open, how much each tenant's SSIDs and site slots are used"
    )
    radius_file: Path | None = Field(
        None, description="file (TOML) with the realms that RADIUS knows, and who decides for each"
    )
    worker_name: str = Field("worker-1", min_length=1, description="of this worker; no two may run under one name")
    orders_at_a_time: int = Field(8, ge=1, le=64, description="orders one worker walks at a time")
    poll_s: float = Field(0.2, gt=0, description="how often a worker looks for new orders")
    step_tries: int = Field(4, ge=1, description="how often a step is tried when what failed may pass by itself")
    undo_tries: int = Field(12, ge=1, description="the same for taking back what a failed order did")
    first_pause_s: float = Field(1.0, gt=0, description="pause before the second try; doubled before each one after")
    longest_pause_s: float = Field(60.0, gt=0, description="pause between two tries at most")
    database_wait_s: float = Field(
        3600.0, ge=0, description="how long a step is tried while the database does not answer, before it is given up"
    )
    claim_wait_s: float = Field(900.0, ge=0, description="how long an order waits for devices another is changing")
    stop_patience_s: int = Field(30, ge=0, description="how long running steps may take to end when a worker stops")
    heartbeat_every_s: float = Field(5.0, gt=0, description="how often a worker says that it lives")
    dead_after_s: float = Field(25.0, gt=0, description="silence after which other workers take over its orders")
    away_limit_s: float = Field(
        72 * 3600.0, ge=0, description="how long an order waits because NetBox or a device is away, before it fails"
    )
    look_at_clock_every_s: float = Field(5.0, gt=0, description="how often a worker looks what is due by the clock")
    wake_every_s: float = Field(15.0, gt=0, description="how often orders whose wait is over are let go on")
    audit_every_s: float = Field(
        6 * 3600.0, gt=0, description="how often every device is compared with what it should say"
    )
    backup_every_s: float = Field(
        24 * 3600.0, gt=0, description="how often the devices' configurations are backed up, without their secrets"
    )
    keep_backups_days: int = Field(
        400, ge=1, description="how long a backup is kept after it was last seen; a device's last and accepted one stay"
    )
    consents_every_s: float = Field(24 * 3600.0, gt=0, description="how often it is looked which consents end")
    mirror_every_s: float = Field(
        600.0, gt=0, description="how often the inventory is read from NetBox, where one is set"
    )
    look_at_devices_every_s: float = Field(
        60.0, gt=0, description="how often a worker looks whether devices answer, and which cables of links are up"
    )
    look_at_new_devices_every_s: float = Field(
        5.0, gt=0, description="how often a worker reaches for access points that phoned home"
    )
    home_key_days: int = Field(
        14, ge=1, le=365, description="how long the one-time key is good that a new access point phones home with"
    )
    look_at_plant_every_s: float = Field(
        10.0, gt=0, description="how often a worker looks whether the plant changed, to prove certificates again"
    )
    exact_search_s: float = Field(
        10.0, gt=0, description="how long the exact search for two diverse legs may take, before it answers what it has"
    )
    webhook_allow: str = Field(
        "", description="hosts that webhooks may go to though they are not public or not https: host:port, with commas"
    )
    webhook_timeout_s: float = Field(10.0, gt=0, le=60, description="how long a listener may take to answer")
    webhook_give_up_after_s: float = Field(
        3 * 86_400.0, gt=0, description="how long a delivery is tried before it is given up; it can be replayed"
    )
    keep_deliveries_days: int = Field(90, ge=4, description="how long the log of a delivery that ended is kept")
    webhooks_at_a_time: int = Field(16, ge=1, le=128, description="deliveries one worker sends at a time")
    webhooks_every_s: float = Field(0.5, gt=0, description="how often a worker looks for deliveries that are due")
    keep_workflows_days: int = Field(30, ge=1, description="how long the engine's record of an ended order is kept")
    coverage_drop_limit_m: float = Field(
        150.0, gt=0, le=5_000, description="longest drop, in metres, that coverage reckons with"
    )
    coverage_premises_per_port: int = Field(
        32, ge=1, le=1024, description="premises that one free port of a DX serves, for coverage"
    )
    probe_command: str = Field(
        "", description="program that sends frames through a circuit before it is handed over and says what arrived"
    )
    probe_s: float = Field(5.0, gt=0, le=30, description="how long it may send for each measurement")
    probe_timeout_s: float = Field(60.0, gt=0, description="how long to wait for its answer; less than the revert time")
    birth_settle_s: float = Field(
        10.0, ge=0, le=60, description="how long a port may take to come up before a service is handed over"
    )
    birth_required: str = Field(
        "",
        description="tests that must be measured before a service is handed over, with commas between, or `all`; "
        "what can be measured must pass in any case",
    )
    quote_valid_days: int = Field(30, ge=1, le=365, description="how long a quote's price holds")

    @field_validator("birth_required")
    @classmethod
    def _known_tests(cls, text: str) -> str:
        _kinds(text)
        return text

    @property
    def birth_tests(self) -> frozenset[TestKind]:
        """What `birth_required` names."""
        return _kinds(self.birth_required)

    @property
    def hosts_allowed(self) -> frozenset[str]:
        """What `webhook_allow` names, each as "host:port"."""
        return frozenset(named.strip().lower() for named in self.webhook_allow.split(",") if named.strip())


def _kinds(text: str) -> frozenset[TestKind]:
    """Raises: ValueError, which names the kinds there are."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    unknown = [name for name in names if name != "all" and name not in set(TestKind)]
    if unknown:
        raise ValueError(f"{unknown[0]} is no test; there are {', '.join(TestKind)}, or all")
    return frozenset(TestKind) if "all" in names else frozenset(TestKind(name) for name in names)
