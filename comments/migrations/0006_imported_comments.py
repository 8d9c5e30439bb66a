import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0005_desk")]

    operations = [
        migrations.CreateModel(
            name="ImportedComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=200)),
                ("number", models.PositiveBigIntegerField()),
                (
                    "comment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="imported",
                        to="comments.comment",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("site", "number"), name="imported_comment_once")],
            },
        ),
    ]
