/** The QR code on the screen: it lets people in for some hours only, so a fresh one is drawn long before. */

const HOUR = 3600_000;

/** The page is asked for its picture anew; without a line the one that hangs there stays until the next hour. */
export function fresh(root: HTMLElement): void {
  setInterval(() => void renew(root), HOUR);
}

async function renew(root: HTMLElement): Promise<void> {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const code = page.querySelector(".qr")?.childNodes;
    if (code?.length) root.querySelector(".qr")?.replaceChildren(...code);
  } catch {
    // No line: the next hour comes by itself.
  }
}
