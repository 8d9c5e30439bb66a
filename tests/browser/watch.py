"""What no page may do, noticed while a test looks at something else."""


class Watch:
    """Keeps the `troubles` of every page of a browser window: a message on the console (the browser reports there what
    the Content-Security-Policy refused), an error in a script, a request to another site, and an answer of 400 or more
    that the test did not announce."""

    def __init__(self, origin):
        self.origin, self.troubles, self.announced = origin, [], []

    def over(self, context):
        context.on("console", self.on_console)
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))
        context.on("request", self.on_request)
        context.on("response", self.on_response)

    def announce(self, status):
        """One answer with this status will come, and is right."""
        self.announced.append(status)

    def check(self):
        """Fails if there is trouble up to now, and forgets it."""
        (troubles, announced), self.troubles, self.announced = (self.troubles, self.announced), [], []
        assert not troubles, "\n".join(troubles)
        assert not announced, f"These never came: {announced}"

    def on_console(self, message):
        judged_elsewhere = message.text.startswith("Failed to load resource: the server responded")  # on_response
        hint = message.type == "verbose"  # a console shows these only when asked
        was_too_quick = message.text.startswith("Autofocus processing was blocked")  # a test, for the page to have it
        if not (judged_elsewhere or hint or was_too_quick):
            self.troubles.append(f"console: {message.text}")

    def on_request(self, request):
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.troubles.append(f"request to {request.url}")

    def on_response(self, response):
        if response.status in self.announced:
            self.announced.remove(response.status)
        elif response.status >= 400:
            self.troubles.append(f"{response.status} for {response.url}")
