/* The line under work: its text, the cursor, and what can be undone. */

interface Version {
  readonly characters: readonly string[];
  readonly cursor: number;
}

/** Letters, digits: what word commands move over. */
const wordCharacter = /[\p{L}\p{N}]/u;

export class Line {
  /** Characters, so that the cursor counts what is seen. */
  characters: string[] = [];
  cursor = 0;
  mark = 0;
  private versions: Version[] = [];
  /** The last change was a typed character: the next one belongs to it. */
  private typing = false;

  get text(): string {
    return this.characters.join('');
  }

  get before(): string {
    return this.characters.slice(0, this.cursor).join('');
  }

  get changed(): boolean {
    return this.versions.length > 0;
  }

  /** Another line, of which nothing can be undone. */
  begin(text: string): void {
    this.characters = [...text];
    this.cursor = this.characters.length;
    this.mark = 0;
    this.versions = [];
    this.typing = false;
  }

  /** Puts text in the place of what is between; the cursor is then behind it. */
  replace(from: number, to: number, text: string, typed = false): void {
    if (from === to && text === '') return;
    if (!typed || !this.typing) this.versions.push({ characters: this.characters.slice(), cursor: this.cursor });
    this.typing = typed;
    const inserted = [...text];
    this.characters.splice(from, to - from, ...inserted);
    this.cursor = from + inserted.length;
  }

  insert(text: string, typed = false): void {
    this.replace(this.cursor, this.cursor, text, typed);
  }

  /** What is typed next can be undone by itself. */
  endTyping(): void {
    this.typing = false;
  }

  /** Takes one change back; false if there is none. */
  undo(): boolean {
    const version = this.versions.pop();
    if (version === undefined) return false;
    this.characters = [...version.characters];
    this.cursor = version.cursor;
    this.typing = false;
    return true;
  }

  undoAll(): void {
    while (this.undo());
  }

  /** Where the word before `at` begins. */
  wordStart(at = this.cursor, isPart = (character: string): boolean => wordCharacter.test(character)): number {
    while (at > 0 && !isPart(this.characters[at - 1])) at--;
    while (at > 0 && isPart(this.characters[at - 1])) at--;
    return at;
  }

  /** Where the word at or after `at` ends. */
  wordEnd(at = this.cursor): number {
    while (at < this.characters.length && !wordCharacter.test(this.characters[at])) at++;
    while (at < this.characters.length && wordCharacter.test(this.characters[at])) at++;
    return at;
  }
}
