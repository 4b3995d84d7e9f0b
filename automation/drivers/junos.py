"""NAPALM's own junos driver, upstream's code and unmodified, with an SSH connection that looks whom it speaks to.

NAPALM makes PyEZ's connection without checking the host's key, so the password would be told to whoever answers.
Here the driver is given another one, made through PyEZ's public options: keys are held against a known_hosts file
before anybody signs in, no key or agent of the account we run as is offered, and its SSH configuration (which could
send us to another port) is not read.
"""

import tempfile
from pathlib import Path
from typing import Any

from jnpr.junos import Device
from jnpr.junos.exception import ConnectError
from napalm.base.exceptions import ConnectionException
from napalm.junos import JunOSDriver
from ncclient.transport.errors import SSHUnknownHostError


class CheckedJunosDriver(JunOSDriver):  # type: ignore[misc]  # napalm is not typed
    """`verify` is whether the host's key must stand in `known_hosts` (None: the file of the account we run as)."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
        *,
        verify: bool = True,
        known_hosts: Path | None = None,
    ) -> None:
        super().__init__(hostname, username, password, timeout, optional_args)
        self._verify = verify
        self._known_hosts = known_hosts or Path("~/.ssh/known_hosts").expanduser()

    def open(self) -> None:
        """Raises: ConnectionException (the key is not known, before the password was said) and what PyEZ raises."""
        with tempfile.NamedTemporaryFile("w", prefix="nh-ssh-") as config:
            config.write(f"Host *\n    UserKnownHostsFile {self._known_hosts}\n")
            config.flush()
            self.device = self._connection(config.name)
            try:
                super().open()
            except ConnectError as error:
                if isinstance(error.__context__, SSHUnknownHostError):
                    words = f"its SSH host key is not a known one ({error.__context__.fingerprint})"
                    raise ConnectionException(words) from None
                raise

    def _connection(self, ssh_config: str) -> Device:
        return Device(
            self.hostname,
            user=self.username,
            password=self.password,
            port=self.port,
            ssh_config=ssh_config,
            hostkey_verify=self._verify,
            look_for_keys=False,
            allow_agent=False,
            conn_open_timeout=self.timeout,
        )
