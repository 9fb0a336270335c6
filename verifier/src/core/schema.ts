import { validate } from '../generated/certificate-schema';

/** Where a value differs from the certificate's JSON Schema; empty if it doesn't. Tells at most five places. */
export function certificateProblems(value: unknown): string[] {
  if (validate(value)) return [];
  const told = (validate.errors ?? []).map((e) => `${e.instancePath || 'the certificate'} ${e.message ?? 'is wrong'}${extra(e.params)}`);
  return [...new Set(told)].slice(0, 5);
}

function extra(params: Record<string, unknown>): string {
  return typeof params.additionalProperty === 'string' ? ` ('${params.additionalProperty}')` : '';
}
