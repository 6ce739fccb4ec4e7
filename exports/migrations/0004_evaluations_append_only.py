"""The trigger that keeps raw answers as they came."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("annotations", "0002_append_only"), ("exports", "0003_evaluations")]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER exports_evaluationitem_append_only BEFORE UPDATE OR DELETE"
            " ON exports_evaluationitem FOR EACH ROW EXECUTE FUNCTION annotations_append_only()",
            "DROP TRIGGER exports_evaluationitem_append_only ON exports_evaluationitem",
        )
    ]
