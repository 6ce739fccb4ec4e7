"""Triggers that keep the append-only rows as they were written."""

from django.db import migrations

APPEND_ONLY = ("prediction", "predictionbody", "revision", "event", "splitassignment")

FUNCTION = """
CREATE FUNCTION annotations_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- A cascade or SET NULL from an erasure runs with this setting, local to its transaction.
  IF current_setting('ocrlab.erasure', true) = 'on' THEN
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'restrict_violation';
END $$;
"""


def trigger(table: str) -> migrations.RunSQL:
    """Refuse UPDATE and DELETE on one table."""
    name = f"annotations_{table}"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name}"
        " FOR EACH ROW EXECUTE FUNCTION annotations_append_only()",
        f"DROP TRIGGER {name}_append_only ON {name}",
    )


class Migration(migrations.Migration):
    dependencies = [("annotations", "0001_initial")]

    operations = [
        migrations.RunSQL(FUNCTION, "DROP FUNCTION annotations_append_only"),
        *(trigger(table) for table in APPEND_ONLY),
    ]
