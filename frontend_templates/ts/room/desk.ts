/** What only who leads the room needs: the plan, the screen in the hall, how it is shared, and people without a device. */
import { chosen, find, list, show, text } from "../live/dom";
import type { Door, Fair, Share } from "../live/states";
import { follow, options } from "./options";
import { steer } from "./steer";
import type { Room } from "./context";

/** A choice of nobody, or of oneself, stands first and stays. */
const own = (select: HTMLSelectElement): number => (select.options[0]?.value === "" ? 1 : 0);

function people(room: Room, state: Door): void {
  const { root } = room;
  const assisted = state.people.filter((person) => person.kind === "assisted" && !person.left);
  const devices = state.people.filter((person) => person.kind !== "assisted" && person.role !== "observer");
  for (const select of root.querySelectorAll<HTMLSelectElement>("select[data-assisted]")) options(select, assisted, own(select));
  for (const select of root.querySelectorAll<HTMLSelectElement>("select[data-devices]")) options(select, devices, own(select));
  for (const field of root.querySelectorAll<HTMLElement>('[data-part="for-whom"]')) show(field, assisted.length > 0);
  show(find(root, "helped"), assisted.length > 0);
  show(find(root, "linking"), assisted.length > 0);
  asking(room);
  const way = state.way_in;
  if (!way) return;
  text(find(root, "taken"), room.words.get("door.taken", { n: way.taken, most: way.most }));
  text(find(root, "short-code"), `${way.short_code.slice(0, 3)} ${way.short_code.slice(3)}`);
  show(find(root, "watching"), !way.lets_watch);
  show(find(root, "no-watching"), way.lets_watch);
}

/** The questions that somebody without a device may ask, too. */
function asking(room: Room): void {
  const select = find<HTMLSelectElement>(room.root, "asked");
  if (!select) return;
  const asked = room.state("chat")?.questions ?? [];
  options(select, asked.map(({ id, text: said }) => ({ id, name: said.length > 80 ? `${said.slice(0, 79)}…` : said })));
  show(find(room.root, "asks-too"), asked.length > 0 && Boolean(room.state("door")?.counts.assisted));
}

function share(room: Room, kind: "speaking" | "writing", of: Share | null | undefined, total: number): Node[] {
  const { words } = room;
  const line = (sentence: string, name = "p"): HTMLElement => {
    const element = document.createElement(name);
    element.textContent = sentence;
    return element;
  };
  const said = kind === "speaking" ? "spoken" : "written";
  const head = line(words.get(`fair.${kind}`), "h3");
  if (!of) return [head, line(words.get("fair.few"))];
  const bar = document.createElement("meter");
  [bar.max, bar.value] = [Math.max(1, total), of.active];
  const sentence = words.get(`fair.not-${said}`, { n: of.silent, total });
  bar.setAttribute("aria-label", sentence);
  const top = of.top === undefined ? [] : [line(words.get(`fair.most-${said}`, { of: of.of, percent: of.top * 10 }))];
  return [head, line(sentence), ...top, bar];
}

function fair(room: Room, state: Fair): void {
  const holder = find(room.root, "fair");
  if (!holder || state.people === undefined) return;
  const voices = state.new_voices ? [document.createElement("p")] : [];
  for (const element of voices) element.textContent = room.words.count("fair.new", state.new_voices ?? 0);
  holder.replaceChildren(...share(room, "speaking", state.speaking, state.people), ...share(room, "writing", state.writing, state.people), ...voices);
}

export function start(room: Room): void {
  const { root } = room;
  steer(room);
  const draw = {
    agenda: (): void => {
      const state = room.state("agenda");
      const holder = find(root, "plan");
      if (!state || !holder) return;
      list(
        holder,
        state.steps,
        (step) => step.id,
        (step) => ({ id: step.id, title: step.title, minutes: step.minutes, tool: step.tool ?? "", ahead: step.state === "next" }),
        "step-edit",
        (element, step) => chosen(element.querySelector("select"), step.tool ?? ""),
      );
      const plans = find<HTMLSelectElement>(root, "plans");
      if (plans) options(plans, (state.plans ?? []).map(({ key, name }) => ({ id: key, name })));
    },
    door: (): void => {
      const state = room.state("door");
      if (state) people(room, state);
    },
    chat: (): void => asking(room),
    fair: (): void => {
      const state = room.state("fair");
      if (state) fair(room, state);
    },
    projector: (): void => {
      const state = room.state("projector");
      follow(find<HTMLSelectElement>(root, "screen-mode"), state?.mode);
      follow(find<HTMLSelectElement>(root, "screen-second"), state?.second);
    },
    captions: (): void => show(find(root, "captions-keep"), !room.state("captions")?.keeps),
  };
  for (const [name, redraw] of Object.entries(draw)) {
    redraw();
    room.on(name as keyof typeof draw, redraw);
  }
}
