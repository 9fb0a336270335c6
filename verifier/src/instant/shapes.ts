import { microseconds } from '../core/time';

/** Takes a value out of parsed JSON; throws what is wrong with it. */
export type Reader<T> = (value: unknown) => T;

export const text: Reader<string> = (value) => {
  if (typeof value !== 'string') throw new Error('is not a text');
  return value;
};

export const bool: Reader<boolean> = (value) => {
  if (typeof value !== 'boolean') throw new Error('is neither true nor false');
  return value;
};

/** A whole number from this one on. */
export const whole = (least: number): Reader<number> => (value) => {
  if (!Number.isSafeInteger(value) || (value as number) < least) throw new Error(`is not a whole number from ${least} on`);
  return value as number;
};

/** Lower-case hex of so many bytes. */
export const hex = (length?: number): Reader<string> => {
  const spelling = new RegExp(`^(?:[0-9a-f]{2}){${length ?? '0,1000'}}$`);
  return (value) => {
    if (typeof value !== 'string' || !spelling.test(value)) throw new Error(`is not lower-case hex${length === undefined ? '' : ` of ${length} bytes`}`);
    return value;
  };
};

/** Microseconds since 1970. */
export const instant: Reader<number> = (value) => microseconds(text(value));

export const nullable = <T>(read: Reader<T>): Reader<T | null> => (value) => (value === null ? null : read(value));

export const list = <T>(read: Reader<T>): Reader<T[]> => (value) => {
  if (!Array.isArray(value)) throw new Error('is not a list');
  return value.map((item) => read(item));
};

/** Kept as it stands, to be hashed or compared. */
export const raw: Reader<Record<string, unknown>> = (value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('is not an object');
  return value as Record<string, unknown>;
};

export const one = <T extends string>(...allowed: readonly T[]): Reader<T> => (value) => {
  if (!allowed.includes(value as T)) throw new Error(`is none of ${allowed.join(', ')}`);
  return value as T;
};

type Fields = Record<string, Reader<unknown>>;
export type Read<F extends Fields> = { readonly [K in keyof F]: ReturnType<F[K]> };

/** An object with these members and no others; members of the second kind may be missing. */
export function object<F extends Fields, O extends Fields = Record<never, never>>(fields: F, optional?: O): Reader<Read<F> & Partial<Read<O>>> {
  const known = new Map<string, Reader<unknown>>([...Object.entries(fields), ...Object.entries(optional ?? {})]);
  return (value) => {
    const from = raw(value);
    const read: Record<string, unknown> = {};
    for (const name of Object.keys(from)) if (!known.has(name)) throw new Error(`has a member '${name.slice(0, 40)}' that nobody knows`);
    for (const [name, reader] of known) {
      if (!Object.hasOwn(from, name)) {
        if (Object.hasOwn(fields, name)) throw new Error(`has no '${name}'`);
        continue;
      }
      try {
        read[name] = reader(from[name]);
      } catch (error) {
        throw new Error(`'${name}' ${(error as Error).message}`);
      }
    }
    return read as Read<F> & Partial<Read<O>>;
  };
}
