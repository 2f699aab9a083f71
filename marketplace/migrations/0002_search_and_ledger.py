"""The full-text index over listings, and triggers that let nothing be changed in or taken from the ledger."""

from django.db import migrations

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

TABLES = ("marketplace_transfer", "marketplace_ledgerentry")
LEDGER_SQLITE = [
    f"CREATE TRIGGER {table}_{verb.lower()}_refused BEFORE {verb} ON {table}"
    " BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END"
    for table in TABLES
    for verb in ("UPDATE", "DELETE")
]
LEDGER_SQLITE_UNDO = [
    f"DROP TRIGGER {table}_{verb}_refused" for table in TABLES for verb in ("update", "delete")
]
LEDGER_POSTGRESQL = [
    "CREATE FUNCTION marketplace_ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
    " BEGIN RAISE EXCEPTION 'the ledger is only added to' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    *(
        f"CREATE TRIGGER {table}_refused BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION marketplace_ledger_refuse()"
        for table in TABLES
    ),
]
LEDGER_POSTGRESQL_UNDO = [
    *(f"DROP TRIGGER {table}_refused ON {table}" for table in TABLES),
    "DROP FUNCTION marketplace_ledger_refuse()",
]

DO = {"sqlite": SEARCH_SQLITE + LEDGER_SQLITE, "postgresql": SEARCH_POSTGRESQL + LEDGER_POSTGRESQL}
UNDO = {
    "sqlite": SEARCH_SQLITE_UNDO + LEDGER_SQLITE_UNDO,
    "postgresql": SEARCH_POSTGRESQL_UNDO + LEDGER_POSTGRESQL_UNDO,
}


def do(apps, schema_editor):
    for statement in DO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def undo(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("marketplace", "0001_initial")]

    operations = [migrations.RunPython(do, undo)]
