"""The names of our sections: they begin with nh_ and the label, so that everybody sees whose they are. Pure.

A section's name is letters, digits and underscores ("The UCI system", OpenWrt wiki). Of a label's other
characters each becomes two, so no two labels give one name: `-` is `__`, `_` is `_u`, `.` is `_p`.
What day 0 wrote begins with nh0_.
"""

import re

OURS = "nh_"
DAY_ZERO = "nh0_"
BRIDGE = "br-nh"
UNTAGGED_VLAN = 1  # what is managed is untagged outside, and this inside
_UNESCAPES = {"__": "-", "_u": "_", "_p": "."}
_ESCAPES = str.maketrans({letter: escape for escape, letter in _UNESCAPES.items()})
_ESCAPED = re.compile("|".join(_UNESCAPES))
_LABEL = re.compile(rf"{OURS}((?:[A-Za-z0-9]|__|_u|_p)+)")


def network_name(label: str) -> str:
    """The network of a service, such as nh_S__3V8KD1N5HW."""
    return OURS + label.translate(_ESCAPES)


def label_of(name: str) -> str:
    """The label in a section's name, "" where it is none of ours. What is behind it is not: _vlan, _on_radio0."""
    match = _LABEL.match(name)
    return "" if match is None else _ESCAPED.sub(lambda found: _UNESCAPES[found[0]], match[1])
