/** The drawing's own geometry: degrees to units and back, the part that is in view, and the tiles under it. */

/** How the server laid the drawing out; see `Frame` in backend/templatetags/maps.py. */
export interface Frame {
  readonly north: number;
  readonly west: number;
  readonly scale: number;
  readonly squeeze: number;
  readonly margin: number;
  readonly width: number;
  readonly height: number;
}

/** The part of the drawing that is in view: left, top, width, height in its units. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface Point {
  readonly lat: number;
  readonly lng: number;
}

export interface Tile {
  readonly z: number;
  readonly x: number;
  readonly y: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const MOST = 12;
const TILE = 256;

export function place(frame: Frame, { lat, lng }: Point): { x: number; y: number } {
  return { x: frame.margin + (lng - frame.west) * frame.scale * frame.squeeze, y: frame.margin + (frame.north - lat) * frame.scale };
}

export function degrees(frame: Frame, x: number, y: number): Point {
  return { lat: frame.north - (y - frame.margin) / frame.scale, lng: frame.west + (x - frame.margin) / frame.scale / frame.squeeze };
}

/** How many times larger than the whole drawing. */
export function zoom(frame: Frame, view: View): number {
  return frame.width / view.w;
}

/** The view `factor` times nearer, with the unit (x, y) staying where it is; never beyond the drawing. */
export function nearer(frame: Frame, view: View, factor: number, x = view.x + view.w / 2, y = view.y + view.h / 2): View {
  const times = Math.min(MOST, Math.max(1, zoom(frame, view) * factor));
  const w = frame.width / times;
  const h = frame.height / times;
  return inside(frame, { x: x - ((x - view.x) / view.w) * w, y: y - ((y - view.y) / view.h) * h, w, h });
}

export function moved(frame: Frame, view: View, dx: number, dy: number): View {
  return inside(frame, { ...view, x: view.x + dx, y: view.y + dy });
}

function inside(frame: Frame, view: View): View {
  return { ...view, x: Math.min(Math.max(view.x, 0), frame.width - view.w), y: Math.min(Math.max(view.y, 0), frame.height - view.h) };
}

/** west,south,east,north of what is in view, as the list takes it. */
export function box(frame: Frame, view: View): string {
  const first = degrees(frame, view.x, view.y);
  const last = degrees(frame, view.x + view.w, view.y + view.h);
  return [first.lng, last.lat, last.lng, first.lat].map((value) => value.toFixed(4)).join(",");
}

const column = (lng: number, z: number): number => ((lng + 180) / 360) * 2 ** z;
const row = (lat: number, z: number): number => {
  const angle = (lat * Math.PI) / 180;
  return ((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) * 2 ** z;
};
const lngOf = (x: number, z: number): number => (x / 2 ** z) * 360 - 180;
const latOf = (y: number, z: number): number => (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / 2 ** z))) * 180) / Math.PI;

/** Street tiles for the view, at the depth at which one of their points is about one of the screen's. */
export function tiles(frame: Frame, view: View, screenWidth: number, deepest = 19): Tile[] {
  const perDegree = (frame.scale * frame.squeeze * screenWidth) / view.w;
  const z = Math.min(deepest, Math.max(1, Math.round(Math.log2((perDegree * 360) / TILE))));
  const from = degrees(frame, view.x, view.y);
  const to = degrees(frame, view.x + view.w, view.y + view.h);
  const found: Tile[] = [];
  for (let x = Math.floor(column(from.lng, z)); x <= Math.floor(column(to.lng, z)); x++) {
    for (let y = Math.floor(row(from.lat, z)); y <= Math.floor(row(to.lat, z)); y++) {
      const corner = place(frame, { lat: latOf(y, z), lng: lngOf(x, z) });
      const other = place(frame, { lat: latOf(y + 1, z), lng: lngOf(x + 1, z) });
      found.push({ z, x, y, left: corner.x, top: corner.y, width: other.x - corner.x, height: other.y - corner.y });
    }
  }
  return found;
}
