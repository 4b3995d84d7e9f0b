"""What is sold, and how an order becomes a service."""
