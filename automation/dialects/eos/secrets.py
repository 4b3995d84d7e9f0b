"""Make EOS text fit to be shown: without secrets. Pure."""

import re

_HIDDEN = "<removed>"
# What follows the keyword, with its encryption type where it has one; EOS User Manual, the commands' own pages.
_SECRETS = re.compile(
    r"""(?xm)
    (?P<kept>
        ^[-+\ ]*(?:username\ \S+\ .*?(?:secret|sshkey|ssh-key)(?:\ (?:0|5|8a|sha512|\*))?
            |enable\ (?:secret|password)(?:\ (?:0|5|8a|sha512))?
            |snmp-server\ community
            |snmp-server\ user\ .*?\ auth\ \S+
            |.*\b(?:tacacs-server|radius-server|radius\ proxy)\b.*?\bkey(?:\ (?:0|7|8a))?
            |.*\bpassword(?:\ (?:0|7|8a|sha512))?
            |.*\bkey(?:-string)?\ (?:0|7|8a)
            |.*\bshared-secret(?:\ (?:0|7|8a))?
            |.*\bauthentication-key\ \d+\ \S+(?:\ (?:0|7|8a))?
            |.*\bmessage-digest-key\ \d+\ \S+(?:\ (?:0|7|8a))?
        )[ ]
    )
    \S.*$"""
)


def without_secrets(running: str) -> str:
    """Return a configuration, or a diff of one, with every password, key and community replaced by `<removed>`."""
    return _SECRETS.sub(lambda match: f"{match['kept']}{_HIDDEN}", running)
