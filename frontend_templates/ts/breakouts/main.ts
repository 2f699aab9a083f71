/** Groups: where I belong and how I come back; for who leads, who is where and how it goes. */
import { find, list, show, text } from "../live/dom";
import type { Breakouts, Group } from "../live/states";
import type { Room } from "../room/context";
import { options } from "../room/options";

function link(root: HTMLElement, name: string, address: string): void {
  const element = find<HTMLAnchorElement>(root, name);
  if (!element) return;
  if (address) element.href = address;
  show(element, Boolean(address));
}

/** Where I am: in the main room the way to my group, in a group the way back. */
class Mine {
  readonly #room: Room;
  #said = "";

  constructor(room: Room) {
    this.#room = room;
  }

  draw(state: Breakouts): void {
    const { root, words } = this.#room;
    const { mine, back = "", asks_help: help = false } = state;
    const here = state.used && Boolean(mine ?? state.may_choose);
    show(find(root, "my-group"), here);
    const title = mine ? words.get("group.mine", { group: mine.title }) : words.get("group.choose");
    const told = this.#told(state);
    text(find(root, "my-group-title"), title);
    text(find(root, "my-group-text"), told);
    link(root, "group-go", mine && state.state === "open" ? mine.url : "");
    link(root, "group-back", back);
    const button = find<HTMLButtonElement>(root, "group-help");
    if (button) button.value = help ? "0" : "1";
    button?.setAttribute("aria-pressed", String(help));
    this.#choose(state);
    this.#say(state, here ? [title, told].join(" ") : "");
  }

  #say(state: Breakouts, sentence: string): void {
    const { say } = this.#room;
    const key = `${state.state} ${state.mine?.number ?? ""} ${String(state.called)} ${String(state.mine?.over)}`;
    // The first word is on the page already; what changes is said once, being called back at once.
    if (this.#said && this.#said !== key && sentence) (state.called ? say.now.bind(say) : say.me.bind(say))(sentence);
    this.#said = key;
  }

  #choose(state: Breakouts): void {
    const choices = find(this.#room.root, "group-choices");
    show(choices, Boolean(state.may_choose));
    if (choices && state.may_choose) this.#choices(choices, state.groups.filter((each) => !each.over));
  }

  #told(state: Breakouts): string {
    const { words } = this.#room;
    if (state.called) return words.get("group.called");
    if (state.back) return words.get("group.inside", { title: state.main ?? "" });
    if (state.state === "open" && state.mine?.over) return words.get("group.over");
    return state.state === "planned" || state.state === "back" ? words.get(`group.${state.state}`) : "";
  }

  #choices(holder: HTMLElement, groups: readonly Group[]): void {
    let own = holder.querySelector<HTMLElement>(".group-choices");
    if (!own) {
      own = document.createElement("div");
      own.className = "group-choices cluster tight";
      for (const button of holder.querySelectorAll("button")) button.remove();
      holder.append(own);
    }
    list(own, groups, (each) => each.id, ({ number, title, people }) => ({ number, title, people }), "group-choice");
  }
}

/** The facilitator's view of all groups. */
class Desk {
  readonly #room: Room;
  readonly #place: HTMLElement;
  readonly #help = new Set<string>();

  constructor(room: Room, place: HTMLElement) {
    this.#room = room;
    this.#place = place;
  }

  draw(state: Breakouts): void {
    const { words, say } = this.#room;
    const place = this.#place;
    const under = state.state === "planned" || state.state === "open" || state.state === "back";
    text(find(place, "groups-state"), under ? words.get(`groups.${state.state}`) : "");
    show(find(place, "groups-make"), !under);
    const rows = under ? state.groups : [];
    const holder = find(place, "group-list");
    if (holder)
      list(holder, rows, (each) => each.id, (each) => ({ number: each.number, title: each.title, names: (each.names ?? []).join(", "), count: words.count("groups.people", each.people), asks_help: Boolean(each.asks_help), over: each.over, url: each.url ?? "", empty: !each.people && state.state === "planned" }), "group-row", (element) => {
        for (const form of element.querySelectorAll<HTMLFormElement>("form[data-action]")) form.action = form.dataset["action"] ?? "";
      });
    this.#calls(rows, (group) => say.me(words.get("groups.help", { group })));
    for (const button of place.querySelectorAll<HTMLElement>("[data-when]")) show(button, (button.dataset["when"] ?? "").split(" ").includes(state.state));
    const shows: Readonly<Record<string, string>> = { "groups-put": "planned open", "groups-tell": "open back", "groups-texts": "open back done" };
    for (const [part, states] of Object.entries(shows)) show(find(place, part), states.split(" ").includes(state.state));
    const where = find<HTMLSelectElement>(place, "put-where");
    if (where) options(where, rows.filter((each) => !each.over).map((each) => ({ id: String(each.number), name: each.title })));
  }

  /** A group that calls is told once. */
  #calls(rows: readonly Group[], tell: (group: string) => void): void {
    for (const each of rows) {
      if (each.asks_help && !this.#help.has(each.id)) tell(each.title);
      if (each.asks_help) this.#help.add(each.id);
      else this.#help.delete(each.id);
    }
  }
}

export function start(room: Room): void {
  const place = find(room.root, "groups");
  const views = [new Mine(room), ...(place ? [new Desk(room, place)] : [])];
  const draw = (state: Breakouts): void => {
    for (const view of views) view.draw(state);
  };
  room.on("breakouts", draw);
  const now = room.state("breakouts");
  if (now) draw(now);
}
