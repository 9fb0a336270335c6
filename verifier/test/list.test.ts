import { describe, expect, it } from 'vitest';
import type { Source } from '../src/core/lines';
import { verify } from '../src/core/verify';
import { failed, judge, reason } from './judging';
import { asBytes, entries, type ListLine, make, Signer } from './maker';

const signer = new Signer();

describe('A list', () => {
  it('is the same however its bytes arrive', async () => {
    const made = await make({ level: 'committed', signer });
    const bytes = Buffer.from(made.list);
    for (const size of [1, 7, 170, 4096]) {
      const entriesIn: Source = {
        size: bytes.length,
        async *read() {
          for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
        },
      };
      const { checks } = await verify({ certificate: asBytes(made.certificate), entries: entriesIn });
      expect(failed(checks)).toEqual([]);
    }
  });

  it('tells how far it was read', async () => {
    const made = await make({ level: 'committed', signer });
    const told: number[] = [];
    await judge(made.certificate, made.list, { progress: (fraction) => void told.push(fraction) });
    expect(told).toEqual([0.5, 1]);
  });

  const cases: readonly [string, (lines: string[]) => string[], string][] = [
    ['out of order', ([a, b, ...rest]) => [b as string, a as string, ...rest], 'is out of order'],
    ['with an entry twice', ([a, ...rest]) => [a as string, a as string, ...rest], 'repeats'],
    ['with an excluded entry first', (lines) => [lines.at(-1) as string, ...lines.slice(0, -1)], 'after excluded ones'],
    ['with a line that is none', (lines) => [...lines, '{}'], 'is not a line'],
    ['with an empty line', (lines) => [...lines, '', ''], 'is not a line'],
    ['with a carriage return', ([a, ...rest]) => [`${a}\r`, ...rest], 'is not a line'],
    ['with white space', ([a, ...rest]) => [(a as string).replace(':', ': '), ...rest], 'is not a line'],
    ['with a name more', ([a, ...rest]) => [(a as string).replace('}', ',"x":1}'), ...rest], 'is not a line'],
    ['with __proto__', ([a, ...rest]) => [(a as string).replace('}', ',"__proto__":{}}'), ...rest], 'is not a line'],
    ...['0', '01', '-1', '1.0', '1e2', '"1"', 'null', '9007199254740992', '99999999999999999999', ''].map(
      (n): [string, (lines: string[]) => string[], string] => [`with ${n || 'no'} tickets`, ([a, ...rest]) => [(a as string).replace(/"tickets":\d+/, `"tickets":${n}`), ...rest], 'is not a line']),
    ['with upper-case references', ([a, ...rest]) => [(a as string).replace(/[a-f]/, (c) => (c === 'e' ? c : c.toUpperCase())).replace(/"entryRef":"([^"]+)"/, (_, r: string) => `"entryRef":"${r.toUpperCase()}"`), ...rest], 'is not a line'],
  ];

  it.each(cases)('%s is refused', async (_, change, why) => {
    const made = await make({ level: 'committed', signer });
    const list = `${change(made.list.trimEnd().split('\n')).join('\n')}\n`;
    const checks = await judge(made.certificate, list);
    expect(failed(checks)).toContain('list-format');
    expect(reason(checks, 'list-format')).toContain(why);
  });

  it('with an entry both eligible and excluded is refused', async () => {
    const [lines] = [entries(10)];
    const both = [...lines, { ...(lines[3] as ListLine), tickets: undefined, excluded: 'staff' } as unknown as ListLine];
    const made = await make({ level: 'committed', signer, lines: both });
    const checks = await judge(made.certificate, made.list);
    expect(failed(checks)).toEqual(['list-format']);
    expect(reason(checks, 'list-format')).toContain('both eligible and excluded');
  });

  it('with more tickets together than a number holds is refused', async () => {
    const made = await make({ level: 'committed', signer, lines: entries(4) });
    const list = made.list.replaceAll(/"tickets":\d+/g, '"tickets":9007199254740991');
    expect(reason(await judge(made.certificate, list), 'list-format')).toContain('beyond 2^53');
  });

  it('without a newline at its end is the same list', async () => {
    const made = await make({ level: 'committed', signer });
    expect(failed(await judge(made.certificate, made.list.trimEnd()))).toEqual([]);
  });

  it('that does not exist fails by itself, and the rest is checked', async () => {
    const made = await make({ level: 'committed', signer });
    expect(failed(await judge(made.certificate, ''))).toEqual(['root', 'excluded-root', 'counts', 'order']);
  });
});
