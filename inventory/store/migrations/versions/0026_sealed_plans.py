"""What change plans tell their devices is sealed from here on.

The tables stay as they are: what an earlier program kept in clear is read as it is, and sealed when a worker starts
(only it has the key). An earlier program could not open what is sealed, and would tell it to devices: before it takes
over again such plans are cancelled where they go on, and what they tell devices is let go. Those that move services
must have ended: the services would stay between two paths.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0026_sealed_plans"
down_revision = "0025_site_slots"
branch_labels = None
depends_on = None

_SEALED = "(commands LIKE 'sealed:%' OR undo LIKE 'sealed:%')"
_OPEN = "('proposed', 'rehearsed', 'approved', 'deploying')"


def upgrade() -> None:
    """Nothing: it is a mark in the history, so that an earlier program does not run on these tables."""


def downgrade() -> None:
    plans = f"SELECT plan_id FROM planned_changes WHERE {_SEALED}"  # noqa: S608 - ours
    going_on = f"state IN {_OPEN} AND id IN ({plans})"
    moving = f"SELECT id FROM change_plans WHERE kind = 'drain' AND {going_on} ORDER BY id"  # noqa: S608 - ours
    found = op.get_bind().execute(sa.text(moving)).scalars().all()
    if found:
        raise CommandError(f"Change plans are moving services: {', '.join(found)}. Let them end, or cancel them.")
    op.execute(f"DELETE FROM claims WHERE holder IN ({plans})")  # noqa: S608 - ours
    cancelled = "UPDATE change_plans SET state = 'cancelled', waits = '', ended_at = updated_at"
    op.execute(f"{cancelled} WHERE {going_on}")
    op.execute(f"UPDATE planned_changes SET commands = '', undo = '' WHERE {_SEALED}")  # noqa: S608 - ours
