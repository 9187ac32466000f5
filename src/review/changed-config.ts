import type { Remark, ReviewRule } from './rule.ts';

/** Config files that an upper layer put in the place of a lower one's. */
export const changedConfigs: ReviewRule = ({ launches, layersOf }) => {
  const paths = new Set(launches.flatMap(({ configs }) => configs.map(({ path }) => path)));
  return [...paths].flatMap((path): Remark[] => {
    const [upper, lower] = layersOf(path);
    if (upper === undefined || lower === undefined) return [];
    const message = `${path}: what ${lower} has is replaced by ${upper}`;
    return [
      { id: 'config-changed', severity: 'info', message, evidence: [{ kind: 'config', path, text: path }] },
    ];
  });
};
