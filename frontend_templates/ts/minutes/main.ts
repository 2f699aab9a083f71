/** Where the minutes stand, told in the room; they are read, written and answered on their own page. */
import { find, show, text } from "../live/dom";
import type { Minutes } from "../live/states";
import type { Room } from "../room/context";

export function start(room: Room): void {
  const place = room.root.querySelector<HTMLElement>("#minutes");
  if (!place) return;
  let before = room.state("minutes")?.state;
  const draw = (minutes: Minutes): void => {
    show(place, minutes.used || room.me.role === "facilitator");
    const words = room.words.get(`minutes.${minutes.state}`);
    text(find(place, "minutes-state"), words);
    if (minutes.state !== before) room.say.me(words);
    before = minutes.state;
  };
  room.on("minutes", draw);
  const now = room.state("minutes");
  if (now) draw(now);
}
