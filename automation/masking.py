"""Take the secrets out of a configuration before anybody sees or stores it. Pure. Rules per platform, as data.

A rule names the words that stand before a secret; what follows them on the line goes. So a form of a
line that nobody foresaw loses too much rather than too little. Besides, on every platform: what is
hashed or encrypted in a form that is known by its look, passwords in addresses, private keys in PEM.

Sources: EOS User Manual, Junos CLI reference (`## SECRET-DATA`), IOS, NX-OS and IOS-XR command
references, OpenWrt's UCI documentation of wireless and network; and the lines that NAPALM
(`sanitized=True`) and Oxidized (`cmd :secret`) mask. Each form has its line in the tests.
"""

import re
from collections.abc import Mapping, Sequence

HIDDEN = "<removed>"

# The kind and number of a key, the type of its encryption: they stay.
_KIND = r"(?: (?:\d+|[58]a|sha\d*|md5|des\d*|3des|aes(?:-?\d+)?|hmac-\S+|encrypted|clear|ascii|hex|\*))*(?= )"
# What is about secrets and is none: the rest of such a line stays.
_TEXT = re.compile(
    r"[-+ \t]*(?:(?:description|name|remark|key chain|snmp-server (?:contact|location)) "
    r"|(?:no )?password strength-check|key \d{1,4}$)"
)
_CLI = re.compile(
    r"""(?x)
    (?P<kept>
        ^.*?(?<![\w-])(?:
            (?:[\w-]+-)?(?:secret|password|passwd|passphrase|key|psk)|password6|sshkey|key-string|key-hash|token|cak
        )KIND
        |^[-+\ ]*(?:no\ |default\ )?snmp-server\ community KIND
        |^[-+\ ]*(?:no\ |default\ )?snmp-server\ mib\ community-map
        |^[-+\ ]*(?:no\ |default\ )?snmp-server\ host\ \S+(?:\ (?:vrf|use-vrf)\ \S+)?(?:\ (?:traps?|informs?))?
            (?:\ version\ (?:1|2c|3(?:\ (?:auth|noauth|priv))?))?(?:\ encrypted)?
        |^[-+\ ]*(?:no\ |default\ )?snmp-server\ user\ .*?(?<![\w-])(?:auth|localized|priv)KIND
        |^[-+\ ]*(?:.*\d\ )?(?:peer\ )?authentication(?:\ text|\ mode\ text)
        |^[-+\ ]*(?:standby|vrrp|glbp|hsrp)\ \d+\ authentication(?:\ md5)?
    )
    (?P<gap>[ ]+)\S.*$""".replace("KIND", _KIND.replace(" ", r"\ "))
)
_CVAUTH = re.compile(r"(-cvauth=[\w-]+,)\S+")
_JUNOS = re.compile(
    r"""(?x)
    (?P<kept>
        (?<![\w-])(?:
            [\w-]*(?:secret|password|passphrase)|[\w-]+-key|community-name|cak|ascii-text|hexadecimal|ssh-[a-z0-9]+
            |key(?=\ (?:"|[^\s\d{])))
        |^[-+\ ]*(?:set\ .*)?(?<![\w-])(?<!policy-options\ )community(?!\ \S+\ (?:members|invert-match))
    )
    (?P<gap>[ ]+)(?!\{)\S.*?(?P<end>[ ]?\{|;)?$"""
)
_UCI_NAMES = (
    r"key\d?|psk|pass|passwd|passphrase|password|secret|pincode|pin|wps_pin|token|community|r0kh|r1kh|wep_key\d"
    r"|priv_key\d?_pwd|\w*_(?:key|password|passwd|secret|psk|token|passphrase|pwd)"
)
# A value of UCI: `option key 'x'` (`uci export`), `wireless.w0.key='x'` (`uci show`; `uci batch` with a verb before
# it); in quotes it may hold newlines.
_UCI_OPTION = rf"(?:option|list)[ \t]+['\"]?(?:{_UCI_NAMES})['\"]?[ \t]+"
_UCI_PATH = rf"(?:(?:set|add_list|del_list)[ \t]+)?[\w.@\[\]-]+\.(?:{_UCI_NAMES})="
_UCI = re.compile(
    rf"(?P<kept>^[-+ \t]*(?:{_UCI_OPTION}|{_UCI_PATH}))"
    r"(?:'(?:[^']|'\\'')*'|\"[^\"]*\"|[^\n]+)",
    re.MULTILINE,
)
# Hashes and reversible encryptions that are known by their look: crypt(3), Junos' $8$ and $9$, Cisco's types 8 and 9.
_BY_LOOK = re.compile(r"\"?\$(?:1|2[abxy]?|5|6|8|9|14|y|sha\d+)\$[^\s\";]+\"?")
_IN_ADDRESS = re.compile(r"(://[^:@/\s]+:)[^@/\s]+(?=@)")
_PEM = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----)", re.DOTALL)
_MARKED = re.compile(r"^(?P<kept>.*?)(?:\"[^\"]*\"|[^\s\"]+);?[ \t]*## SECRET-DATA.*$")
# One of these words stands on every line that the rules look for: most lines have none, and are passed over.
_HINTS = ("secret", "passw", "passp", "key", "commun", "snmp-server", "psk", "token", "authentication", "$", "://",
          "cvauth", "cak", "ssh-", "ascii-text", "hexadecimal", "SECRET-DATA")  # fmt: skip
_RULES: Mapping[str, Sequence[re.Pattern[str]]] = {
    "eos": (_CLI,),
    "ios": (_CLI,),
    "nxos": (_CLI,),
    "iosxr": (_CLI,),
    "junos": (_JUNOS,),
}
_ALL_RULES = (_JUNOS, _CLI)


def without_secrets(text: str, platform: str) -> str:
    """Return a configuration, or a diff of one, with every secret replaced by `<removed>`.

    A platform that nobody taught is masked by the rules of all: too much rather than too little.
    """
    if "PRIVATE KEY-----" in text:
        text = _PEM.sub(rf"\1 {HIDDEN} \2", text)
    if platform not in _RULES:
        text = _UCI.sub(rf"\g<kept>'{HIDDEN}'", text)
    if platform == "openwrt":
        return _BY_LOOK.sub(HIDDEN, _IN_ADDRESS.sub(rf"\1{HIDDEN}", text))
    rules = _RULES.get(platform, _ALL_RULES)
    return "\n".join(_masked(line, rules) if _is_suspect(line) else line for line in text.split("\n"))


def _is_suspect(line: str) -> bool:
    return any(hint in line for hint in _HINTS)


def _masked(line: str, rules: Sequence[re.Pattern[str]]) -> str:
    if _TEXT.match(line):
        return line
    if (marked := _MARKED.match(line)) is not None:
        line = f"{marked['kept']}{HIDDEN}; ## SECRET-DATA"
    else:
        for rule in rules:
            line = rule.sub(_hide, line)
    line = _IN_ADDRESS.sub(rf"\1{HIDDEN}", _CVAUTH.sub(rf"\1{HIDDEN}", line))
    return _BY_LOOK.sub(HIDDEN, line)


def _hide(found: re.Match[str]) -> str:
    """The words before the secret, what stands for it, and the end of its statement where it has one (Junos)."""
    return f"{found['kept']}{found['gap']}{HIDDEN}{found.groupdict().get('end') or ''}"
