/** The server's clock: a device's own may be wrong by hours, and nothing that is compared with others' times rests on it. */

let offset = 0;

/** The server has said what time it is. */
export function learn(serverTime: string): void {
  const time = Date.parse(serverTime);
  if (!Number.isNaN(time)) offset = time - Date.now();
}

export const serverNow = (): number => Date.now() + offset;
