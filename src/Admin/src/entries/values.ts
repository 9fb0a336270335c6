import type { Campaign } from '../api/types';
import { toInstant, toLocal } from '../shared/time';

/** An entry as it stands on the screen. Times are local to the campaign's time zone. */
export interface EntryValues {
  channel: string; receivedAt: string; pool: string;
  email: string; firstName: string; lastName: string; phone: string; postcode: string; county: string; dateOfBirth: string;
  answers: Record<string, string>; consents: string[];
}

export const blank = (campaign: Pick<Campaign, 'pools' | 'timeZone'>): EntryValues => ({
  channel: 'post', receivedAt: toLocal(new Date().toISOString(), campaign.timeZone).slice(0, 16), pool: campaign.pools[0]?.id ?? '',
  email: '', firstName: '', lastName: '', phone: '', postcode: '', county: '', dateOfBirth: '', answers: {}, consents: [],
});

/** What an entry lacks before it is worth sending; the pool judges the same again, and more. */
export function entryErrors(v: EntryValues, campaign: Campaign, now = Date.now()): Record<string, string> {
  const errors: Record<string, string> = {};
  const time = v.receivedAt ? toInstant(v.receivedAt, campaign.timeZone) : null;
  const at = time && 'iso' in time ? Date.parse(time.iso) : NaN;
  if (Number.isNaN(at)) errors.receivedAt = 'When did it come?';
  else if (at > now) errors.receivedAt = 'This is still to come.';
  else if (campaign.opensAt && at < Date.parse(campaign.opensAt)) errors.receivedAt = 'This was before the opening.';
  else if (campaign.closesAt && at >= Date.parse(campaign.closesAt)) errors.receivedAt = 'This was after the closing.';
  if (!/^\S+@\S+\.\S+$/.test(v.email.trim())) errors.email = 'An email address such as ann@example.com.';
  if (!v.firstName.trim()) errors.firstName = 'The first name is missing.';
  if (!v.lastName.trim()) errors.lastName = 'The last name is missing.';
  if ((campaign.form.minimumAge ?? 0) > 0 && !v.dateOfBirth) errors.dateOfBirth = 'The date of birth is needed.';
  for (const field of campaign.form.fields) if (field.required && !(v.answers[field.name] ?? '').trim()) errors[`answers.${field.name}`] = 'This must be answered.';
  return errors;
}

export function entryRequest(v: EntryValues, campaign: Campaign) {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
  const time = toInstant(v.receivedAt, campaign.timeZone);
  return {
    channel: v.channel, receivedAt: 'iso' in time ? time.iso : '', pool: orNull(v.pool),
    entrant: {
      email: v.email.trim(), firstName: v.firstName.trim(), lastName: v.lastName.trim(), phone: orNull(v.phone), dateOfBirth: orNull(v.dateOfBirth),
      postcode: orNull(v.postcode), county: orNull(v.county), country: null,
    },
    answers: Object.fromEntries(Object.entries(v.answers).filter(([, answer]) => answer.trim() !== '').map(([name, answer]) => [name, valueOf(campaign, name, answer)])),
    consents: campaign.consents.map((c) => ({ purpose: c.purpose, version: c.version, granted: v.consents.includes(c.purpose) })),
  };
}

const valueOf = (campaign: Campaign, name: string, answer: string): string | number | boolean => {
  const type = campaign.form.fields.find((field) => field.name === name)?.type;
  return type === 'checkbox' ? answer === 'true' : type === 'number' ? Number(answer) : answer.trim();
};
