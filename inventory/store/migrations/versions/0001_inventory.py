"""What exists: places, premises, organisations, devices, ports, links and handovers."""

import sqlalchemy as sa
from alembic import op

revision = "0001_inventory"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _make_places()
    _make_organisations()
    _make_plant()
    _make_revision()


def downgrade() -> None:
    for table in (
        "inventory_revision",
        "handovers",
        "links",
        "ports",
        "devices",
        "organisations",
        "premises",
        "places",
    ):
        op.drop_table(table)


def _make_places() -> None:
    op.create_table(
        "places",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("area", sa.String, nullable=False),
        sa.Column("easting_m", sa.Double, nullable=False),
        sa.Column("northing_m", sa.Double, nullable=False),
        sa.Column("resilience_zone", sa.String, nullable=False),
    )
    op.create_table(
        "premises",
        sa.Column("uprn", sa.String, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("postcode", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("easting_m", sa.Double, nullable=False),
        sa.Column("northing_m", sa.Double, nullable=False),
        sa.Column("serving_place", sa.String, sa.ForeignKey("places.code")),
    )
    op.create_index("ix_premises_postcode", "premises", ["postcode"])
    op.create_index("ix_premises_serving_place", "premises", ["serving_place"])


def _make_organisations() -> None:
    op.create_table(
        "organisations",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("roles", sa.String, nullable=False),
        sa.Column("is_isp", sa.Boolean, nullable=False),
        sa.Column("operator_code", sa.String, nullable=False),
    )


def _make_plant() -> None:
    op.create_table(
        "devices",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("platform", sa.String, nullable=False),
        sa.Column("manufacturer", sa.String, nullable=False),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("serial", sa.String, nullable=False),
        sa.Column("place_code", sa.String, sa.ForeignKey("places.code")),
        sa.Column("uprn", sa.String, sa.ForeignKey("premises.uprn")),
        sa.Column("management_address", sa.String),
        sa.Column("lifecycle", sa.String, nullable=False),
    )
    op.create_index("ix_devices_place_code", "devices", ["place_code"])
    op.create_index("ix_devices_uprn", "devices", ["uprn"])
    op.create_table(
        "ports",
        sa.Column("device", sa.String, sa.ForeignKey("devices.name"), primary_key=True),
        sa.Column("port", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("speed_mbps", sa.Integer, nullable=False),
    )
    op.create_table(
        "links",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("a_device", sa.String, nullable=False),
        sa.Column("a_port", sa.String, nullable=False),
        sa.Column("z_device", sa.String, nullable=False),
        sa.Column("z_port", sa.String, nullable=False),
        sa.Column("capacity_mbps", sa.Integer, nullable=False),
        sa.Column("length_m", sa.Double, nullable=False),
        sa.ForeignKeyConstraint(["a_device", "a_port"], ["ports.device", "ports.port"]),
        sa.ForeignKeyConstraint(["z_device", "z_port"], ["ports.device", "ports.port"]),
    )
    op.create_table(
        "handovers",
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("isp_code", sa.String, sa.ForeignKey("organisations.code"), nullable=False),
        sa.Column("place_code", sa.String, sa.ForeignKey("places.code"), nullable=False),
        sa.Column("device", sa.String, nullable=False),
        sa.Column("port", sa.String, nullable=False),
        sa.Column("capacity_mbps", sa.Integer, nullable=False),
        sa.Column("first_s_vlan", sa.Integer, nullable=False),
        sa.Column("last_s_vlan", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["device", "port"], ["ports.device", "ports.port"]),
    )
    op.create_index("ix_handovers_isp_code", "handovers", ["isp_code"])


def _make_revision() -> None:
    revisions = op.create_table(
        "inventory_revision",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.CheckConstraint("id = 1", name="one_row"),
    )
    op.bulk_insert(revisions, [{"id": 1, "revision": 0}])
