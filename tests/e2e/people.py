"""What people do with a browser in the journeys: come in, write, sign, confirm."""

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

PASSWORD = "copact-demo"
PATIENCE = 60.0


class Faults:
    """What a page complained of: errors in its scripts and its console."""

    def __init__(self, page: Page):
        self.found: list[str] = []
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", self._listen)

    def _listen(self, message: Any) -> None:
        # A browser writes refused requests (4xx, no connection) into the console by itself.
        if message.type == "error" and not re.search(r"Failed to load resource|WebSocket connection", message.text):
            self.found.append(message.text)


def open_page(browser: Browser, device: dict[str, Any], language: str) -> tuple[Page, Faults]:
    """A person's own device: its cookies and stored things are not shared with others."""
    context: BrowserContext = browser.new_context(**device, locale=language)
    context.set_default_timeout(45_000)
    page = context.new_page()
    return page, Faults(page)


def sign_in(page: Page, url: str, email: str) -> None:
    page.goto(f"{url}/account/login/?lang=en")
    page.get_by_label("E-mail", exact=False).first.fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.wait_for_url(lambda address: "/login/" not in address)
    # The people of the demo read in their city's language; the journey's words are English.
    with page.expect_navigation():
        page.locator('#language button[value="en"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def enter_room(page: Page, url: str, code: str, name: str) -> None:
    page.goto(f"{url}/join/")
    page.locator("#id_code").fill(code)
    if page.locator("#id_name").count():
        page.locator("#id_name").fill(name)
    page.locator("form.join button.btn--live").click()
    page.wait_for_url(lambda address: "/rooms/" in address)
    expect(editor(page)).to_have_attribute("contenteditable", "true")


def editor(page: Page) -> Any:
    return page.locator(".ProseMirror")


def show(page: Page, view: str) -> None:
    """On a phone one view stands at a time."""
    tab = page.locator(f'nav.tabs a[href="#{view}"]')
    if tab.is_visible():
        tab.click()


def until(page: Page, done: Callable[[], bool], what: str) -> None:
    """Until the server says so: a page may show already what its server has not heard yet."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, f"in vain: {what}"
        page.wait_for_timeout(50)


# Whether nothing comes behind the caret in the last block; or in the one that holds some words, or in the first.
CARET = """([words, first]) => {
  const text = document.querySelector(".ProseMirror"), { focusNode, focusOffset } = getSelection();
  if (!text.contains(focusNode)) return false;
  const blocks = [...text.children];
  const block = words ? blocks.find((each) => each.textContent.includes(words)) : first ? blocks[0] : text.lastChild;
  if (!block || ((words || first) && !block.contains(focusNode))) return false;
  const rest = document.createRange();
  rest.setStart(focusNode, focusOffset);
  rest.setEndAfter(block);
  return !rest.toString().trim();
}"""


def _put_caret(page: Page, keys: Sequence[str], words: str = "", *, first: bool = False) -> None:
    """A key that comes within milliseconds of a click, as no hand does it, may be undone by what the click still does."""
    for _ in range(50):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_timeout(60)
        if page.evaluate(CARET, [words, first]):
            return
    raise AssertionError("the caret does not go there")


def go_to_end(page: Page) -> None:
    _put_caret(page, ["Control+End"])


def go_behind_the_first_line(page: Page) -> None:
    _put_caret(page, ["Control+Home", "End"], first=True)


def go_behind(page: Page, words: str) -> None:
    """To the end of the block that holds them."""
    editor(page).get_by_text(words).click()
    _put_caret(page, ["End"], words)


def write_at_end(page: Page, text: str, delay: int = 15) -> None:
    show(page, "draft")
    editor(page).click()
    go_to_end(page)
    page.keyboard.press("Enter")
    page.keyboard.type(text, delay=delay)


def wait_until_saved(page: Page) -> None:
    expect(page.locator('[data-part="save"]')).to_have_attribute("data-sign", "saved", timeout=60_000)


def wait_until_kept(page: Page) -> None:
    """On the device: a change of its own that waits for those under way."""
    page.evaluate(
        """async () => {
          const request = indexedDB.open("copact", 1);
          const base = await new Promise((done) => (request.onsuccess = () => done(request.result)));
          const last = base.transaction("updates", "readwrite");
          last.objectStore("updates").count();
          await new Promise((done) => (last.oncomplete = done));
          base.close();
        }"""
    )


def select_words(page: Page, words: str) -> None:
    """Select some words of the text, as a mouse would; again, where the page drew the text anew at that moment."""
    expect(editor(page)).to_contain_text(words)
    for _ in range(20):
        page.evaluate(
            """(words) => {
              const walker = document.createTreeWalker(document.querySelector(".ProseMirror"), NodeFilter.SHOW_TEXT);
              for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                const at = node.nodeValue.indexOf(words);
                if (at < 0) continue;
                document.querySelector(".ProseMirror").focus();
                getSelection().setBaseAndExtent(node, at, node, at + words.length);
                return;
              }
              throw new Error("not in the text: " + words);
            }""",
            words,
        )
        page.wait_for_timeout(100)
        if page.evaluate("getSelection().toString()") == words:
            return
    raise AssertionError(f"the selection does not stay: {words}")


def let_in(page: Page, idea: Locator) -> None:
    """What others add waits behind a button, so that nothing moves under one's finger; it may come to it late."""

    def shown() -> bool:
        waits = page.locator('[data-part="lane-new"]:visible')
        waits.evaluate_all("(buttons) => buttons.forEach((button) => button.click())")
        return idea.count() > 0

    until(page, shown, f"{idea} on the board")


def press(button: Locator) -> None:
    """By keyboard."""
    button.focus()
    button.press("Enter")


def unfold(box: Locator) -> None:
    if box.get_attribute("open") is None:
        press(box.locator("summary").first)
