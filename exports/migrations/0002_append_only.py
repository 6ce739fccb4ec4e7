"""The trigger that keeps a snapshot as it was taken."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotations", "0002_append_only"), ("exports", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER exports_releaseitem_append_only BEFORE UPDATE OR DELETE"
            " ON exports_releaseitem FOR EACH ROW EXECUTE FUNCTION annotations_append_only()",
            "DROP TRIGGER exports_releaseitem_append_only ON exports_releaseitem",
        )
    ]
