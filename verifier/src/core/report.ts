/** Every check, by its stable name, in the order of the report. */
export const checkNames = [
  'schema', 'platform-signature', 'commitment-hash', 'commitment-signature', 'commitment-time', 'timestamp', 'beacon-round', 'beacon-signature',
  'randomness', 'observer', 'secret', 'rules', 'list-format', 'root', 'excluded-root', 'counts', 'seed', 'order', 'events', 'level', 'predecessor',
  'plan', 'inclusion', 'instant',
] as const;

export type CheckName = (typeof checkNames)[number];

/** ok: it holds. fail: it does not, or can't be checked though it should. note: nothing to hold or to break, but worth knowing. */
export interface Check {
  readonly name: CheckName;
  readonly status: 'ok' | 'fail' | 'note';
  readonly reason: string;
}

/** A reason that proves nothing. */
export class Note {
  constructor(readonly reason: string) {}
}

/** Collects what is wrong, so that one check can name all of it. */
export class Problems {
  readonly all: string[] = [];

  /** Adds the problem unless the condition holds. */
  unless(condition: boolean, problem: string): void {
    if (!condition) this.all.push(problem);
  }

  /** Runs something that throws what is wrong; answers false for what it throws. */
  attempt<T>(what: string, run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.all.push(`${what}: ${messageOf(error)}`);
      return undefined;
    }
  }
}

type Finding = string | Note;

/** Runs one check. Whatever it throws is a failure of that check alone, so that the others still run. */
export async function check(name: CheckName, run: (problems: Problems) => Finding | Promise<Finding>): Promise<Check> {
  const problems = new Problems();
  try {
    const finding = await run(problems);
    if (problems.all.length > 0) return { name, status: 'fail', reason: problems.all.join('; ') };
    return finding instanceof Note ? { name, status: 'note', reason: finding.reason } : { name, status: 'ok', reason: finding };
  } catch (error) {
    return { name, status: 'fail', reason: [...problems.all, messageOf(error)].join('; ') };
  }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** "1 ticket", "12 tickets". */
export const plural = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString('en-GB')} ${n === 1 ? one : many}`;

export const short = (hex: string): string => (hex.length > 16 ? `${hex.slice(0, 8)}…${hex.slice(-4)}` : hex);
