"""What an order asks for of its product, of any kind: the column of strands becomes it.

A row from before says no kind; strands were all there was then.
"""

from alembic import op

revision = "0008_wanted"
down_revision = "0007_certificates"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders RENAME COLUMN strands TO wanted")


def downgrade() -> None:
    op.execute("ALTER TABLE orders RENAME COLUMN wanted TO strands")
