import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brandProperties, contrast, parseColour } from '../../lib/contrast';

const white = parseColour('#fff')!;
const colour = (properties: Record<string, string>, name: string) => parseColour(properties[name])!;

describe('Contrast', () => {
  it('is 21 between black and white and 1 between equals', () => {
    assert.equal(Math.round(contrast(parseColour('#000')!, white)), 21);
    assert.equal(contrast(white, white), 1);
  });
  it('agrees with the published value for #767676 on white', () => assert.equal(contrast(parseColour('#767676')!, white).toFixed(2), '4.54'));
});

describe('A brand colour', () => {
  it('reads #rgb and #rrggbb and nothing else', () => {
    assert.deepEqual(parseColour('#0b5fff'), [11, 95, 255]);
    assert.deepEqual(parseColour('#fA0'), [255, 170, 0]);
    for (const text of ['red', '#12345', '#0b5fff;background:url(//x)', '', null, undefined]) assert.equal(parseColour(text), null);
  });
  it('gives readable pairs whatever it is', () => {
    for (let red = 0; red <= 255; red += 51) for (let green = 0; green <= 255; green += 51) for (let blue = 0; blue <= 255; blue += 51) {
      const hex = `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
      const properties = brandProperties(hex);
      const pairs: [string, string, number][] = [
        ['--on-brand', '--brand', 4.5], ['--on-brand', '--brand-hover', 4.5], ['--brand-ink', '--brand-soft', 4.5],
        ['--on-deep', '--brand-deep', 7],
      ];
      for (const [front, back, least] of pairs) {
        const ratio = contrast(colour(properties, front), colour(properties, back));
        assert.ok(ratio >= least, `${hex}: ${front} on ${back} is ${ratio.toFixed(2)}`);
      }
      assert.ok(contrast(colour(properties, '--brand-ink'), white) >= 4.5, `${hex}: --brand-ink on white`);
    }
  });
  it('falls back to a readable one when it can’t be read', () => assert.equal(brandProperties('javascript:x')['--brand'], '#0b5fff'));
});
