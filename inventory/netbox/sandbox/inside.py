"""Text of the two files that run inside NetBox's own virtual environment."""

PREPARE = r'''"""Build the schema of an empty database, then the admin user and its token."""
import gc, importlib, json, os, sys
gc.disable()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netbox.settings")
import django
django.setup()
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState


class Unmigrated:
    """A MIGRATION_MODULES value that makes every app look as if it had no migrations."""
    def __contains__(self, label): return True
    def __getitem__(self, label): return None
    def get(self, label, default=None): return None


loader = MigrationLoader(connection)
order = []
for leaf in loader.graph.leaf_nodes():
    order += [key for key in loader.graph.forwards_plan(leaf) if key not in order]


def operations():
    for key in order:
        for operation in loader.get_migration(*key).operations:
            inner = operation.database_operations if isinstance(operation, SeparateDatabaseAndState) else [operation]
            for one in inner:
                yield key, one


def apply(names):
    with connection.schema_editor() as editor:
        for key, operation in operations():
            if type(operation).__name__ in names:
                operation.database_forwards(key[0], editor, ProjectState(), ProjectState())


# Database objects that models do not describe: extensions and collations before the tables, triggers after.
apply({"CreateExtension", "CreateCollation"})
kept = settings.MIGRATION_MODULES
settings.MIGRATION_MODULES = Unmigrated()
call_command("migrate", run_syncdb=True, interactive=False, verbosity=0)
settings.MIGRATION_MODULES = kept
apply({"InstallLtreeTriggers", "ReinstallLtreeTriggers", "InstallDenormalizationTrigger"})

# The one migration that ships rows rather than moving them.
seed = importlib.import_module("dcim.migrations.0206_load_module_type_profiles")
seed.load_initial_data(apps, connection.schema_editor())

recorder = MigrationRecorder(connection)
recorder.ensure_schema()
names = set(order)
for key in order:
    names |= set(loader.get_migration(*key).replaces)
recorder.migration_qs.bulk_create([recorder.Migration(app=app, name=name) for app, name in sorted(names)])
emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

from users.models import Token, User
user = User.objects.create_superuser("admin", "admin@example.invalid", os.environ["SANDBOX_PASSWORD"])
token = Token(user=user, version=2, description="neutralhost sandbox")
token.save()
with os.fdopen(os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
    json.dump({"token": "nbt_%s.%s" % (token.key, token.token)}, file)
'''

WSGI = '''"""NetBox with its own static files: no collectstatic and no nginx."""
import gc

from django.contrib.staticfiles.handlers import StaticFilesHandler
from netbox.wsgi import application as netbox_application

application = StaticFilesHandler(netbox_application)
# Writes allocate much: with Python's default thresholds the collector takes a quarter of a bulk create.
gc.collect()
gc.freeze()
gc.set_threshold(100000, 20, 50)
'''
