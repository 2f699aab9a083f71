/** The server's drawing, made to move: buttons, keys, fingers, and street tiles where the installation names them. */
import { box, degrees, moved, nearer, place, tiles, zoom, type Frame, type Point, type View } from "./frame";

const SVG = "http://www.w3.org/2000/svg";
const STEP = 1.6;

export function frameOf(svg: SVGSVGElement): Frame {
  const read = (name: string): number => Number(svg.dataset[name]);
  return { north: read("north"), west: read("west"), scale: read("scale"), squeeze: read("squeeze"), margin: read("margin"), width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height };
}

type Pair = readonly [number, number];

interface Pushed {
  readonly pin: SVGGElement;
  readonly truth: Pair;
  readonly aside: Pair;
}

function pair(text: string): Pair {
  const [first = 0, second = 0] = (text.match(/-?[\d.]+/g) ?? []).map(Number);
  return [first, second];
}

function pushedPin(pin: SVGGElement): Pushed {
  const truth = pair(pin.dataset["true"] ?? "");
  const now = pair(pin.getAttribute("transform") ?? "");
  return { pin, truth, aside: [now[0] - truth[0], now[1] - truth[1]] };
}

export class Drawing {
  readonly frame: Frame;
  view: View;
  private readonly touches = new Map<number, PointerEvent>();
  private dragged = false;
  private ground: SVGGElement | undefined;
  private readonly pushed: readonly Pushed[];

  constructor(
    readonly svg: SVGSVGElement,
    private readonly changed: () => void = () => undefined,
  ) {
    this.frame = frameOf(svg);
    this.view = { x: 0, y: 0, w: this.frame.width, h: this.frame.height };
    this.pushed = [...svg.querySelectorAll<SVGGElement>("[data-true]")].map(pushedPin);
    svg.tabIndex = 0;
    svg.addEventListener("keydown", (event) => this.key(event));
    svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    svg.addEventListener("pointerdown", (event) => this.down(event));
    svg.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"] as const) svg.addEventListener(name, (event) => this.touches.delete(event.pointerId));
    svg.addEventListener("click", (event) => this.click(event), true);
    this.tile();
  }

  show(view: View): void {
    this.view = view;
    const times = zoom(this.frame, view);
    this.svg.setAttribute("viewBox", `${view.x.toFixed(1)} ${view.y.toFixed(1)} ${view.w.toFixed(1)} ${view.h.toFixed(1)}`);
    this.svg.style.setProperty("--near", (1 / times).toFixed(4));
    this.svg.style.touchAction = times > 1 ? "none" : "pan-y";
    this.settle(times);
    this.tile();
    this.changed();
  }

  /** Pins that were pushed apart go to their true places as one comes nearer. */
  private settle(times: number): void {
    this.svg.classList.toggle("is-near", times > 1.4);
    for (const { pin, truth, aside } of this.pushed) {
      const left = 1 / times ** 2;
      pin.setAttribute("transform", `translate(${(truth[0] + aside[0] * left).toFixed(1)} ${(truth[1] + aside[1] * left).toFixed(1)})`);
    }
  }

  near(factor: number): void {
    this.show(nearer(this.frame, this.view, factor));
  }

  /** Bring a point into the middle, and near enough to see the streets around it. */
  goTo(point: Point): void {
    const { x, y } = place(this.frame, point);
    const close = nearer(this.frame, this.view, Math.max(1, 4 / zoom(this.frame, this.view)));
    this.show(moved(this.frame, close, x - close.x - close.w / 2, y - close.y - close.h / 2));
  }

  box(): string {
    return box(this.frame, this.view);
  }

  /** Where on earth someone pressed. */
  pointOf(event: MouseEvent): Point {
    const { x, y } = this.unit(event);
    return degrees(this.frame, x, y);
  }

  private unit(event: MouseEvent): { x: number; y: number } {
    const rect = this.svg.getBoundingClientRect();
    return { x: this.view.x + ((event.clientX - rect.left) / rect.width) * this.view.w, y: this.view.y + ((event.clientY - rect.top) / rect.height) * this.view.h };
  }

  private key(event: KeyboardEvent): void {
    if (event.target !== this.svg || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = this.view.w / 6;
    const ways: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    const way = ways[event.key];
    if (way && zoom(this.frame, this.view) > 1) this.show(moved(this.frame, this.view, ...way));
    else if (event.key === "+" || event.key === "=") this.near(STEP);
    else if (event.key === "-") this.near(1 / STEP);
    else return;
    event.preventDefault();
  }

  private wheel(event: WheelEvent): void {
    if (!event.ctrlKey) return; // plain turning of the wheel scrolls the page
    event.preventDefault();
    const { x, y } = this.unit(event);
    this.show(nearer(this.frame, this.view, event.deltaY < 0 ? 1.2 : 1 / 1.2, x, y));
  }

  private down(event: PointerEvent): void {
    this.dragged = false;
    this.touches.set(event.pointerId, event);
  }

  private move(event: PointerEvent): void {
    const before = this.touches.get(event.pointerId);
    if (!before) return;
    const rect = this.svg.getBoundingClientRect();
    if (this.touches.size === 2) this.pinch(event);
    else if (zoom(this.frame, this.view) > 1) this.show(moved(this.frame, this.view, ((before.clientX - event.clientX) / rect.width) * this.view.w, ((before.clientY - event.clientY) / rect.height) * this.view.h));
    if (Math.hypot(event.clientX - before.clientX, event.clientY - before.clientY) > 2) this.dragged = true;
    this.touches.set(event.pointerId, event);
  }

  private pinch(event: PointerEvent): void {
    const other = [...this.touches.values()].find((touch) => touch.pointerId !== event.pointerId);
    const before = this.touches.get(event.pointerId);
    if (!other || !before) return;
    const gap = (one: PointerEvent): number => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    const middle = this.unit(other);
    this.show(nearer(this.frame, this.view, gap(event) / Math.max(1, gap(before)), middle.x, middle.y));
  }

  /** A pin leads to its place in the list, and the focus goes along; the end of a drag is no press. */
  private click(event: MouseEvent): void {
    if (this.dragged) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const pin = (event.target as Element).closest("a");
    const row = pin ? document.querySelector<HTMLElement>(pin.getAttribute("href") ?? "") : null;
    const link = row?.querySelector("a");
    if (link) setTimeout(() => link.focus({ preventScroll: true }));
  }

  /** Street tiles under the names and pins. */
  private tile(): void {
    const address = this.svg.dataset["tiles"];
    if (!address) return;
    if (!this.ground) {
      this.ground = document.createElementNS(SVG, "g");
      this.svg.querySelector(".map__quarters")?.before(this.ground);
    }
    const images = tiles(this.frame, this.view, this.svg.clientWidth || this.frame.width).map((tile) => {
      const image = document.createElementNS(SVG, "image");
      image.setAttribute("href", address.replace("{z}", String(tile.z)).replace("{x}", String(tile.x)).replace("{y}", String(tile.y)).replace("{s}", "a").replace("{r}", ""));
      const sizes = { x: tile.left, y: tile.top, width: tile.width, height: tile.height };
      for (const [name, value] of Object.entries(sizes)) image.setAttribute(name, value.toFixed(2));
      return image;
    });
    this.ground.replaceChildren(...images);
  }
}
