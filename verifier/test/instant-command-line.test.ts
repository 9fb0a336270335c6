import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const project = fileURLToPath(new URL('..', import.meta.url));
const file = join(project, 'test/fixtures/instant/autumn.jsonl');
const folder = mkdtempSync(join(tmpdir(), 'instant-'));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...args: string[]) => spawnSync(join(project, 'verify'), args, { encoding: 'utf8', env: { PATH: process.env.PATH ?? '' } });
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe('The command with instant.jsonl alone', () => {
  it('recomputes it, a line for each check', () => {
    const { status, stdout, stderr } = run('--instant', file);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('ok    instant: outcomes: 150 recomputed: 143 won, 7 did not\n');
  });

  it('leaves with 1 for an outcome that was changed', () => {
    const { status, stdout } = run('--instant', put('changed.jsonl', readFileSync(file, 'utf8').replace('{"kind":"none","prize":null}', '{"kind":"prize","prize":"prz_mug"}')));
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}instant: outcomes: number \d+ got prz_mug/m);
  });

  it('compares the commitment with the one that was saved', () => {
    const pool = readFileSync(file, 'utf8').split('\n')[1] as string;
    expect(run('--instant', file, '--rules', put('saved.json', pool)).stdout).toContain('ok    instant: published: ');
    const { status, stdout } = run('--instant', file, '--rules', put('other.json', pool.replace('"round":0', '"round":1')));
    expect(status).toBe(1);
    expect(stdout).toContain('FAIL  instant: published: ');
    expect(run('--instant', file, '--rules', join(folder, 'missing')).status).toBe(2);
  });
});
