from django.urls import path

from articles.views import Page
from comments import views

urlpatterns = [
    path("guidelines/", Page.as_view(slug="comments-guidelines"), name="comments-guidelines"),
    path("privacy/", views.privacy, name="comments-privacy"),
    path("<int:pk>/", views.comment, name="comment"),
    path("receipt/<slug:key>/", views.receipt, name="receipt"),
    path("receipt/<slug:key>/withdraw/", views.change, {"verb": "withdraw"}, name="withdraw"),
    path("receipt/<slug:key>/restore/", views.change, {"verb": "restore"}, name="restore"),
]
