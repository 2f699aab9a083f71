"""What is wrong with a page as it stands: axe's rules, its width, and names that two elements have."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from playwright.sync_api import Page

TAGS: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ON_COLOURS: Final = ["color-contrast", "link-in-text-block"]
ALL: Final[dict[str, Any]] = {"runOnly": TAGS, "rules": {"target-size": {"enabled": True}}}
COLOURS: Final[dict[str, Any]] = {"runOnly": {"type": "rule", "values": ON_COLOURS}}
WORDS: Final[dict[str, Any]] = {
    "runOnly": TAGS,
    "rules": {"target-size": {"enabled": True}, **{rule: {"enabled": False} for rule in ON_COLOURS}},
}
# What stands half under a bar that stays in sight is scrolled free, as people do, and looked at again.
FIND: Final = """async ([options, where]) => {
  const context = where === null ? document : { include: copactChanged(where) };
  if (context.include?.length === 0) return [];
  const run = (context, options) => axe.run(context, { resultTypes: ["violations"], elementRef: true, ...options });
  const isFree = async ({ element }) => {
    element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    return !(await run(element, { runOnly: { type: "rule", values: ["target-size"] } })).violations.length;
  };
  const wrong = [];
  for (const { id, nodes } of (await run(context, options)).violations)
    for (const node of nodes)
      if (!(id === "target-size" && /obscured/.test(node.failureSummary) && (await isFree(node))))
        wrong.push(`${id}: ${node.html.slice(0, 160)} ${(node.failureSummary || "").slice(0, 200)}`);
  return wrong;
}"""
# Most of axe's time goes into colours, and most of a live page is as it was a moment ago. Of each element that shows words,
# this remembers by theme what its colours hang on, and tells those that are new or look or read otherwise by now.
CHANGED: Final = """window.copactChanged = (theme) => {
  const seen = ((window.copactSeen ??= {})[theme] ??= new WeakMap());
  const changed = [];
  const look = (element, above) => {
    if (!element.checkVisibility()) return;
    const { color, backgroundColor, backgroundImage, opacity, filter, visibility, fontSize, fontWeight, textDecorationLine } =
      getComputedStyle(element);
    const under = [above, backgroundColor, backgroundImage, opacity, filter].join();
    const words = [...element.childNodes].map((node) => (node.nodeType === 3 ? node.data.trim() : "")).join("");
    if (words || element.matches("input, select, textarea")) {
      const { offsetWidth, offsetHeight, value } = element;
      const now = [under, color, visibility, fontSize, fontWeight, textDecorationLine, words, value, offsetWidth, offsetHeight].join();
      if (seen.get(element) !== now) changed.push(element);
      seen.set(element, now);
    }
    for (const child of element.children) look(child, under);
  };
  look(document.documentElement, "");
  return changed;
}"""


@cache
def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text() + f"\n;{CHANGED}"


def violations(page: Page, options: Mapping[str, Any] = ALL, where: str | None = None) -> list[str]:
    """What axe finds in the whole page; or, with the name of a theme, in what changed since it was last looked at in it."""
    if not page.evaluate("Boolean(window.copactChanged)"):
        page.evaluate(_script())
    found: list[str] = page.evaluate(FIND, [options, where])
    return found


def repaint(page: Page, theme: str) -> None:
    """In light or in dark, and as it is when the colours have glided there, which takes longer on a busy machine."""
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.evaluate(
        """() => Promise.race([
             new Promise((done) => setTimeout(done, 1500)),  // a page in the background draws no pictures
             new Promise(requestAnimationFrame).then(() => Promise.allSettled(
               document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished)))])"""
    )


def too_wide(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def twice(page: Page) -> list[str]:
    """Ids that more than one element has, of which axe only says that a person should look."""
    found: list[str] = page.evaluate(
        """() => {
          const ids = Array.from(document.querySelectorAll("[id]"), (each) => each.id);
          return [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
        }"""
    )
    return found
