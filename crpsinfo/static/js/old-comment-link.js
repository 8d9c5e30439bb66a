// A link to a comment that is not on this page, as old links have it: it may be on another page of the same article.
const [, number] = /^#comment-(\d+)$/.exec(location.hash) ?? [];
if (number && !document.getElementById(`comment-${number}`)) {
  const found = await fetch(`/comments/${number}/`, { method: "HEAD" }).catch(() => ({}));
  const isElsewhere = found.ok && found.url !== location.href.split("#")[0];
  if (isElsewhere && found.url.startsWith(location.origin + location.pathname)) location.replace(found.url + location.hash);
}
