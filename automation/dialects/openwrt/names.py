"""The names of our sections: they begin with nh_ and the label, so that everybody sees whose they are. Pure.

A section's name is letters, digits and underscores ("The UCI system", OpenWrt wiki). Of a label's other
characters each becomes two, so no two labels give one name: `-` is `__`, `_` is `_u`, `.` is `_p`.
What day 0 wrote begins with nh0_.
"""

OURS = "nh_"
DAY_ZERO = "nh0_"
_ESCAPES = str.maketrans({"-": "__", "_": "_u", ".": "_p"})


def network_name(label: str) -> str:
    """The network of a service, such as nh_S__3V8KD1N5HW."""
    return OURS + label.translate(_ESCAPES)


def vlan_name(label: str) -> str:
    """The VLAN of that network on the bridge."""
    return f"{network_name(label)}_vlan"


def tenant_name(label: str, s_vlan: int) -> str:
    """The network of a tenant of a shared SSID, whose label this is."""
    return f"{network_name(label)}_t{s_vlan}"
