/** Writing on the board: a new idea in the line below it, or an old one in its place. */
import { sent } from "../live/dom";
import { LONGEST } from "./notes";

/** Turns a note's words into a field; Enter or leaving it keeps what was written, Escape does not. */
export function editing(note: HTMLElement, words: string, label: string, done: (words: string | null) => void): void {
  const paragraph = note.querySelector("p");
  if (!paragraph) return done(null);
  const field = document.createElement("textarea");
  field.className = "input note__edit";
  field.maxLength = LONGEST;
  field.value = words;
  field.dir = "auto";
  field.rows = 3;
  field.setAttribute("aria-label", label);
  let over = false;
  const finish = (keep: boolean): void => {
    if (over) return;
    over = true;
    field.replaceWith(paragraph);
    done(keep ? field.value.trim() || null : null);
  };
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") finish(false);
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    finish(true);
  });
  field.addEventListener("blur", () => {
    // A page that is put away may not come back.
    if (!document.hasFocus()) return finish(true);
    // A board that is drawn anew takes the focus out of the field for a moment.
    setTimeout(() => document.activeElement !== field && finish(true));
  });
  paragraph.replaceWith(field);
  field.focus();
}

/** The line for one idea; what was not taken stays in it. In silence the server answers, with what was wrong or nothing. */
export function composing(form: HTMLFormElement, add: (words: string, column: string) => boolean | Promise<string>, said: (problem: string) => void): void {
  let sending = "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const field = form.elements.namedItem("text") as HTMLInputElement;
    const column = form.elements.namedItem("column") as HTMLSelectElement;
    const words = field.value.trim();
    // Pressed again while the first has no answer: it is one idea.
    if (words && words === sending) return;
    const answer = words && add(words, column.value);
    if (answer instanceof Promise) {
      sending = words;
      void answer.then((problem) => {
        sending = "";
        if (!problem) sent(field, words);
        said(problem);
      });
    } else if (answer) field.value = "";
    field.focus();
    field.scrollIntoView({ block: "nearest" }); // the board has grown above the line
  });
}
