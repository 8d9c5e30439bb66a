from django.db import migrations

from articles.markdown import word_count


def count(apps, schema_editor):
    articles = apps.get_model("articles", "Article").objects
    for pk, html in articles.values_list("pk", "html").iterator(chunk_size=100):
        articles.filter(pk=pk).update(words=word_count(html))


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_words")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
