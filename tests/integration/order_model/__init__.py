"""A model of everything that may be asked of orders of every kind, and what must be so after each of it."""
