/** Small comforts of every page: kept forms, copying, menus, the code of a room. Each page works without them. */
import { again } from "./again";
import { joinForm } from "./code";
import { keepForms } from "./keep";

function copying(): void {
  if (!("clipboard" in navigator)) return;
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const what = button.dataset["copy"] ?? "";
      const text = what.startsWith("#") ? (document.querySelector(what)?.textContent ?? "") : what;
      void navigator.clipboard.writeText(text).then(() => {
        const said = button.dataset["copied"] ?? "";
        if (said) button.textContent = said;
        const region = document.getElementById("say");
        if (region) region.textContent = said;
      });
    });
  }
}

function menus(): void {
  const open = (): HTMLDetailsElement | null => document.querySelector<HTMLDetailsElement>("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    const menu = open();
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    const menu = open();
    if (menu && !menu.contains(event.target as Node)) menu.open = false;
  });
}

function printing(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}

/** Someone at the door sees it open: the page asks again, a little less often each time. */
function waiting(): void {
  if (!document.querySelector('[data-module="waiting"]')) return;
  let pause = 2500;
  const look = async (): Promise<void> => {
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
      // A server that is busy or starts anew says nothing about the door.
      if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const place = page.querySelector('[data-module="waiting"] [data-part="place"]');
      if (!place) return location.reload();
      const mine = document.querySelector('[data-module="waiting"] [data-part="place"]');
      if (mine && mine.textContent !== place.textContent) mine.textContent = place.textContent;
    } catch {
      // No line: the next try comes by itself.
    }
    pause = Math.min(pause * 1.15, 12_000);
    setTimeout(() => void look(), pause);
  };
  setTimeout(() => void look(), pause);
}

/** What was done is said where it was done: beside the part of the page that the address names, with the focus on it. */
function told(): void {
  const messages = document.querySelector<HTMLElement>(".messages:not(:has(form))");
  if (!messages || document.querySelector("[autofocus]")) return;
  const part = location.hash ? document.getElementById(location.hash.slice(1))?.closest<HTMLElement>("#main section") : null;
  if (part) {
    messages.classList.remove("page");
    part.prepend(messages);
    part.scrollIntoView();
  }
  messages.tabIndex = -1;
  const focus = (): void => {
    if (document.activeElement === document.body) messages.focus({ preventScroll: true });
  };
  // While a page loads, the browser's own way to the part takes the focus again.
  if (document.readyState === "complete") focus();
  else addEventListener("load", () => setTimeout(focus, 60));
}

try {
  keepForms(document, localStorage);
} catch {
  // A device that keeps nothing.
}
copying();
menus();
printing();
waiting();
told();
for (const place of document.querySelectorAll<HTMLElement>("[data-again]")) again(place);
const join = document.querySelector<HTMLFormElement>('form[data-module="join"]');
if (join) joinForm(join);
