import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { certificateProblems } from '../src/core/schema';
import { make } from './maker';

type Node = { readonly [keyword: string]: unknown };
const schema = JSON.parse(readFileSync(new URL('../schema/certificate.schema.json', import.meta.url), 'utf8')) as Node;

/** Every schema within the schema, with where it stands. */
function* nodes(node: Node, at = '#'): Iterable<readonly [string, Node]> {
  yield [at, node];
  for (const keyword of ['properties', 'patternProperties', 'definitions'] as const) {
    for (const [name, child] of Object.entries((node[keyword] ?? {}) as Record<string, Node>)) yield* nodes(child, `${at}/${keyword}/${name}`);
  }
  for (const keyword of ['oneOf', 'items'] as const) {
    const children = node[keyword];
    for (const [i, child] of (Array.isArray(children) ? children : children === undefined ? [] : [children]).entries()) yield* nodes(child as Node, `${at}/${keyword}/${i}`);
  }
}

const all = [...nodes(schema)];
const where = (wrong: (node: Node) => boolean) => all.filter(([, node]) => wrong(node)).map(([at]) => at);

describe('The schema', () => {
  it('uses only keywords that the platform\'s reader knows as well as this one', () => {
    const known = ['$schema', '$ref', 'title', 'description', 'definitions', 'type', 'properties', 'patternProperties', 'additionalProperties', 'required', 'oneOf', 'enum', 'pattern',
      'minLength', 'maxLength', 'minimum', 'maximum', 'items', 'minItems', 'maxItems', 'additionalItems'];
    expect(where((node) => Object.keys(node).some((keyword) => !known.includes(keyword)))).toEqual([]);
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
  });

  it('lets nothing through that it does not name', () => {
    expect(where((node) => node.type === 'object' && node.additionalProperties !== false)).toEqual([]);
    expect(where((node) => typeof node.properties === 'object' && node.properties !== null && Object.keys(node.properties).join() !== (node.required as string[]).join())).toEqual([]);
    expect(where((node) => node.type === 'string' && node.pattern === undefined && node.enum === undefined && node.maxLength === undefined)).toEqual([]);
    expect(where((node) => node.type === 'integer' && (node.minimum === undefined || node.maximum === undefined))).toEqual([]);
    expect(where((node) => node.type === 'array' && node.maxItems === undefined)).toEqual([]);
    expect(where((node) => typeof node.pattern === 'string' && !/^\^.*\$$/.test(node.pattern))).toEqual([]);
  });

  it('accepts a certificate of each level, and says what is wrong with another', async () => {
    for (const level of ['beacon', 'beacon-unwitnessed', 'observed', 'committed'] as const) expect(certificateProblems((await make({ level })).certificate)).toEqual([]);
    const { certificate } = await make({ level: 'committed' });
    expect(certificateProblems({ ...certificate, frozenAt: '2026-11-20T09:00:00.10Z' })[0]).toContain('/frozenAt');
    expect(certificateProblems({ ...certificate, email: 'anne@example.org' })[0]).toContain('email');
  });
});
