"""HTTP in, HTTP out: the portal and the APIs. No decisions."""
