from django.db import models


class ImportedPost(models.Model):
    """Which article a post of another site became, so that importing it again changes nothing. The row outlives the
    article: what editors deleted does not come back."""

    site = models.CharField(max_length=200)  # its address
    number = models.PositiveBigIntegerField()  # of the post, there
    article = models.ForeignKey("articles.Article", models.SET_NULL, null=True, related_name="imported_posts")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="imported_post_once")]

    def __str__(self):
        return f"{self.site}, {self.number}"
