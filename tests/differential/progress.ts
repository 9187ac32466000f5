/** One line on a terminal that tells how far a long run is; elsewhere nothing. */
export class Progress {
  readonly #title: string;
  readonly #total: number;
  #done = 0;
  #wrong = 0;

  constructor(title: string, total: number) {
    this.#title = title;
    this.#total = total;
  }

  /** One more case has its result. */
  step(name: string, isWrong: boolean): void {
    this.#done++;
    if (isWrong) this.#wrong++;
    const wrong = this.#wrong === 0 ? '' : `, ${this.#wrong} wrong`;
    this.#show(`${this.#title}: ${this.#done} of ${this.#total}${wrong}  ${name}`);
  }

  /** Makes room for other lines. */
  clear(): void {
    this.#show('');
  }

  #show(text: string): void {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text.slice(0, process.stderr.columns - 1)}`);
  }
}
