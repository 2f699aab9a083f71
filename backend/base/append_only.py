"""Tables whose rows the database itself refuses to change or delete, for use in migrations."""

from collections.abc import Sequence
from typing import Any

from django.db import migrations

REFUSAL = "this table is append-only"


def append_only(
    app: str,
    model: str,
    *,
    until: str = "",
    fills: Sequence[str] = (),
    outdated: str = "",
    empties: Sequence[str] = (),
) -> migrations.RunPython:
    """Refuse DELETE, and UPDATE but of the columns `fills` while the column `until` is still empty.

    `outdated` is a condition in SQL on OLD for rows that may be deleted (never changed) all the same.
    The columns `empties` may become empty, and nothing else.

    A migration that alters the table's columns on SQLite makes the table anew and loses the
    triggers: repeat this operation after it.
    """

    def add(apps: Any, schema_editor: Any) -> None:
        meta = apps.get_model(app, model)._meta
        free = {*fills, *empties}
        fixed = [field.column for field in meta.concrete_fields if field.name not in free]
        vendor = schema_editor.connection.vendor
        for statement in [
            *_dropped(vendor, meta.db_table),
            *statements(vendor, meta.db_table, fixed, until, fills, outdated, empties),
        ]:
            schema_editor.execute(statement, params=None)

    def remove(apps: Any, schema_editor: Any) -> None:
        table = apps.get_model(app, model)._meta.db_table
        for statement in _dropped(schema_editor.connection.vendor, table):
            schema_editor.execute(statement, params=None)

    return migrations.RunPython(add, remove)


def statements(
    vendor: str,
    table: str,
    fixed: Sequence[str],
    until: str,
    fills: Sequence[str],
    outdated: str = "",
    empties: Sequence[str] = (),
) -> list[str]:
    """The SQL that guards `table`."""
    differ = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    changed = [f'OLD."{column}" {differ} NEW."{column}"' for column in fixed]
    changed += [f'(OLD."{column}" {differ} NEW."{column}" AND NEW."{column}" <> \'\')' for column in empties]
    if until:
        filled = " OR ".join(f'OLD."{column}" {differ} NEW."{column}"' for column in fills)
        changed.append(f'(OLD."{until}" IS NOT NULL AND ({filled}))')
    condition = " OR ".join(changed)
    if vendor == "sqlite":
        refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        kept = f"WHEN NOT ({outdated}) " if outdated else ""
        return [
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} WHEN {condition} {refuse}",
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {kept}{refuse}",
        ]
    # A condition that looks into another table must stand in the function here.
    kept = f"IF TG_OP = 'DELETE' AND ({outdated}) THEN RETURN OLD; END IF; " if outdated else ""
    refuse = f"EXECUTE FUNCTION {table}_refuse()"
    function = (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {kept}"
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $body$"
    )
    return [
        function,
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({condition}) {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
    ]


def _dropped(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {table}_no_update", f"DROP TRIGGER IF EXISTS {table}_no_delete"]
    return [
        f"DROP TRIGGER IF EXISTS {table}_no_update ON {table}",
        f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}",
        f"DROP FUNCTION IF EXISTS {table}_refuse()",
    ]
