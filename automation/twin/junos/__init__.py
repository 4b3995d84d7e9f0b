"""A simulated Junos device: its configuration, and NETCONF over SSH."""
