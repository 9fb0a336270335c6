import { describe, expect, it } from 'vitest';
import { contrast, textOn } from '../../src/campaigns/form/colour';
import { isTyping, matching } from '../../src/shell/shortcuts';

const shortcuts = ['g c', 'n', '/', '?'].map((keys) => ({ keys, what: keys, run: () => undefined }));
const plain = { ctrlKey: false, metaKey: false, altKey: false, isComposing: false };
const within = (selector: string | null) => ({ closest: (list: string) => (selector && list.includes(selector) ? {} : null) }) as unknown as Element;

describe('shortcuts', () => {
  it('are found by one key, or by two in turn', () => {
    expect(matching(shortcuts, null, 'n')?.keys).toBe('n');
    expect(matching(shortcuts, 'g', 'c')?.keys).toBe('g c');
    expect(matching(shortcuts, null, 'c')).toBeUndefined();
    expect(matching(shortcuts, 'x', '?')?.keys).toBe('?');
  });
  it('never act while somebody types, is in a dialog, or means the browser', () => {
    expect(isTyping(plain, within('input'))).toBe(true);
    expect(isTyping(plain, within('textarea'))).toBe(true);
    expect(isTyping(plain, within('[role="dialog"]'))).toBe(true);
    expect(isTyping({ ...plain, ctrlKey: true }, within(null))).toBe(true);
    expect(isTyping(plain, within(null))).toBe(false);
  });
});

describe('contrast', () => {
  it('is that of WCAG', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(textOn('#0b5fff')).toBe('#ffffff');
    expect(textOn('#ffee00')).toBe('#111111');
  });
});
