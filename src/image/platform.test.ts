import { describe, expect, it } from 'vitest';
import { fitness, parsePlatform, showPlatform } from './platform.ts';

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['aarch64', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['windows/amd64', 'windows/amd64'],
  ])('%s is %s', (text, shown) => {
    expect(showPlatform(parsePlatform(text))).toBe(shown);
  });

  it('is Linux on this processor by default', () => {
    expect(showPlatform(parsePlatform(undefined, 'x64'))).toBe('linux/amd64');
    expect(showPlatform(parsePlatform(undefined, 'arm64'))).toBe('linux/arm64');
  });

  it.each(['', 'linux/', 'a/b/c/d', 'linux/am d64'])('refuses %j', (text) => {
    expect(() => parsePlatform(text)).toThrow('is not a platform');
  });
});

describe('fitness', () => {
  const offered = (text: string) => {
    const [os = '', architecture = '', variant = ''] = text.split('/');
    return { os, architecture, variant };
  };
  it('prefers the same variant, then the next older, never a newer', () => {
    const wanted = parsePlatform('linux/arm/v7');
    const order = ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5', 'linux/arm/v8', 'linux/arm64'];
    const values = order.map((text) => fitness(wanted, offered(text)));
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(values.map((value) => value > 0)).toEqual([true, true, true, false, false]);
    expect(fitness(parsePlatform('linux/arm64'), offered('linux/arm64/v8'))).toBe(100);
  });
});
