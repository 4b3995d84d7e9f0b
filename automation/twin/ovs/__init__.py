"""The twin with real packets: a network namespace and an Open vSwitch of its own for every simulated device."""
