"""What an article's page says of itself, for machines (see crpsinfo.jsonld)."""

from django.conf import settings
from django.urls import reverse

from articles.models import CREDIT
from crpsinfo.jsonld import breadcrumbs, script


def of(article, topics):
    """The data block of an article's page: what it is, and where it stands."""
    crumbs = breadcrumbs(("Articles", reverse("articles")), (article.title, article.get_absolute_url()))
    return script(medical_page(article, topics), crumbs)


def medical_page(article, topics):
    """https://schema.org/MedicalWebPage with what is known. No reviewer is named unless there was one."""
    publisher = {"@type": "Organization", "name": settings.SITE_NAME, "url": f"{settings.SITE_URL}/"}
    facts = {
        "@type": ["MedicalWebPage", "Article"],
        "@id": article.absolute_url,
        "url": article.absolute_url,
        "headline": article.title,
        "description": article.summary,
        "image": article.card_url,
        "inLanguage": "en-US",
        "audience": {"@type": "MedicalAudience", "audienceType": "Patient"},
        "about": {"@type": "MedicalCondition", "name": "Complex Regional Pain Syndrome", "alternateName": "CRPS"},
        "author": {"@type": "Organization" if article.credit == CREDIT else "Person", "name": article.credit},
        "publisher": publisher,
        "datePublished": article.published_at.isoformat(),
        "dateModified": article.updated_at.isoformat(),
        "keywords": ", ".join(topic.name for topic in topics),
        "lastReviewed": article.last_review and article.last_review.isoformat(),
        "reviewedBy": article.reviewed_by and {"@type": "Person", "name": article.reviewed_by},
    }
    return {name: value for name, value in facts.items() if value}
