"""platform pauses

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('platform_pause',
    sa.Column('registration_id', sa.Integer(), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['registration_id'], ['registration.id'], name=op.f('fk_platform_pause_registration_id_registration')),
    sa.PrimaryKeyConstraint('registration_id', name=op.f('pk_platform_pause'))
    )


def downgrade() -> None:
    op.drop_table('platform_pause')
