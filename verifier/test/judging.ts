import { expect } from 'vitest';
import type { Certificate } from '../src/core/certificate';
import { bytesSource } from '../src/core/lines';
import type { Check } from '../src/core/report';
import { type Inputs, verify } from '../src/core/verify';
import { asBytes, type Made } from './maker';

export type Given = Partial<Omit<Inputs, 'certificate' | 'entries'>>;

export async function judge(certificate: Certificate | Uint8Array, list: string, given: Given = {}): Promise<Check[]> {
  const bytes = certificate instanceof Uint8Array ? certificate : asBytes(certificate);
  return (await verify({ certificate: bytes, entries: bytesSource(Buffer.from(list)), ...given })).checks;
}

export const failed = (checks: readonly Check[]): string[] => checks.filter((c) => c.status === 'fail').map((c) => c.name);

export const reason = (checks: readonly Check[], name: string): string => checks.find((c) => c.name === name)?.reason ?? '';

export async function expectHolds(made: Made, given: Given = {}): Promise<Check[]> {
  const checks = await judge(made.certificate, made.list, given);
  expect(checks.filter((c) => c.status === 'fail')).toEqual([]);
  return checks;
}

export const pemOf = (text: string): Uint8Array => Buffer.from(text);
