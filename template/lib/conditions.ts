import { formatInstant, zoneName } from './dates';
import { texts } from './texts';
import type { Limits, Site } from './types';

export interface Condition { name: string; lines: string[] }

/** The significant conditions of CAP Code 8.17, from the campaign alone, in the order that they are printed beside the form. */
export function conditionsOf(site: Site, language: string): Condition[] {
  const { conditions: say } = texts;
  const date = (instant: string | null) => formatInstant(instant, site.timeZone, language);
  const prizes = site.prizes.filter((prize) => prize.kind === 'prize');
  const gifts = site.prizes.filter((prize) => prize.kind === 'gift');
  const conditions: Condition[] = [
    { name: say.howToEnter, lines: [say.howToEnterText, site.pools[0]?.codeRequired ? say.howToEnterCode : '', prizes.length > 0 ? say.howToEnterInstant : ''] },
    { name: say.freeRoute, lines: [site.terms.freeRoute ?? ''] },
    { name: say.dates, lines: [site.opensAt ? say.opens(date(site.opensAt)) : '', site.closesAt ? say.closes(date(site.closesAt)) : ''] },
    { name: say.who, lines: [site.form.minimumAge ? say.minimumAge(site.form.minimumAge) : say.anyAge] },
    { name: say.limits, lines: limitLines(site.limits, site.timeZone) },
    { name: say.prizes, lines: prizes.map((prize) => say.prizeLine(prize.name, prize.stock)) },
    { name: say.gifts, lines: gifts.map((gift) => say.prizeLine(gift.name, gift.stock)) },
    { name: say.draw, lines: site.draws.map((draw) => say.drawLine(draw.name, draw.prizes.join(', '), date(draw.drawsAt))) },
    { name: say.promoter, lines: [site.promoter.name, site.promoter.address] },
  ];
  return conditions.map(({ name, lines }) => ({ name, lines: lines.filter((line) => line !== '') })).filter(({ lines }) => lines.length > 0);
}

/** Limits as people read them. They hold within each pool of prizes, and the text says so. */
export function limitLines(limits: Limits, timeZone: string): string[] {
  const { conditions: say } = texts;
  const lines: string[] = [];
  if (limits.entriesPerEntrant !== null) lines.push(say.entries(limits.entriesPerEntrant));
  if (limits.entriesPerEntrantPerDay !== null) lines.push(say.entriesPerDay(limits.entriesPerEntrantPerDay, zoneName(timeZone)));
  if (limits.entryIntervalSeconds !== null && limits.entryIntervalSeconds > 0) lines.push(say.interval(limits.entryIntervalSeconds));
  if (lines.length === 0) lines.push(say.noLimits);
  if (limits.winsPerEntrant !== null) lines.push(say.wins(limits.winsPerEntrant));
  return lines.length === 1 && lines[0] === say.noLimits ? lines : [...lines, say.limitsPerPool];
}
