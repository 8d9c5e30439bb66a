from django.contrib import admin
from django.urls import include, path

from articles.feeds import ArticleFeed
from articles.sitemaps import ArticleSitemap, TopicSitemap
from articles.views import Page, corrections, picture
from comments.feeds import CommentFeed
from crpsinfo import contact, sitemaps, views
from crpsinfo.caching import public_page
from crpsinfo.search.views import search
from crpsinfo.sitemaps import PageSitemap
from directory.sitemaps import DoctorSitemap, StateSitemap

SITEMAPS = {
    "pages": PageSitemap,
    "articles": ArticleSitemap,
    "topics": TopicSitemap,
    "states": StateSitemap,
    "doctors": DoctorSitemap,
}

urlpatterns = [
    path("", views.home, name="home"),
    path("articles/", include("articles.urls")),
    path("articles/<slug:slug>/", include("comments.urls_of_article")),
    path("comments/", include("comments.urls")),
    path("doctors/", include("directory.urls")),
    path("search/", search, name="search"),
    path("about/", Page.as_view(slug="about"), name="about"),
    path("accessibility/", Page.as_view(slug="accessibility"), name="accessibility"),
    path("privacy/", Page.as_view(slug="privacy"), name="privacy"),
    path("corrections/", corrections, name="corrections"),
    path("pictures/<slug:name>.webp", picture, name="picture"),
    path("contact/", contact.contact, name="contact"),
    path("contact/sent/", contact.sent, name="contact-sent"),
    path("contact/sent/danger/", contact.sent, {"in_danger": True}, name="contact-danger"),
    path("feeds/articles/", public_page(ArticleFeed()), name="article-feed"),
    path("feeds/comments/", public_page(CommentFeed()), name="comment-feed"),
    path("sitemap.xml", sitemaps.index, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, {"sitemaps": SITEMAPS}, name="sitemap-section"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security-txt"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("admin/", admin.site.urls),
]

handler400 = "crpsinfo.errors.bad_request"
handler403 = "crpsinfo.errors.forbidden"
handler404 = "crpsinfo.errors.not_found"
handler500 = "crpsinfo.errors.server_error"
