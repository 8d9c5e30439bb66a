from django import template
from django.utils.safestring import mark_safe

from articles.models import Article

register = template.Library()


@register.simple_tag
def page_text(slug):
    """What editors wrote for the page at this fixed address: safe HTML, "" if nothing is published."""
    html = Article.objects.published().pages().filter(slug=slug).values_list("html", flat=True).first()
    return mark_safe(html or "")  # noqa: S308 - cleaned when it was saved
