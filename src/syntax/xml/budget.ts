/** Nested entities grow exponentially: these bound what all references of a file together may come to. */
const characterLimit = 500_000;
const referenceLimit = 5_000;
const depthLimit = 20;

/** What references to entities may still come to; once it is too much, no more are followed. */
export class EntityBudget {
  /** Whether it was said that it is used up: once is enough. */
  isReported = false;
  #characters = characterLimit;
  #references = referenceLimit;
  #depth = 0;

  /** Runs `work` on an entity's text of so many characters; false where that would be too much. */
  spend(characters: number, work: () => void): boolean {
    this.#characters -= characters;
    this.#references--;
    if (this.#depth >= depthLimit) this.#references = -1;
    if (this.#characters < 0 || this.#references < 0) return false;
    this.#depth++;
    work();
    this.#depth--;
    return true;
  }
}
