"""What the admin's form of an article posts."""

from django.urls import reverse

NO_CORRECTIONS = {"corrections-TOTAL_FORMS": "0", "corrections-INITIAL_FORMS": "0"}


def article_form(**fields):
    known = {"kind": "article", "slug": "new", "title": "New", "summary": "About.", "body": "## Hello"}
    return known | {"credit": "CRPS Info editors", "comments_open": "on"} | NO_CORRECTIONS | fields


def form_of(article, **fields):
    """The form as the page of the article shows it, with these fields changed."""
    shown = {name: getattr(article, name) for name in ("kind", "slug", "title", "summary", "body", "credit")}
    return article_form(**shown | {"topics": [topic.pk for topic in article.topics.all()]} | fields)


def add(client, **fields):
    return client.post(reverse("admin:articles_article_add"), article_form(**fields))


def change(client, article, **fields):
    url = reverse("admin:articles_article_change", args=[article.pk])
    return client.post(url, form_of(article, **fields))


def preview(client, article=None, **fields):
    route = "articles_article_preview_changed" if article else "articles_article_preview"
    url = reverse(f"admin:{route}", args=[article.pk] if article else [])
    return client.post(url, form_of(article, **fields) if article else article_form(**fields))


def version(article, number):
    """The page of an older version, 0 the first."""
    row = list(article.history.order_by("history_id"))[number]
    return reverse("admin:articles_article_simple_history", args=[article.pk, row.pk])
