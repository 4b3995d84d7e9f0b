"""A NAPALM driver for OpenWrt access points, over ubus. Why not napalm-openwrt: docs/decisions/openwrt-driver.md."""
