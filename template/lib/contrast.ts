/** Colours that stay readable whatever brand colour a campaign chooses (WCAG 2.2, success criteria 1.4.3 and 1.4.11). */
export type Rgb = readonly [number, number, number];

const fallback: Rgb = [11, 95, 255];
const white: Rgb = [255, 255, 255];
const black: Rgb = [0, 0, 0];

/** Reads #rgb and #rrggbb; null for anything else, so that no other CSS can come in by way of a colour. */
export function parseColour(text: string | null | undefined): Rgb | null {
  const match = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text?.trim() ?? '');
  if (!match) return null;
  const hex = match[1]!.length === 3 ? [...match[1]!].map((digit) => digit + digit).join('') : match[1]!;
  return [0, 2, 4].map((start) => Number.parseInt(hex.slice(start, start + 2), 16)) as unknown as Rgb;
}

export const toHex = (colour: Rgb): string => `#${colour.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`;

/** Relative luminance, 0 (black) to 1 (white), as WCAG defines it. */
export function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio of two colours, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (lighter + 0.05) / (darker + 0.05);
}

/** One colour moved towards another by a share of 0 to 1. */
export const mix = (from: Rgb, to: Rgb, share: number): Rgb =>
  from.map((channel, index) => Math.round(channel + (to[index]! - channel) * share)) as unknown as Rgb;

/** White or black, whichever reads better; one of them always has at least 4.58:1. White is kept while it passes AA. */
export const textOn = (background: Rgb): Rgb => (contrast(white, background) >= 4.5 ? white : black);

/** The colour itself if it has the wanted contrast on the background, else the nearest step towards black or white that has. */
export function readableOn(colour: Rgb, background: Rgb, ratio: number): Rgb {
  const target = luminance(background) > 0.18 ? black : white;
  for (let step = 0; step <= 40; step++) {
    const candidate = mix(colour, target, step / 40);
    if (contrast(candidate, background) >= ratio) return candidate;
  }
  return target;
}

/** The custom properties that the style sheets build on. */
export function brandProperties(primary: string | null | undefined): Record<string, string> {
  const brand = parseColour(primary) ?? fallback;
  const soft = mix(brand, white, 0.92);
  const deep = mix(readableOn(brand, white, 7), black, 0.35);
  return {
    '--brand': toHex(brand),
    '--on-brand': toHex(textOn(brand)),
    '--brand-hover': toHex(mix(brand, textOn(brand) === white ? black : white, 0.14)),
    '--brand-soft': toHex(soft),
    '--brand-line': toHex(mix(brand, white, 0.72)),
    // Text and control borders in the brand's colour, on white as on the soft ground.
    '--brand-ink': toHex(readableOn(brand, soft, 4.6)),
    '--brand-deep': toHex(deep),
    '--on-deep': toHex(textOn(deep)),
    '--brand-glow': toHex(readableOn(mix(brand, white, 0.35), deep, 3)),
  };
}
