/** Focus is never lost: when what had it goes away, what stands in its place has it. For keys alone; a finger needs none. */

const STOPS = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [contenteditable="true"], [tabindex="0"]';

interface Place {
  readonly element: HTMLElement;
  readonly above: readonly HTMLElement[];
  /** The list that it stands in, where in it, and what it does there. */
  readonly list: HTMLElement | null;
  readonly at: number;
  readonly kind: string;
}

function placeOf(element: HTMLElement, root: HTMLElement): Place {
  const above: HTMLElement[] = [];
  for (let part = element.parentElement; part && part !== root; part = part.parentElement) above.push(part);
  const list = element.closest<HTMLElement>("ul, ol");
  const { do: does, part: name, as } = element.dataset;
  const kind = does ? `[data-do="${does}"]` : as ? `[data-as="${as}"]` : name ? `[data-part="${name}"]` : element.tagName.toLowerCase();
  return { element, above, list, at: list ? [...list.children].findIndex((each) => each.contains(element)) : 0, kind };
}

const shown = (element: HTMLElement): boolean => element.isConnected && element.getClientRects().length > 0;

function inside(part: HTMLElement, kind: string): HTMLElement | undefined {
  const usable = (each: HTMLElement): boolean => shown(each) && each.tabIndex >= 0 && !each.matches(":disabled");
  return [...part.querySelectorAll<HTMLElement>(kind), ...part.querySelectorAll<HTMLElement>(STOPS)].find(usable);
}

/** What stands where it stood: the same button of the next in its list, or else the nearest thing to press. */
function heir({ above, list, at, kind }: Place): HTMLElement | undefined {
  const next = list?.children[Math.min(at, list.children.length - 1)];
  if (list && shown(list) && next instanceof HTMLElement) {
    const found = inside(next, kind);
    if (found) return found;
  }
  for (const part of above) {
    const found = shown(part) ? inside(part, STOPS) : undefined;
    if (found) return found;
  }
  return undefined;
}

export function keepFocus(root: HTMLElement): void {
  let byKeys = false;
  let place: Place | null = null;
  let asked = false;
  addEventListener("keydown", () => (byKeys = true), true);
  addEventListener("pointerdown", () => (byKeys = false), true);
  root.addEventListener("focusin", ({ target }) => (place = target instanceof HTMLElement ? placeOf(target, root) : null));
  const look = (): void => {
    asked = false;
    const at = document.activeElement;
    const lost = !at || at === document.body || (at instanceof HTMLElement && at === place?.element && Boolean(at.closest("[hidden]")));
    if (byKeys && lost && place && !shown(place.element)) heir(place)?.focus();
  };
  new MutationObserver(() => {
    if (asked || !byKeys || !place) return;
    asked = true;
    requestAnimationFrame(look);
  }).observe(root, { subtree: true, childList: true, attributes: true, attributeFilter: ["hidden"] });
}
