import type { Frame } from './frame.ts';
import { Site } from './site.ts';

/*
 * The adaptive part of instructions with inline caches (CPython 3.12: Python/specialize.c). A handler runs only when the site has
 * no specialised form yet, or when that form met something else; it counts, and looks for a (better) form now and then. The fast
 * forms are cases of the loop.
 */

/** Marks a unit that was executed once: most code of a program runs once and needs no record. Never changes. */
const seen = new Site();

/** The site of the frame's current instruction if it should now try to specialise, else null. */
export function adapt(frame: Frame): Site | null {
  const { code } = frame;
  if (code.words !== code.fast) return null; // Traced code stays plain.
  const site = code.sites[frame.lasti];
  if (site === null) {
    code.sites[frame.lasti] = seen;
    return null;
  }
  if (site === seen) return (code.sites[frame.lasti] = new Site());
  if (site.counter > 0) {
    site.counter--;
    return null;
  }
  return site;
}

/** Puts a specialised instruction in place of the frame's current one. The caller has filled the site. */
export function specialize(frame: Frame, site: Site, opcode: number): void {
  const { fast } = frame.code;
  fast[frame.lasti] = (fast[frame.lasti] & ~0xff) | opcode;
  site.succeeded();
}

/** No form fits: back to the plain instruction, and a longer wait. */
export function generalize(frame: Frame, site: Site): void {
  const { fast, plain } = frame.code;
  fast[frame.lasti] = plain[frame.lasti];
  site.failed();
}
