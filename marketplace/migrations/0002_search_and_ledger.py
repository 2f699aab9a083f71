"""The full-text index over listings, and a ledger that the database lets be added to only."""

from django.db import migrations

from backend.base.append_only import append_only

SEARCH_SQLITE = [
    "CREATE VIRTUAL TABLE marketplace_searchindex USING fts5("
    "folded, content='marketplace_searchdoc', content_rowid='id', tokenize='unicode61', prefix='2 3')",
    "CREATE TRIGGER marketplace_searchdoc_added AFTER INSERT ON marketplace_searchdoc BEGIN"
    " INSERT INTO marketplace_searchindex(rowid, folded) VALUES (new.id, new.folded); END",
    "CREATE TRIGGER marketplace_searchdoc_deleted AFTER DELETE ON marketplace_searchdoc BEGIN"
    " INSERT INTO marketplace_searchindex(marketplace_searchindex, rowid, folded)"
    " VALUES ('delete', old.id, old.folded); END",
    "CREATE TRIGGER marketplace_searchdoc_changed AFTER UPDATE ON marketplace_searchdoc BEGIN"
    " INSERT INTO marketplace_searchindex(marketplace_searchindex, rowid, folded)"
    " VALUES ('delete', old.id, old.folded);"
    " INSERT INTO marketplace_searchindex(rowid, folded) VALUES (new.id, new.folded); END",
]
SEARCH_SQLITE_UNDO = ["DROP TABLE marketplace_searchindex"] + [
    f"DROP TRIGGER marketplace_searchdoc_{when}" for when in ("added", "deleted", "changed")
]
SEARCH_POSTGRESQL = [
    "CREATE INDEX marketplace_searchdoc_words ON marketplace_searchdoc USING gin (to_tsvector('simple', folded))"
]
SEARCH_POSTGRESQL_UNDO = ["DROP INDEX marketplace_searchdoc_words"]

DO = {"sqlite": SEARCH_SQLITE, "postgresql": SEARCH_POSTGRESQL}
UNDO = {"sqlite": SEARCH_SQLITE_UNDO, "postgresql": SEARCH_POSTGRESQL_UNDO}


def do(apps, schema_editor):
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def undo(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial")]

    operations = [
        migrations.RunPython(do, undo),
        append_only("marketplace", "Transfer"),
        append_only("marketplace", "LedgerEntry"),
    ]
