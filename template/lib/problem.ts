import { texts } from './texts';
import type { EntryForm, Problem } from './types';

/** A refusal as the visitor sees it: one message, the fields concerned, and what the page does about it. */
export interface Refusal {
  code: string | null;
  message: string;
  fields: Record<string, string>;
  /** Load the campaign again, because its state or terms are no longer what this page shows. */
  reload: boolean;
  traceId: string | null;
}

const reloading = new Set(['campaign.not_open', 'campaign.has_closed', 'campaign.paused', 'entry.terms_not_accepted']);

/** The input that a code is about, where there is one. */
const fieldOfCode: Record<string, string> = { 'entry.terms_not_accepted': 'terms', 'entry.under_age': 'dateOfBirth', 'entry.code_invalid': 'code' };

const entrantFields = new Set(['email', 'firstName', 'lastName', 'phone', 'dateOfBirth', 'postcode', 'county']);

/** Turns a problem document into what the form shows. Unknown codes get a message that is true of any refusal. */
export function refusalOf(problem: Problem | null, status: number | null, form: EntryForm): Refusal {
  const code = problem?.code ?? null;
  const fields: Record<string, string> = {};
  for (const [path, messages] of Object.entries(problem?.errors ?? {})) {
    const field = inputOf(path);
    const message = Array.isArray(messages) ? messages[0] : messages;
    if (field !== null && typeof message === 'string') fields[field] = message;
  }
  const message = messageOf(code, status, form, Object.keys(fields).length > 0);
  const concerned = code === null ? undefined : fieldOfCode[code];
  if (concerned !== undefined) fields[concerned] ??= message;
  return { code, message, fields, reload: code !== null && reloading.has(code), traceId: problem?.traceId ?? null };
}

/** The name of the input that an error path means: `entrant.email`, `/answers/city`, `TermsVersion`. */
export function inputOf(path: string): string | null {
  const steps = path.replace(/^[#$]/, '').split(/[./[\]]+/).filter((step) => step !== '');
  const [first, ...rest] = steps.map((step, index) => (index === 0 || steps[0]?.toLowerCase() === 'entrant' ? step[0]!.toLowerCase() + step.slice(1) : step));
  if (first === undefined) return null;
  if (first === 'termsVersion' || first === 'terms') return 'terms';
  if (first === 'proof') return 'code';
  if (first === 'answers' && rest[0] !== undefined) return `answers.${rest[0]}`;
  // A position in the list of consents says nothing about an input; a purpose does.
  if (first === 'consents') return rest[0] === undefined || /^\d+$/.test(rest[0]) ? null : `consents.${rest[0]}`;
  const name = first === 'entrant' ? rest[0] : first;
  return name !== undefined && entrantFields.has(name) ? name : null;
}

function messageOf(code: string | null, status: number | null, form: EntryForm, hasFields: boolean): string {
  const known = texts.refusals as Record<string, string | ((minimumAge: number | null) => string)>;
  const text = code === null ? undefined : known[code];
  if (typeof text === 'function') return text(form.minimumAge);
  if (text !== undefined) return text;
  if (hasFields) return texts.refused.checkFields;
  if (status === null) return texts.refused.noAnswer;
  if (status === 429) return texts.refused.tooMany;
  if (status === 503) return texts.refused.busy;
  if (status === 410) return texts.refused.erased;
  return status >= 500 ? texts.refused.broken : texts.refused.unknown;
}
