"""What the search finds of comments: the words of what readers see, never who wrote them."""

from comments.models import Comment
from crpsinfo.search.kinds import Entry, Hit, Kind

NOTE = "Personal experience, not checked by a clinician"


class Comments(Kind):
    name = "comment"
    slug = "comments"
    title = "Comments"
    titled = False
    within = "article"

    def rows(self):
        return Comment.objects.public().filter(erased_at=None).only("text", "article_id")

    def entry(self, comment):
        return Entry("", comment.text, within=comment.article_id)

    def hits(self, pks):
        return {
            comment.pk: Hit(
                f"{comment.author_name} on {comment.article.title}",
                comment.get_absolute_url(),
                comment.text,
                note=NOTE,
                rel="nofollow",
            )
            for comment in Comment.objects.readable().filter(pk__in=pks).for_list().order_by()
        }
