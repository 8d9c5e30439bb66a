from django.urls import path

from articles import views

urlpatterns = [
    path("", views.ArticleList.as_view(), name="articles"),
    path("topics/<slug:slug>/", views.TopicPage.as_view(), name="topic"),
    path("<slug:slug>/card.png", views.card, name="article-card"),
]
