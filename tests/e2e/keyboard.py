"""Somebody with a keyboard alone: every key press is checked, so that focus is never lost, unseen, covered, stuck or tiny."""

import time
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import Faults
from tests.e2e.site import Site

LEAST: Final = 24  # px of a target
PATIENCE: Final = 15.0  # seconds; a page that is drawn on a busy machine is drawn late

# What has the focus, and what is wrong with it. A marker tells whether it is the same element as before.
WHERE: Final = """(least) => {
  const at = document.activeElement;
  // What has just been hidden keeps the focus until the next picture.
  if (!at || at === document.body || at === document.documentElement || !at.getClientRects().length) return {lost: true, name: "body", wrong: []};
  window.copactStop = window.copactStop || 0;
  if (!at.dataset.stop) at.dataset.stop = String(++window.copactStop);
  const wrong = [];
  const own = at.matches("input[type=radio], input[type=checkbox]") && (at.closest("label") || at.labels?.[0]);
  const shapes = [at, own].filter(Boolean);
  const seen = (each) => { const style = getComputedStyle(each);
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none"; };
  if (!at.matches('[tabindex="-1"]') && !shapes.some(seen)) wrong.push("its focus cannot be seen");
  const box = shapes.map((each) => each.getBoundingClientRect()).sort((a, b) => b.width * b.height - a.width * a.height)[0];
  const inline = at.matches("a") && getComputedStyle(at).display === "inline";
  if (!inline && (box.width < least - .5 || box.height < least - .5)) wrong.push(`it is ${Math.round(box.width)} × ${Math.round(box.height)} px small`);
  const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth), top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
  const places = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].map(([x, y]) => [left + (right - left) * x, top + (bottom - top) * y]);
  const open = ([x, y]) => { const hit = document.elementFromPoint(x, y);
    return hit && shapes.some((each) => each.contains(hit) || hit.contains(each) && !hit.matches("main, aside, body, .room, .desk") || hit.closest("label") === own && own); };
  const free = right > left && bottom > top ? places.filter(open).length : 0;
  const above = places.length ? document.elementFromPoint(...places[0]) : null;
  if (free === 0) wrong.push(`it is covered by ${above ? `${above.tagName.toLowerCase()}.${above.className}` : "nothing that is seen"}, at ${Math.round(box.top)} px`);
  const name = (at.getAttribute("aria-label") || at.labels?.[0]?.textContent || at.textContent || at.name || "").trim().replace(/\\s+/g, " ").slice(0, 60);
  return {lost: false, stop: at.dataset.stop, name: `${at.tagName.toLowerCase()}${at.id ? "#" + at.id : ""}${at.dataset.part ? "[" + at.dataset.part + "]" : ""} “${name}”`, wrong};
}"""
# What could be pressed, is shown, and was never reached by Tab. Of a toolbar and of radio buttons one is enough.
MISSED: Final = """() => {
  const shown = (each) => each.getClientRects().length && getComputedStyle(each).visibility !== "hidden" && !each.closest("[inert]");
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [contenteditable="true"], [tabindex="0"]')];
  return all.filter((each) => !each.dataset.stop && !each.disabled && shown(each))
    .filter((each) => !each.closest('[role=toolbar]:has([data-stop])') && !(each.type === "radio" && each.form?.querySelector(`[name="${each.name}"][data-stop]`)))
    .filter((each) => !each.matches('[tabindex="-1"]') && !each.closest("details:not([open]) > :not(summary)"))
    .map((each) => each.outerHTML.slice(0, 140));
}"""

# What a screen reader is given to say, from now on.
LISTEN: Final = """() => {
  window.heard = [];
  const live = '#say, #say-now, [role=status], [role=alert], [role=log]:not([aria-live=off]), [aria-live=polite], [aria-live=assertive]';
  const shown = (each) => each.closest("#say, #say-now") || each.getClientRects().length;
  new MutationObserver((changes) => { const regions = new Set();
    for (const change of changes) { const at = change.target.nodeType === 1 ? change.target : change.target.parentElement;
      const region = at?.closest(live); if (region && region.textContent.trim() && shown(region)) regions.add(region); }
    for (const region of regions) window.heard.push(region.textContent.trim().slice(0, 120));
  }).observe(document.body, {subtree: true, childList: true, characterData: true});
}"""


class Keys:
    """Presses keys, and nothing else."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.name = page, name
        self.wrong: list[str] = []
        self.presses = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.presses += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text, delay=2)
        self.presses += len(text)

    def where(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(WHERE, LEAST)
        self.wrong += [f"{self.name} at {found['name']}: {each}" for each in found["wrong"]]
        return found

    def to(self, target: Locator, *, back: bool = False, most: int = 400) -> "Keys":
        """By Tab to `target`; fails on a trap, and where it cannot be reached."""
        expect(target.first).to_be_attached()  # what comes with an answer may come late
        before = ""
        passed: dict[str, None] = {}
        for _press in range(most):
            if target.count() and target.first.evaluate("(each) => each === document.activeElement"):
                self.where()
                return self
            self.press("Shift+Tab" if back else "Tab")
            now = self.where()
            assert now["lost"] or now["stop"] != before, f"{self.name}: Tab does not leave {now['name']}"
            before = now.get("stop", "")
            passed[now["name"]] = None
        raise AssertionError(f"{self.name}: Tab never comes to {target}, only to {', '.join(passed)}")

    def enter(self, target: Locator, *, back: bool = False) -> "Keys":
        self.to(target, back=back).press("Enter")
        return self

    def follow(self, target: Locator, *, back: bool = False) -> "Keys":
        """Press what leads to another page, and be there."""
        self.to(target, back=back)
        with self.page.expect_navigation():
            self.press("Enter")
        return self

    def fill(self, target: Locator, text: str, *, back: bool = False) -> "Keys":
        self.to(target, back=back).type(text)
        return self

    def choose(self, target: Locator, value: str) -> "Keys":
        """In a list, by the arrows."""
        self.to(target)
        self.press("Home")
        for _press in range(40):
            if target.first.input_value() == value:
                return self
            self.press("ArrowDown")
        raise AssertionError(f"{self.name}: no {value} in {target}")

    def pick(self, group: Locator, value: str) -> "Keys":
        """Of radio buttons, by the arrows: Tab comes to one of them."""
        self._into(group)
        wanted = group.locator(f'input[value="{value}"]')
        for _press in range(6):
            if wanted.is_checked():
                return self
            at = wanted.evaluate("(each) => each === document.activeElement")
            self.press("Space" if at else "ArrowDown")
        raise AssertionError(f"{self.name}: no {value} in {group}")

    def mark(self, words: str) -> None:
        """Backwards from the caret, and until the page knows it."""
        for _letter in words:
            self.press("Shift+ArrowLeft")
        self.page.wait_for_function("(words) => getSelection().toString() === words", arg=words)

    def _into(self, group: Locator) -> None:
        expect(group.first).to_be_attached()
        for _press in range(400):
            if group.evaluate("(each) => each.contains(document.activeElement)"):
                self.where()
                return
            self.press("Tab")
            self.where()
        raise AssertionError(f"{self.name}: Tab never comes to {group}")

    def unfold(self, summary: Locator) -> "Keys":
        """Open a box, unless it is open."""
        if summary.first.evaluate("(each) => each.parentElement.open"):
            return self
        return self.enter(summary)

    def kept_focus(self) -> None:
        """After something happened, the next key must go on from where one was: with the next picture, so not at once."""
        deadline = time.monotonic() + PATIENCE
        while self.where()["lost"]:
            assert time.monotonic() < deadline, f"{self.name}: the focus is lost"
            self.page.wait_for_timeout(50)

    def sweep(self, what: str, *, most: int = 600) -> int:
        """Tab through the whole page, forwards and backwards: everything is reached, and nothing holds one."""
        self.page.evaluate("document.querySelectorAll('[data-stop]').forEach((each) => delete each.dataset.stop)")
        self.page.evaluate("document.activeElement?.blur?.()")
        stops = 0
        for key in ("Tab", "Shift+Tab"):
            before, stops = "", 0
            for _press in range(most):
                self.press(key)
                now = self.where()
                if now["lost"]:
                    break
                assert now["stop"] != before, f"{self.name}, {what}: {key} does not leave {now['name']}"
                before, stops = now["stop"], stops + 1
            else:
                raise AssertionError(f"{self.name}, {what}: {key} never comes to an end")
        missed: list[str] = self.page.evaluate(MISSED)
        self.wrong += [f"{self.name}, {what}: never reached by Tab: {each}" for each in missed]
        return stops


@dataclass
class Two:
    """Who leads and who takes part; each with a keyboard."""

    site: Site
    lead: Keys
    other: Keys
    faults: list[Faults]
    address: str = ""


def has_focus(locator: Locator) -> None:
    expect(locator).to_be_focused()
