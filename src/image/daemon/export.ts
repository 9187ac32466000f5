import { BerthwatchError } from '../../base/errors.ts';
import { archiveLayer, indexMembers } from '../archive/archive-bytes.ts';
import { ArchiveFiles } from '../archive/archive-files.ts';
import { readManifests } from '../archive/docker-archive.ts';
import { type Spool, spool } from '../archive/spool.ts';
import type { Context } from '../context.ts';
import type { RangeContent } from '../layer/layer-input.ts';
import type { Engine } from './engine.ts';

/** An image's layers out of an engine: the whole archive is fetched once, when the first layer is needed. */
export class Export {
  readonly #engine: Engine;
  readonly #image: string;
  readonly #platform: string | undefined;
  readonly #context: Context;
  #archive: Promise<{ files: ArchiveFiles; layers: string[] }> | undefined;
  #spool: Spool | undefined;

  constructor(engine: Engine, image: string, platform: string | undefined, context: Context) {
    this.#engine = engine;
    this.#image = image;
    this.#platform = platform;
    this.#context = context;
  }

  /** Layer `number` of `total`. Throws BerthwatchError when the archive does not hold what the engine promised. */
  async layer(number: number, total: number): Promise<RangeContent> {
    this.#archive ??= this.#fetch();
    const { files, layers } = await this.#archive;
    const found = layers.length === total ? files.layer(layers[number] ?? '') : undefined;
    if (found?.content.kind === 'range') return found.content;
    throw new BerthwatchError('ARCHIVE_CORRUPT', 'the container engine did not export it', {
      place: this.#engine.endpoint.name,
    });
  }

  close(): void {
    this.#spool?.close();
  }

  async #fetch(): Promise<{ files: ArchiveFiles; layers: string[] }> {
    const { name } = this.#engine.endpoint;
    const place = `${name}: ${this.#image}`;
    const chunks = await this.#engine.export(this.#image, this.#platform);
    this.#spool = await spool(chunks, { place, total: undefined, phase: 'fetch' }, this.#context);
    const { file } = this.#spool;
    const range = { file, offset: 0, size: file.size };
    const files = new ArchiveFiles({
      place,
      identity: undefined,
      index: archiveLayer(indexMembers(range, place, this.#context), range),
      range,
      unpack: async () => range,
      isTransient: true,
      close: () => {},
    });
    return { files, layers: readManifests(files)[0]?.layers ?? [] };
  }
}
