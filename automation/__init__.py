"""What a device should say, and making it say so."""
