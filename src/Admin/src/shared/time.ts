/*
 * Instants and what a wall clock in a campaign's time zone says. The browser's own zone plays no part in what a campaign has. Local times are
 * written as <input type="datetime-local"> writes them: 2026-12-01T09:00, with seconds when they are not zero.
 */

const formatters = new Map<string, Intl.DateTimeFormat>();

function wallClock(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23',
      year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** The reader's own zone, for what belongs to no campaign. */
export const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Whether this is a time zone that the browser knows. */
export function isZone(zone: string): boolean {
  try {
    return zone !== '' && !!wallClock(zone);
  } catch {
    return false;
  }
}

/** Milliseconds that the zone's clocks are ahead of UTC at an instant. */
function offsetAt(instant: number, zone: string): number {
  const parts: Record<string, number> = {};
  for (const { type, value } of wallClock(zone).formatToParts(instant)) parts[type] = Number(value);
  const shown = Date.UTC(parts.year!, parts.month! - 1, parts.day!, parts.hour!, parts.minute!, parts.second!);
  return shown - Math.floor(instant / 1000) * 1000;
}

export type LocalTime =
  | { readonly kind: 'instant'; readonly iso: string }
  /** The clocks go back over this time: it comes twice. The first is taken. */
  | { readonly kind: 'twice'; readonly iso: string }
  /** The clocks go forward over this time: it does not come at all. */
  | { readonly kind: 'never' }
  | { readonly kind: 'unreadable' };

const day = 86_400_000;
const iso = (instant: number) => new Date(instant).toISOString().replace('.000Z', 'Z');

/** The instant at which clocks in the zone show a local time. */
export function toInstant(local: string, zone: string): LocalTime {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?$/.exec(local);
  if (!match || !isZone(zone)) return { kind: 'unreadable' };
  const [y, mo, d, h, mi, s] = match.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const shown = Date.UTC(y, mo - 1, d, h, mi, s);
  const check = new Date(shown);
  if (check.getUTCMonth() !== mo - 1 || check.getUTCDate() !== d || h > 23 || mi > 59 || s > 59) return { kind: 'unreadable' };
  // The offset in force is that of a day before or of a day after; both are tried, so that changes of clocks show.
  const offsets = [...new Set([offsetAt(shown - day, zone), offsetAt(shown + day, zone)])];
  const found = offsets.map((offset) => shown - offset).filter((instant) => instant + offsetAt(instant, zone) === shown);
  if (found.length === 0) return { kind: 'never' };
  const first = Math.min(...found);
  return { kind: found.length > 1 ? 'twice' : 'instant', iso: iso(first) };
}

/** What a wall clock in the zone shows at an instant, as a datetime-local input takes it. */
export function toLocal(instant: string | null | undefined, zone: string): string {
  const at = instant ? Date.parse(instant) : NaN;
  if (Number.isNaN(at) || !isZone(zone)) return '';
  const shown = new Date(Math.floor(at / 1000) * 1000 + offsetAt(at, zone)).toISOString();
  return shown.slice(17, 19) === '00' ? shown.slice(0, 16) : shown.slice(0, 19);
}

/** "1 Dec 2026, 09:00 GMT": in the zone, and the zone is printed. */
export function formatInstant(instant: string | null | undefined, zone: string, seconds = false): string {
  const at = instant ? Date.parse(instant) : NaN;
  if (Number.isNaN(at)) return '—';
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone: isZone(zone) ? zone : 'UTC', day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit',
    ...(seconds || new Date(at).getUTCSeconds() !== 0 ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23', timeZoneName: 'short',
  });
  return text.format(at);
}

/** The zone's name with its offset at an instant: "Europe/London (GMT)". */
export function zoneLabel(zone: string, at: string | null = null): string {
  if (!isZone(zone)) return zone;
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'short' }).formatToParts(at ? Date.parse(at) : Date.now());
  return `${zone} (${parts.find((part) => part.type === 'timeZoneName')?.value ?? '?'})`;
}

export const zones = (): string[] => Intl.supportedValuesOf('timeZone');

/** "1.2 s", "3 min 05 s": how long something took or has been going on. */
export function formatDuration(from: string | null, to: string | null, now: number): string {
  if (!from) return '';
  const seconds = Math.max(0, ((to ? Date.parse(to) : now) - Date.parse(from)) / 1000);
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
