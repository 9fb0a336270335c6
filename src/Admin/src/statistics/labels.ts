import { isZone } from '../shared/time';

/** "5 Dec": a day as the API tells it, which is a date of the campaign's time zone already. */
export const dayLabel = (day: string) =>
  new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', day: 'numeric', month: 'short' }).format(Date.parse(`${day}T00:00:00Z`));

/** "Sat 14:00": the hour on the clocks of the campaign's time zone. An hour that is lived twice says its offset. */
export const hourLabel = (hour: string, zone: string) =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: isZone(zone) ? zone : 'UTC', weekday: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  }).format(Date.parse(hour));
