import assert from "node:assert/strict";
import { test } from "node:test";
import { box, degrees, moved, MOST, nearer, place, tiles, zoom, type Frame, type View } from "../../frontend_templates/ts/map/frame";

const frame: Frame = { north: 45.14, west: 7.58, scale: 5000, squeeze: 0.706, margin: 64, width: 800, height: 780 };
const whole: View = { x: 0, y: 0, w: 800, h: 780 };

test("a place and its degrees are two ways to say the same", () => {
  const { x, y } = place(frame, { lat: 45.07, lng: 7.69 });
  const back = degrees(frame, x, y);
  assert.ok(Math.abs(back.lat - 45.07) < 1e-9 && Math.abs(back.lng - 7.69) < 1e-9);
});

test("coming nearer keeps the point under the finger, and never leaves the drawing", () => {
  const view = nearer(frame, whole, 2, 200, 300);
  assert.equal(zoom(frame, view), 2);
  assert.deepEqual([200 - view.x, 300 - view.y], [100, 150]);
  const corner = nearer(frame, whole, 4, 0, 0);
  assert.deepEqual([corner.x, corner.y], [0, 0]);
});

test("nobody comes nearer than the drawing bears, nor farther than the whole", () => {
  assert.equal(zoom(frame, nearer(frame, whole, 1000)), MOST);
  assert.deepEqual(nearer(frame, nearer(frame, whole, 3), 0.0001), whole);
});

test("moving stops at the edges", () => {
  const view = moved(frame, nearer(frame, whole, 2), -10_000, 10_000);
  assert.deepEqual([view.x, view.y], [0, 390]);
});

test("what is in view is told as west, south, east, north", () => {
  const [west, south, east, north] = box(frame, nearer(frame, whole, 2)).split(",").map(Number) as [number, number, number, number];
  assert.ok(west < east && south < north);
  assert.ok(west > 7.5 && north < 45.2);
});

test("tiles cover the view without gaps, a few at a time", () => {
  const view = nearer(frame, whole, 3);
  const found = tiles(frame, view, 700);
  assert.ok(found.length >= 4 && found.length <= 40, String(found.length));
  assert.equal(new Set(found.map((tile) => tile.z)).size, 1);
  assert.ok(Math.min(...found.map((tile) => tile.left)) <= view.x);
  assert.ok(Math.max(...found.map((tile) => tile.left + tile.width)) >= view.x + view.w);
  assert.ok(Math.max(...found.map((tile) => tile.top + tile.height)) >= view.y + view.h);
});
