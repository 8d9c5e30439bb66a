import secrets


def new_key():
    """A secret that nobody can guess, as it stands in a private address or in a cookie."""
    return secrets.token_urlsafe(32)
