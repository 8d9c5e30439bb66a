"""Makes WordPress export files (WXR) as WordPress writes them."""

import io

from django.core.management import call_command

HEAD = """<?xml version="1.0" encoding="{encoding}" ?>
<!-- This is a WordPress eXtended RSS file. -->
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:wfw="http://wellformedweb.org/CommentAPI/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
  <title>Our old site</title>
  <link>https://old.example</link>
  <wp:wxr_version>1.2</wp:wxr_version>
  <wp:base_site_url>https://old.example</wp:base_site_url>
  <wp:base_blog_url>https://old.example</wp:base_blog_url>
"""
TAIL = "</channel>\n</rss>\n"


def cdata(text):
    return f"<![CDATA[{str(text).replace(']]>', ']]]]><![CDATA[>')}]]>"


def elements(prefix, values):
    return "".join(f"<{prefix}{name}>{cdata(value)}</{prefix}{name}>\n" for name, value in values.items())


def author(login, name):
    return f"<wp:author>{elements('wp:', {'author_login': login, 'author_display_name': name})}</wp:author>\n"


def category(number, slug, name, parent=""):
    values = {"term_id": number, "category_nicename": slug, "category_parent": parent, "cat_name": name}
    return f"<wp:category>{elements('wp:', values)}</wp:category>\n"


def post(number=1, *, content="Some words.", excerpt="", title="A post", link=None, terms="", comments="", **values):
    """One item. `terms` and `comments`: what `term`, and `comment` or `meta`, make. Other values are wp: elements."""
    values = {
        "post_id": number,
        "post_date": "2014-03-05 08:00:00",
        "post_date_gmt": "2014-03-05 13:00:00",
        "post_modified_gmt": "2015-04-06 07:08:09",
        "comment_status": "open",
        "post_name": f"post-{number}",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
    } | values
    link = link or f"https://old.example/2014/03/{values['post_name']}/"
    text = elements("", {"title": title, "link": link, "dc:creator": "ann"})
    text += elements("", {"content:encoded": content, "excerpt:encoded": excerpt})
    return f"<item>\n{text}{elements('wp:', values)}{terms}{comments}</item>\n"


def term(slug, name, domain="category"):
    return f'<category domain="{domain}" nicename="{slug}">{cdata(name)}</category>\n'


def attachment(number, address, parent=0):
    return post(number, post_type="attachment", status="inherit", attachment_url=address, post_parent=parent)


def meta(key, value):
    return f"<wp:postmeta>{elements('wp:meta_', {'key': key, 'value': value})}</wp:postmeta>\n"


def comment(number, text="I know this.", *, parent=0, approved="1", **values):
    values = {
        "id": number,
        "author": "Beth",
        "author_email": "beth@example.org",
        "author_url": "",
        "author_IP": "192.0.2.55",
        "date_gmt": "2014-03-06 10:00:00",
        "content": text,
        "approved": approved,
        "type": "",
        "parent": parent,
    } | values
    return f"<wp:comment>\n{elements('wp:comment_', values)}</wp:comment>\n"


def export(*items, encoding="UTF-8"):
    """The text of a file."""
    return HEAD.format(encoding=encoding) + "".join(items) + TAIL


def move_in(folder, *items, **options):
    """Run the command on a file that holds these items. Returns what it said; `out` has it also after an error."""
    path = folder / "export.xml"
    path.write_text(export(*items), encoding="utf-8")
    return run(path, **options)


def run(path, out=None, stderr=None, **options):
    out = out or io.StringIO()
    call_command("import_wordpress", str(path), stdout=out, stderr=stderr or io.StringIO(), **options)
    return out.getvalue()
