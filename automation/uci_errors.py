"""Why a text is no configuration of an access point, or a secret in one cannot be read.

AutomationError
├── UciUnreadable     a line is not UCI as it is written here
└── SecretUnreadable  a sealed secret was not sealed with the key that is set
"""

from automation.errors import AutomationError


class UciUnreadable(AutomationError):
    """A line is not UCI as it is written here. The line itself is not repeated: it may hold a secret."""

    code = "uci-unreadable"
    next_step = "Compare the line with the form that `uci export` and `uci batch` write."

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"Line {line} is not a configuration that is understood here.", line=line)


class SecretUnreadable(AutomationError):
    """A sealed secret was not sealed with the key that is set, or stands where another belongs."""

    code = "secret-unreadable"
    next_step = "Check NEUTRALHOST_TOKEN_PEPPER: it must be what it was when the secret was given. Or give it again."

    def __init__(self, where: str) -> None:
        self.where = where
        super().__init__(f"The secret of {where} cannot be opened with the key that is set.", where=where)
