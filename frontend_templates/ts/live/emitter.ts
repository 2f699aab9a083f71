/** A typed list of listeners: as much of an event system as the room needs. */
export class Emitter<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<(value: unknown) => void>>();

  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
    const set = this.#listeners.get(name) ?? new Set();
    const heard = (value: unknown): void => listener(value as Events[Name]);
    this.#listeners.set(name, set.add(heard));
    return () => void set.delete(heard);
  }

  protected emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(value);
  }
}
