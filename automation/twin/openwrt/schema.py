"""What an access point's configuration may say: section types and their options, each with where it is written.

Real rpcd takes any option of any name; daemons ignore what they do not know. The twin is stricter, so that a
name misspelt in a template is found here. Sources are pages of the OpenWrt wiki, by title, and for what they
leave out OpenWrt's own `hostapd.sh` (package/network/services/hostapd/files), which reads the options.
"""

from dataclasses import dataclass

NETWORK_PAGE = "Network basics /etc/config/network"
VLAN_PAGE = "DSA Mini-Tutorial"
WIRELESS_PAGE = "Wi-Fi /etc/config/wireless"
SYSTEM_PAGE = "System configuration /etc/config/system"
RPCD_PAGE = "rpcd: OpenWrt ubus RPC daemon"
HOSTAPD = "hostapd.sh"


@dataclass(frozen=True, slots=True)
class SectionRule:
    """A type of section: its options, its lists, and the page that tells of them."""

    package: str
    type: str
    page: str
    options: frozenset[str]
    lists: frozenset[str] = frozenset()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


RULES = (
    SectionRule("network", "globals", NETWORK_PAGE, _words("ula_prefix packet_steering")),
    SectionRule(
        "network",
        "interface",
        NETWORK_PAGE,
        _words("device proto ipaddr netmask gateway ip6assign auto disabled force_link metric hostname mtu"),
        _words("dns ipaddr"),
    ),
    SectionRule(
        "network",
        "device",
        NETWORK_PAGE,
        _words("name type macaddr mtu vlan_filtering bridge_empty stp igmp_snooping multicast ipv6 ifname vid isolate"),
        _words("ports"),
    ),
    SectionRule("network", "bridge-vlan", VLAN_PAGE, _words("device vlan local alias"), _words("ports")),
    SectionRule(
        "wireless",
        "wifi-device",
        WIRELESS_PAGE,
        _words(
            "type path phy band hwmode channel channels htmode country txpower disabled cell_density legacy_rates"
            " noscan distance beacon_int country_ie doth"
        ),
    ),
    SectionRule(
        "wireless",
        "wifi-iface",
        f"{WIRELESS_PAGE}; {HOSTAPD}",
        _words(
            "device mode network ssid disabled encryption key hidden isolate macaddr ifname wds maxassoc wmm"
            " ieee80211w ieee80211r ieee80211k ieee80211v bss_transition dtim_period max_inactivity"
            " sae_pwe owe_transition_ssid auth_server auth_port auth_secret acct_server acct_port acct_secret"
            " dae_client dae_port dae_secret nasid ownip dynamic_vlan vlan_naming vlan_tagged_interface vlan_bridge"
            " vlan_file vlan_no_bridge iw_enabled iw_internet iw_asra iw_esr iw_uesa iw_access_network_type iw_hessid"
            " iw_venue_group iw_venue_type iw_network_auth_type iw_gas_address3 iw_qos_map_set"
            " iw_ipaddr_type_availability hs20 disable_dgaf osen anqp_domain_id hs20_deauth_req_timeout"
            " hs20_operating_class hs20_wan_metrics proxy_arp"
        ),
        _words(
            "network auth_server acct_server maclist iw_roaming_consortium iw_domain_name iw_nai_realm iw_venue_name"
            " iw_venue_url iw_anqp_3gpp_cell_net iw_anqp_elem hs20_oper_friendly_name hs20_conn_capab"
        ),
    ),
    SectionRule("wireless", "wifi-vlan", HOSTAPD, _words("iface name vid network disabled isolate")),
    SectionRule("wireless", "wifi-station", HOSTAPD, _words("iface mac vid key")),
    SectionRule(
        "system",
        "system",
        SYSTEM_PAGE,
        _words("hostname description notes timezone zonename log_ip log_port log_proto log_size ttylogin"),
    ),
    SectionRule("rpcd", "rpcd", RPCD_PAGE, _words("socket timeout")),
    SectionRule("rpcd", "login", RPCD_PAGE, _words("username password"), _words("read write")),
    SectionRule("system", "timeserver", SYSTEM_PAGE, _words("enabled enable_server interface"), _words("server")),
)
_BY_TYPE = {(rule.package, rule.type): rule for rule in RULES}
PACKAGES = frozenset(rule.package for rule in RULES)


def knows_type(package: str, kind: str) -> bool:
    """Whether there are sections of this type in the package."""
    return (package, kind) in _BY_TYPE


def takes(package: str, kind: str, option: str, *, is_list: bool) -> bool:
    """Whether a section of this type may have the option, or the list, of this name."""
    rule = _BY_TYPE.get((package, kind))
    if rule is None:
        return False
    return option in (rule.lists if is_list else rule.options)
