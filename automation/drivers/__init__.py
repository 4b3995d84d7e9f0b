"""NAPALM drivers of ours, where upstream has none that can be trusted with a change."""
