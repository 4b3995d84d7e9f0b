"""What the API answers about the plant: one module a question."""
