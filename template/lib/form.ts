import { ageOn, dayIn } from './dates';
import { texts } from './texts';
import type { Answer, EntryBody, FormField, Site } from './types';

/** What the inputs hold, by input name; an unticked checkbox is absent. */
export type Values = Record<string, string>;
/** Messages by input name, in the order of the inputs. */
export type FieldErrors = Record<string, string>;

/** Checks what can be known here, in the order of the form. The server judges everything again. */
export function validate(values: Values, site: Site, now: number): FieldErrors {
  const errors: FieldErrors = {};
  const value = (name: string) => values[name]?.trim() ?? '';
  const { errors: say } = texts.form;

  const pool = site.pools[0];
  if (pool?.codeRequired && value('code') === '' && !isFree(values, site)) errors.code = pool.freeOnline ? say.codeOrFree : say.code;
  if (value('firstName') === '') errors.firstName = say.firstName;
  if (value('lastName') === '') errors.lastName = say.lastName;
  if (value('email') === '') errors.email = say.email;
  else if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value('email'))) errors.email = say.emailForm;
  const birth = birthError(value('dateOfBirth'), site, now);
  if (birth !== null) errors.dateOfBirth = birth;
  if (value('postcode') === '') errors.postcode = say.postcode;
  for (const field of site.form.fields) {
    const message = fieldError(field, value(`answers.${field.name}`));
    if (message !== null) errors[`answers.${field.name}`] = message;
  }
  if (values.terms === undefined) errors.terms = say.terms;
  return errors;
}

/** The body of the request, from inputs that passed `validate`. */
export function entryBody(values: Values, site: Site, language: string): EntryBody {
  const value = (name: string) => values[name]?.trim() ?? '';
  const orNull = (name: string) => value(name) || null;
  const answers: Record<string, Answer> = {};
  for (const field of site.form.fields) {
    const answer = answerOf(field, values[`answers.${field.name}`]);
    if (answer !== null) answers[field.name] = answer;
  }
  return {
    pool: null,
    entrant: {
      email: value('email'), firstName: value('firstName'), lastName: value('lastName'), phone: orNull('phone'),
      dateOfBirth: orNull('dateOfBirth'), postcode: orNull('postcode'), county: orNull('county'),
      country: regionOf(language),
    },
    answers,
    termsVersion: values.terms === undefined ? null : site.terms.version,
    proof: proofOf(value('code'), values, site),
    consents: site.consents.map(({ purpose, version }) => ({ purpose, version, granted: values[`consents.${purpose}`] !== undefined })),
    captchaToken: null,
    website: values.website ?? '',
  };
}

/** Whether the visitor enters without a code where that is possible here. */
const isFree = (values: Values, site: Site): boolean => site.pools[0]?.freeOnline === true && values.free !== undefined;

function proofOf(code: string, values: Values, site: Site): EntryBody['proof'] {
  if (!site.pools[0]?.codeRequired) return null;
  return isFree(values, site) ? { free: true } : { code };
}

/** The country of a language tag, "GB" of "en-GB"; the United Kingdom when it names none. */
export function regionOf(language: string): string {
  return /-([A-Za-z]{2})(?:-|$)/.exec(language)?.[1]?.toUpperCase() ?? 'GB';
}

function birthError(value: string, site: Site, now: number): string | null {
  const { errors: say } = texts.form;
  const minimum = site.form.minimumAge;
  if (value === '') return minimum ? say.dateOfBirth : null;
  const age = ageOn(value, dayIn(site.timeZone, now));
  if (age === null || age < 0 || age > 130) return say.dateOfBirthForm;
  return minimum !== null && age < minimum ? say.underAge(minimum) : null;
}

function fieldError(field: FormField, value: string): string | null {
  const { errors: say } = texts.form;
  if (value === '') return field.required ? (field.type === 'checkbox' ? say.tick(field.label) : say.answer(field.label)) : null;
  if (field.type === 'email' && !/^[^\s@]+@[^\s@]+$/.test(value)) return say.emailForm;
  if (field.type === 'number' && !Number.isFinite(Number(value))) return say.number(field.label);
  return null;
}

function answerOf(field: FormField, raw: string | undefined): Answer | null {
  if (field.type === 'checkbox') return raw !== undefined;
  const value = raw?.trim() ?? '';
  if (value === '') return null;
  return field.type === 'number' ? Number(value) : value;
}
