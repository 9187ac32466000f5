import { configDefaults, defineConfig } from 'vitest/config';

/** Run real servers and containers, on root file systems that are built beforehand. */
const real = [
  'tests/differential/differential.test.ts',
  'tests/containers/**/*.test.ts',
  'tests/runtime/**/*.test.ts',
  'tests/defender/**/*.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...real],
          testTimeout: 30_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'real',
          include: real,
          globalSetup: 'tests/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
