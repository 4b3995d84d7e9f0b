"""A simulated OpenWrt access point: rpcd's ubus objects over HTTPS. Written from OpenWrt's documentation."""
