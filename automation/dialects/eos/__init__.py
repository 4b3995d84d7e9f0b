"""Arista EOS, as its running-config writes it."""
