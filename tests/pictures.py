"""Pictures for articles: files as a browser sends them, and stored rows."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from articles import pictures
from articles.models import Picture


def uploaded(image_format="JPEG", size=(800, 600), mode="RGB", **options):
    stored = BytesIO()
    Image.new(mode, size, "teal").save(stored, image_format, **options)
    return SimpleUploadedFile("x", stored.getvalue())


def make_picture(**values):
    return Picture.objects.create(**pictures.encoded(uploaded()) | {"alt": "A hand"} | values)
