/**
 * As much of Protocol Buffers' wire format as CRI's messages need: varints, texts, messages and maps of texts. Unknown
 * fields are passed over, as the format demands.
 */

/** A field and its value; what is left out has the value nought, as in proto3. */
export type Field = readonly [number: number, value: string | number | boolean | readonly Field[]];

export function encode(fields: readonly Field[]): Buffer {
  const parts = fields.map(([number, value]) => {
    if (typeof value === 'boolean' || typeof value === 'number') {
      return Buffer.from([...varint(number * 8), ...varint(Number(value))]);
    }
    const body = typeof value === 'string' ? Buffer.from(value) : encode(value);
    return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(body.length)]), body]);
  });
  return Buffer.concat(parts);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

/** A message that was read. Where a field is repeated though one is asked for, the last counts. */
export class Message {
  readonly #fields = new Map<number, (bigint | Buffer)[]>();

  /** Throws RangeError for bytes that are no message. */
  constructor(bytes: Buffer) {
    const reader = new Reader(bytes);
    while (reader.offset < bytes.length) {
      const key = reader.varint();
      const value = reader.value(Number(key & 7n));
      const number = Number(key >> 3n);
      if (value === undefined) continue;
      const values = this.#fields.get(number);
      if (values) values.push(value);
      else this.#fields.set(number, [value]);
    }
  }

  text(number: number): string {
    return this.#bytes(number).at(-1)?.toString('utf8') ?? '';
  }

  /** Of an integer that is not negative; 0 for one that is, or that is too large to be exact. */
  number(number: number): number {
    const value = this.integer(number);
    return value >= 0n && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : 0;
  }

  integer(number: number): bigint {
    const value = this.#fields.get(number)?.findLast((each) => typeof each === 'bigint');
    return typeof value === 'bigint' ? BigInt.asIntN(64, value) : 0n;
  }

  message(number: number): Message {
    return new Message(this.#bytes(number).at(-1) ?? Buffer.alloc(0));
  }

  messages(number: number): Message[] {
    return this.#bytes(number).map((bytes) => new Message(bytes));
  }

  /** Of a `map<string, string>`. */
  texts(number: number): Record<string, string> {
    return Object.fromEntries(this.messages(number).map((entry) => [entry.text(1), entry.text(2)]));
  }

  #bytes(number: number): Buffer[] {
    return this.#fields.get(number)?.filter((value) => typeof value !== 'bigint') ?? [];
  }
}

class Reader {
  readonly #bytes: Buffer;
  offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Undefined for fixed-width numbers, which CRI has none of that is read here. */
  value(wireType: number): bigint | Buffer | undefined {
    if (wireType === 0) return this.varint();
    if (wireType === 2) return this.#take(Number(this.varint()));
    if (wireType === 1 || wireType === 5) {
      this.#take(wireType === 1 ? 8 : 4);
      return undefined;
    }
    throw new RangeError(`wire type ${wireType} is not used`);
  }

  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.offset++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number does not end');
  }

  #take(length: number): Buffer {
    const end = this.offset + length;
    if (end > this.#bytes.length) throw new RangeError('a field is longer than its message');
    const taken = this.#bytes.subarray(this.offset, end);
    this.offset = end;
    return taken;
  }
}
