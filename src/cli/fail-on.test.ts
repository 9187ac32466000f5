import { describe, expect, it } from 'vitest';
import type { Finding, Severity } from '../model/evidence.ts';
import { parseFailOn } from './fail-on.ts';

const finding = (id: string, severity: Severity): Finding => ({ id, severity, message: '', evidence: [] });

describe('parseFailOn', () => {
  it.each([
    [['medium'], finding('not-exposed', 'medium'), true],
    [['medium'], finding('not-exposed', 'high'), true],
    [['medium'], finding('not-exposed', 'low'), false],
    [['not-exposed'], finding('not-exposed', 'info'), true],
    [['not-exposed'], finding('port-conflict', 'high'), false],
    [['high, not-exposed'], finding('not-exposed', 'info'), true],
    [['high', 'not-exposed'], finding('port-conflict', 'high'), true],
    [[], finding('port-conflict', 'high'), false],
  ])('%j', (words, one, fails) => expect(parseFailOn(words)(one)).toBe(fails));

  it('refuses a word that names nothing, and tells what is near', () => {
    expect(() => parseFailOn(['exposed'])).toThrow('exposed is neither a severity nor a finding');
    expect(() => parseFailOn([''])).toThrow('nothing is neither');
  });
});
