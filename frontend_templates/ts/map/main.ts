/** The live map beside a list of places, and the map on which one shows where a place is. */
import { Drawing } from "./drawing";
import { place, zoom, type Point } from "./frame";

const SVG = "http://www.w3.org/2000/svg";

function button(root: Element, name: string, press: () => void): HTMLButtonElement | null {
  const found = root.querySelector<HTMLButtonElement>(`[data-map="${name}"]`);
  found?.addEventListener("click", press);
  return found;
}

/** The buttons beside the map work now. */
function tools(root: Element, drawing: Drawing): void {
  const bar = root.querySelector<HTMLElement>(".map__tools");
  if (bar) bar.hidden = false;
  button(root, "nearer", () => drawing.near(1.6));
  button(root, "farther", () => drawing.near(1 / 1.6));
}

function whereIAm(then: (point: Point) => void, region: HTMLElement | null, no: string): void {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => then({ lat: coords.latitude, lng: coords.longitude }),
    () => {
      if (region) region.textContent = no;
    },
    { timeout: 10_000, maximumAge: 60_000 },
  );
}

/** A mark that is no pin: where I am, or the point that was chosen. */
function mark(drawing: Drawing, point: Point): void {
  const { x, y } = place(drawing.frame, point);
  const ring = drawing.svg.querySelector(".map__me") ?? document.createElementNS(SVG, "g");
  ring.setAttribute("class", "map__me");
  ring.setAttribute("transform", `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
  if (!ring.firstChild) {
    const dot = document.createElementNS(SVG, "circle");
    dot.setAttribute("class", "pin");
    dot.setAttribute("r", "11");
    ring.append(dot);
    drawing.svg.append(ring);
  }
}

/** Rows and pins know each other: looking at one marks the other. */
function pairs(svg: SVGSVGElement): void {
  for (const pin of svg.querySelectorAll<SVGAElement>('a[href^="#"]')) {
    const row = document.querySelector(pin.getAttribute("href") ?? "");
    for (const name of ["pointerenter", "focusin"]) row?.addEventListener(name, () => pin.classList.add("is-meant"));
    for (const name of ["pointerleave", "focusout"]) row?.addEventListener(name, () => pin.classList.remove("is-meant"));
  }
}

function beside(root: HTMLElement, svg: SVGSVGElement): void {
  const search = root.querySelector<HTMLAnchorElement>('[data-map="search"]');
  const drawing = new Drawing(svg, () => {
    if (!search) return;
    const address = new URL(location.href);
    address.searchParams.delete("page");
    address.searchParams.set("bbox", drawing.box());
    search.href = address.pathname + address.search;
    search.hidden = zoom(drawing.frame, drawing.view) <= 1;
  });
  tools(root, drawing);
  const locate = button(root, "locate", () => {
    whereIAm(
      (point) => {
        mark(drawing, point);
        drawing.goTo(point);
      },
      document.getElementById("say"),
      locate?.dataset["no"] ?? "",
    );
  });
  if (locate && !("geolocation" in navigator)) locate.hidden = true;
  pairs(svg);
}

function choosing(root: HTMLElement, svg: SVGSVGElement): void {
  const lat = document.querySelector<HTMLInputElement>('input[name="lat"]');
  const lng = document.querySelector<HTMLInputElement>('input[name="lng"]');
  if (!lat || !lng) return;
  root.hidden = false;
  const drawing = new Drawing(svg);
  const choose = (point: Point): void => {
    lat.value = point.lat.toFixed(5);
    lng.value = point.lng.toFixed(5);
    mark(drawing, point);
  };
  if (lat.value && lng.value) mark(drawing, { lat: Number(lat.value), lng: Number(lng.value) });
  svg.addEventListener("click", (event) => choose(drawing.pointOf(event)));
  tools(root, drawing);
  const locate = button(root, "locate", () => {
    whereIAm(
      (point) => {
        choose(point);
        drawing.goTo(point);
      },
      document.getElementById("say"),
      locate?.dataset["no"] ?? "",
    );
  });
}

for (const root of document.querySelectorAll<HTMLElement>('[data-module="map"], [data-module="point"]')) {
  const svg = root.querySelector<SVGSVGElement>("svg.map__drawing");
  if (svg) (root.dataset["module"] === "map" ? beside : choosing)(root, svg);
}
