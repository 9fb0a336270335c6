import type { NewRelease } from '../api/types';

/** One wave as it stands in the form; numbers are texts until they are read. */
export interface WaveValues {
  readonly by: 'percent' | 'campaigns';
  readonly percent: string;
  readonly campaignIds: readonly string[];
  readonly soakMinutes: string;
}

export interface ReleaseValues {
  readonly what: 'version' | 'picks';
  readonly version: string;
  readonly picks: string;
  readonly tenantIds: readonly string[];
  readonly waves: readonly WaveValues[];
  readonly holdHoursBeforeClosing: string;
  readonly unhealthyMax: string;
  readonly rollsBack: boolean;
  readonly rehearses: boolean;
}

export const usualWaves: readonly WaveValues[] = [
  { by: 'percent', percent: '10', campaignIds: [], soakMinutes: '60' },
  { by: 'percent', percent: '50', campaignIds: [], soakMinutes: '60' },
  { by: 'percent', percent: '100', campaignIds: [], soakMinutes: '0' },
];

export const newRelease = (version: string): ReleaseValues => ({
  what: 'version', version, picks: '', tenantIds: [], waves: usualWaves, holdHoursBeforeClosing: '48', unhealthyMax: '0', rollsBack: true, rehearses: true,
});

export const picksOf = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** A whole number within bounds, or null. */
const whole = (text: string, least: number, most: number) => {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : NaN;
  return value >= least && value <= most ? value : null;
};

/** What is wrong with each field, by the API's own paths; empty when nothing is. */
export function releaseErrors(v: ReleaseValues): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (v.what === 'version' && !v.version) wrong.version = 'Choose a version.';
  const picks = picksOf(v.picks);
  if (v.what === 'picks' && (picks.length === 0 || picks.length > 50)) wrong.picks = picks.length === 0 ? 'Name one commit at least.' : 'At most 50 commits.';
  let reached = 0;
  v.waves.forEach((wave, i) => {
    const percent = whole(wave.percent, 1, 100);
    const last = i === v.waves.length - 1;
    if (wave.by === 'campaigns' && last) wrong[`waves[${i}].percent`] = 'The last wave takes the rest: make it 100 percent.';
    else if (wave.by === 'campaigns' && wave.campaignIds.length === 0) wrong[`waves[${i}].campaignIds`] = 'Choose a campaign at least.';
    else if (wave.by === 'percent' && percent === null) wrong[`waves[${i}].percent`] = 'A whole number from 1 to 100.';
    else if (wave.by === 'percent' && percent! <= reached) wrong[`waves[${i}].percent`] = `More than ${reached}: it counts the sites of the waves before.`;
    else if (last && percent !== 100) wrong[`waves[${i}].percent`] = 'The last wave takes the rest: make it 100 percent.';
    if (wave.by === 'percent') reached = percent ?? reached;
    if (whole(wave.soakMinutes, 0, 10_080) === null) wrong[`waves[${i}].soakMinutes`] = 'Minutes from 0 to 10,080, which is a week.';
  });
  if (whole(v.holdHoursBeforeClosing, 0, 720) === null) wrong.holdHoursBeforeClosing = 'Hours from 0 to 720.';
  if (whole(v.unhealthyMax, 0, 50) === null) wrong.unhealthyMax = 'Percent from 0 to 50.';
  return wrong;
}

/** The form as the API takes it; to be asked only of values without errors. */
export const releaseRequest = (v: ReleaseValues, dryRun: boolean): NewRelease => ({
  ...(v.what === 'version' ? { version: v.version } : { picks: picksOf(v.picks) }),
  waves: v.waves.map((wave) => ({ ...(wave.by === 'percent' ? { percent: Number(wave.percent) } : { campaignIds: [...wave.campaignIds] }), soakMinutes: Number(wave.soakMinutes) })),
  ...(v.tenantIds.length > 0 ? { tenantIds: [...v.tenantIds] } : {}),
  holdHoursBeforeClosing: Number(v.holdHoursBeforeClosing), unhealthyMax: Number(v.unhealthyMax), rollsBack: v.rollsBack, rehearses: v.rehearses, dryRun,
});
