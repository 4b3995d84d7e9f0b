"""Tests of a service before it is handed over: what was measured, what was expected, and how it went."""
