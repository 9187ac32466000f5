import { defineConfig } from 'vitest/config';

/** Suites that run real servers and containers for many minutes: `BERTHWATCH_REAL=1 npm test` runs them too. */
const real = ['tests/differential/differential.test.ts', 'tests/containers/**'];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(process.env.BERTHWATCH_REAL === '1' ? [] : real)],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
