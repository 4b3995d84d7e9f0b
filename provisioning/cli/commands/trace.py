"""`neutralhost trace END`."""

import click

from provisioning.cli.command import command as make_command


@make_command("trace", runs="provisioning.cli.trace:trace")
@click.argument("end")
def command() -> None:
    """Show every port, patch, strand, splice, duct and owner from END to the far end, and what light loses on the way.

    END is strand:CABLE:NUMBER (with @PLACE: from its end there on), a port DEVICE:PORT, an ODF position ODF:NUMBER, the
    code of a link, or the id of a service. Splices lose what was measured; the rest is reckoned with the settings
    NEUTRALHOST_LOSS_PER_KM_DB, _PER_SPLICE_DB and _PER_CONNECTOR_DB.

    "whose" is an asset's owner, operator and user, or one name where they are one.
    """
