/** Formats an instant with its time zone always printed, because a closing date without one is not a date (CAP Code 8.17.4). */
export function formatInstant(instant: string | null, timeZone: string, language: string): string {
  const time = instant === null ? Number.NaN : Date.parse(instant);
  if (Number.isNaN(time)) return '';
  const format = (zone: string) => {
    const date = new Intl.DateTimeFormat(language, { timeZone: zone, day: 'numeric', month: 'long', year: 'numeric' }).format(time);
    const clock = new Intl.DateTimeFormat(language, { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short' }).format(time);
    return `${date}, ${clock}`;
  };
  try {
    return timeZone.includes('/') ? `${format(timeZone)} (${zoneName(timeZone)})` : format(timeZone);
  } catch {
    // A zone that this browser doesn't know: the instant in UTC is still true.
    return format('UTC');
  }
}

/** A time zone as people say it: "London time" for Europe/London. */
export function zoneName(timeZone: string): string {
  return timeZone.includes('/') ? `${timeZone.split('/').at(-1)!.replaceAll('_', ' ')} time` : timeZone;
}

/** The calendar day, YYYY-MM-DD, of an instant in a time zone. */
export function dayIn(timeZone: string, time: number): string {
  const format = (zone: string) => new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(time);
  try { return format(timeZone); } catch { return format('UTC'); }
}

/** Whole years between a day of birth and today, both YYYY-MM-DD; null when the first is not a real day. */
export function ageOn(dateOfBirth: string, today: string): number | null {
  const born = parts(dateOfBirth);
  const now = parts(today);
  if (!born || !now) return null;
  const hadBirthday = now.month > born.month || (now.month === born.month && now.day >= born.day);
  return now.year - born.year - (hadBirthday ? 0 : 1);
}

function parts(day: string): { year: number; month: number; day: number } | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!match) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const real = new Date(Date.UTC(year, month - 1, date));
  return real.getUTCMonth() === month - 1 && real.getUTCDate() === date ? { year, month, day: date } : null;
}
