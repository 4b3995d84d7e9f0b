"""How each platform is spoken to, over an open NAPALM driver."""
