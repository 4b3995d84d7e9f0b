"""The one history of our database: what exists and what is sold."""
