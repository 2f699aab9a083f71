/** A part of a page that shows work under way: the server is asked again until it is done. */

const EVERY = 2500;
const SLOWEST = 15_000;

export function again(place: HTMLElement): void {
  const address = place.dataset["again"];
  if (!address) return;
  let pause = EVERY;
  const look = async (): Promise<void> => {
    try {
      const answer = await fetch(address, { headers: { accept: "text/html" }, credentials: "same-origin" });
      if (answer.status === 404) return;
      if (answer.ok) put(place, await answer.text());
      if (answer.ok && !place.querySelector("[data-busy]")) return;
    } catch {
      // No line: the next try comes by itself.
    }
    pause = Math.min(pause * 1.1, SLOWEST);
    setTimeout(() => void look(), pause);
  };
  setTimeout(() => void look(), pause);
}

function put(place: HTMLElement, html: string): void {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  if (body.textContent.trim() !== place.textContent.trim()) place.replaceChildren(...body.childNodes);
}
