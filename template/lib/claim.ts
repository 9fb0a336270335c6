import type { FieldErrors, Values } from './form';
import { texts } from './texts';

/** A winner's claim as the platform tells it. */
export interface Claim {
  state: string; prize: string; draw: string | null; deadline: string | null; minor: boolean;
  publication: 'agreed' | 'objected' | null; carrier: string | null; reference: string | null;
}

/** The body of POST /v1/sites/{slug}/claims; once it is claimed, publication alone may be sent. */
export interface ClaimBody { name: string; address: string; phone: string; guardian: string | null; publication: 'agreed' | 'objected' }

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

export function readClaim(answer: unknown): Claim {
  const raw = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<string, unknown>;
  return {
    state: text(raw.state) ?? 'told', prize: text(raw.prize) ?? '', draw: text(raw.draw), deadline: text(raw.deadline),
    minor: raw.guardianNeeded === true,
    publication: raw.publication === 'agreed' || raw.publication === 'objected' ? raw.publication : null,
    carrier: text(raw.carrier), reference: text(raw.reference),
  };
}

/** What can be known here, in the order of the form; the server judges everything again. */
export function validateClaim(values: Values, claim: Claim): FieldErrors {
  const errors: FieldErrors = {};
  const { errors: say } = texts.claim;
  for (const name of ['name', 'address', 'phone'] as const) if (!values[name]?.trim()) errors[name] = say[name];
  if (claim.minor && !values.guardian?.trim()) errors.guardian = say.guardian;
  if (values.publication !== 'agreed' && values.publication !== 'objected') errors.publication = say.publication;
  return errors;
}

export const claimBody = (values: Values): ClaimBody => ({
  name: values.name!.trim(), address: values.address!.trim(), phone: values.phone!.trim(), guardian: values.guardian?.trim() || null,
  publication: values.publication === 'agreed' ? 'agreed' : 'objected',
});
