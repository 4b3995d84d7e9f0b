"""Tests of a circuit before it is handed over: what was measured, what was expected, and how it went."""
