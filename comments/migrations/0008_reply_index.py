from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0006_count_words"),
        ("comments", "0007_tally"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex("comment", "comment_replies"),
        migrations.AddIndex(
            "comment",
            models.Index(
                condition=models.Q(("root__isnull", False)),
                fields=["root", "created_at", "id", "status"],
                name="comment_replies",
            ),
        ),
    ]
