"""Read the file (TOML) that says where RADIUS listens, and who decides for which realm."""

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from provisioning.radius import HomeServer, RadiusServing, RadiusUser, Realm
from provisioning.radius_errors import RadiusFileInvalid


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class _Server(_Row):
    address: str
    secret: SecretStr
    port: int = 1812


class _User(_Row):
    name: str
    password: SecretStr


class _Realm(_Row):
    name: str
    isp: str
    server: tuple[_Server, ...] = ()
    user: tuple[_User, ...] = ()


class _File(_Row):
    certificate: str
    key: str
    listen: str = "0.0.0.0"  # noqa: S104 - every access point has to reach it
    port: int = 1812
    realm: tuple[_Realm, ...] = Field(())


def knows(path: Path | None, realm: str, isp_code: str) -> bool:
    """Whether the file that is set now names the realm as that ISP's; a file that cannot be read names none."""
    try:
        found = () if path is None else read_radius_file(path, path.parent)[1]
    except RadiusFileInvalid:
        return False
    return any((one.name, one.isp_code) == (realm, isp_code) for one in found)


def read_radius_file(path: Path, folder: Path) -> tuple[RadiusServing, tuple[Realm, ...]]:
    """What it says, for a server whose files will be in `folder`. Raises: RadiusFileInvalid."""
    try:
        found = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise RadiusFileInvalid(path.name, error.strerror or "it cannot be read") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RadiusFileInvalid(path.name, "it is no TOML in UTF-8") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise RadiusFileInvalid(path.name, f"{where}: {first['msg'].lower()}") from None
    serving = RadiusServing(str(folder.absolute()), found.certificate, found.key, found.listen, found.port)
    return serving, tuple(map(_realm, found.realm))


def _realm(row: _Realm) -> Realm:
    servers = tuple(HomeServer(one.address, one.secret.get_secret_value(), one.port) for one in row.server)
    users = tuple(RadiusUser(one.name, one.password.get_secret_value()) for one in row.user)
    return Realm(row.name.lower(), row.isp, servers, users)
