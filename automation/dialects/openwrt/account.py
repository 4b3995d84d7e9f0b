"""The one account by which access points are managed, and the end of its rights: two packages, a few methods.

rpcd reads rights from /usr/share/rpcd/acl.d, and logins from its own package ("rpcd: OpenWrt ubus RPC daemon",
OpenWrt wiki). So the account can neither read files nor run programs, and none of our changes reaches further.
"""

from collections.abc import Mapping

from automation.uci import Section

PACKAGES = ("network", "wireless")
READS: Mapping[str, tuple[str, ...]] = {
    "session": ("access", "destroy", "get", "set"),
    "uci": ("changes", "configs", "get"),
    "system": ("board", "info"),
    "network.device": ("status",),
    "network.wireless": ("status",),
    "iwinfo": ("assoclist",),
}
WRITES: Mapping[str, tuple[str, ...]] = {
    "uci": ("add", "apply", "commit", "confirm", "delete", "revert", "rollback", "set"),
}


def acl(account: str) -> dict[str, object]:
    """The file of rights of the account's group, which is called as the account."""
    return {
        account: {
            "description": "Management by neutralhost: network and wireless, and nothing else",
            "read": {"ubus": {name: list(methods) for name, methods in READS.items()}, "uci": list(PACKAGES)},
            "write": {"ubus": {name: list(methods) for name, methods in WRITES.items()}, "uci": list(PACKAGES)},
        }
    }


def login(account: str, password_hash: str) -> Section:
    """The account itself, in package rpcd."""
    return Section(
        "rpcd",
        "nh0_login",
        "login",
        {"username": account, "password": password_hash, "read": (account,), "write": (account,)},
    )
