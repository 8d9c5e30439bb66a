"""Browser windows that one test after another uses, because a new one costs as much as eight pages."""


class Windows:
    """Windows, with scripts and without, that are not in use: each has one page and nothing of its past. One that could
    not be made so does not come back."""

    def __init__(self, open_window):
        self.open_window, self.free = open_window, {True: [], False: []}

    def borrow(self, scripts):
        return self.free[scripts].pop() if self.free[scripts] else self.open_window(java_script_enabled=scripts)

    def give_back(self, window, scripts, origin):
        make_as_new(window, origin)
        self.free[scripts].append(window)


def first_page(window):
    return window.pages[0] if window.pages else window.new_page()


def make_as_new(window, origin):
    """Takes away what a test, and the site at this origin, left in the window. What stays: routes, and scripts that a
    test has put into every page."""
    for page in window.pages[1:]:
        page.close()
    page = first_page(window)
    page.goto(f"{origin}/robots.txt")  # it has no script that could store something
    page.evaluate("sessionStorage.clear(); localStorage.clear();")
    window.clear_cookies()
    session = window.new_cdp_session(page)
    session.send("Network.clearBrowserCache")
    session.detach()
    page.set_extra_http_headers({})
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(media="null", color_scheme="null")
