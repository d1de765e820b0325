"""What the network does not take up stands in the note, which anybody reads."""

from django.db import migrations

PUBLIC = "ALTER POLICY strategy_limit_read ON strategy_limit USING (true);"
PARTNERS = "ALTER POLICY strategy_limit_read ON strategy_limit USING ((SELECT directory_reads()));"


class Migration(migrations.Migration):
    dependencies = [("strategy", "0051_adoption")]
    operations = [migrations.RunSQL(PUBLIC, PARTNERS)]
