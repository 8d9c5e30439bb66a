from django.db import models


class ImportedComment(models.Model):
    """Which comment one of another site became, so that importing it again changes nothing."""

    site = models.CharField(max_length=200)  # its address
    number = models.PositiveBigIntegerField()  # of the comment, there
    comment = models.ForeignKey("comments.Comment", models.SET_NULL, null=True, related_name="imported")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "number"], name="imported_comment_once")]

    def __str__(self):
        return f"{self.site}, {self.number}"
