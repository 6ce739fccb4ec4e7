"""Statistics that know rare words: without them a search for one page reads a million."""

from django.db import migrations

# The planner guesses the frequency of a word it has not counted from the rarest one it has. With
# the default (1,000 words) that guess is half a per cent of all pages, and of two ways to answer
# it takes the one that walks all pages by date: 4 s at a million. 10,000 words make it right.
TARGET = 1000


class Migration(migrations.Migration):
    dependencies = [("annotations", "0004_page_sent_back")]

    operations = [
        migrations.RunSQL(
            f"ALTER TABLE annotations_pagetext ALTER COLUMN vector SET STATISTICS {TARGET}",
            "ALTER TABLE annotations_pagetext ALTER COLUMN vector SET STATISTICS -1",
        )
    ]
