import type { Channel } from './grpc.ts';
import { encode, Message } from './protobuf.ts';

/** Ids that are kept while nobody takes them; with more than that, the list is looked at. */
const keptIds = 10_000;

/** What a runtime tells of its containers by itself, to be taken in portions. */
export class Events {
  /** Whether it does; it is seen by the call for events that lasts. */
  areTold = true;
  readonly #ids = new Set<string>();
  readonly #signal: AbortSignal;
  #wake = () => {};

  constructor(channel: Channel, signal: AbortSignal) {
    this.#signal = signal;
    void this.#read(channel);
  }

  /** Ids of containers to look at, as soon as there are some; none after `time` milliseconds. */
  async next(time: number): Promise<string[]> {
    if (this.#ids.size === 0) await this.#wait(time);
    const ids = this.#ids.size > keptIds ? [] : [...this.#ids];
    this.#ids.clear();
    return ids;
  }

  #wait(time: number): Promise<void> {
    return new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, time).unref();
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#signal.addEventListener('abort', this.#wake, { once: true });
    }).finally(() => this.#signal.removeEventListener('abort', this.#wake));
  }

  async #read(channel: Channel): Promise<void> {
    const method = 'runtime.v1.RuntimeService/GetContainerEvents';
    try {
      for await (const event of channel.stream(method, encode([]), this.#signal)) {
        this.#ids.add(new Message(event).text(1));
        this.#wake();
      }
    } catch {
      // It has no events, or the connection broke, which the next look at the list tells.
    }
    this.areTold = false;
    this.#wake();
  }
}
