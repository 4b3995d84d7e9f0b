"""OpenWrt's UCI: how intents are written down for an access point."""
