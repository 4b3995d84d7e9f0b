"""Settings of the web floor, from the environment (`NEUTRALHOST_...`) or a `.env` file."""

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from provisioning.elsewhere import check_mapping


class WebSettings(BaseSettings):
    """Read once by the entry point, passed by value."""

    model_config = SettingsConfigDict(env_prefix="NEUTRALHOST_", env_file=".env", extra="ignore", frozen=True)

    listen_host: str = Field("127.0.0.1", description="address the portal and API listen on")
    listen_port: int = Field(
        8080, ge=0, le=65535, description="TCP port the portal and API listen on, 0 for a free one"
    )
    cookies_secure: bool = Field(
        True, description="session cookies over HTTPS only; off only for plain HTTP on loopback"
    )
    web_threads: int = Field(16, ge=1, description="requests served at a time")
    trusted_hosts: tuple[str, ...] = Field(
        ("localhost", "127.0.0.1", "[::1]"),
        description="names in the Host header that are answered, as JSON; `.example.org` covers every name below it",
    )
    proxy_hops: int = Field(
        0, ge=0, le=5, description="reverse proxies in front whose X-Forwarded headers are believed"
    )
    max_body_bytes: int = Field(64 * 1024, ge=1024, description="largest request body that is read")
    sign_ins_per_minute: int = Field(10, ge=1, description="sign-in attempts a minute for one name or from one address")
    access_tokens_per_minute: int = Field(30, ge=1, description="OAuth2 access tokens a minute for one client")
    oidc_issuer: str | None = Field(
        None, description="OpenID provider at which people may sign in, exactly as it calls itself; none where unset"
    )
    oidc_client_id: str | None = Field(None, description="our client id at that provider")
    oidc_client_secret: SecretStr | None = Field(None, description="our client secret at that provider")
    oidc_name: str = Field("your organisation", max_length=40, description="what the button says: Sign in with ...")
    oidc_scopes: str = Field("openid email profile", description="scopes asked for at the provider")
    oidc_role_claim: str = Field("groups", description="claim that holds a person's groups")
    oidc_roles: dict[str, str] = Field(
        default_factory=dict,
        description='JSON: group -> role, or role@ISP, by which users are made, such as {"noc-team": "noc", '
        '"quayside-staff": "isp-user@quayside"}; none are made where unset',
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/?#]+/?$",
        description="address by which this service is reached, such as https://wholesale.example.org; "
        "the request's own where unset",
    )
    seller_id: str = Field(
        "neutralhost", min_length=1, max_length=64, description="who sells, as `sellerId` says on the Sonata face"
    )
    seller_contact_name: str = Field("", max_length=100, description="whom buyers' systems are told to turn to")
    seller_contact_email: str = Field("", max_length=100, description="that person's or desk's e-mail address")
    seller_contact_number: str = Field("", max_length=50, description="and telephone number")

    @field_validator("oidc_roles")
    @classmethod
    def _has_roles(cls, mapping: dict[str, str]) -> dict[str, str]:
        check_mapping(mapping)
        return mapping
