import { beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../src/core/canonical';
import { canonicalText } from '../src/core/canonical';
import { bytesSource } from '../src/core/lines';
import { flips } from './flipping';
import { failed, type Given, judge, reason } from './judging';
import { entries, id, type ListLine, type Made, make, sha256, Signer } from './maker';
import { type Issued, receiptFor } from './receipts';

const signer = new Signer();
const lines = entries(40, 5);
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
let made: Made;
beforeAll(async () => {
  made = await make({ level: 'committed', signer, lines, events: [{ position: 1 }] });
});

const asked = (given: Given) => judge(made.certificate, made.list, given);
const winner = () => lines.findIndex((l) => l.entryRef === made.certificate.order[0]?.entryRef);
const given = ({ receipt, record }: Issued): Given => ({ key: Buffer.from(signer.publicKey), receipt: json(receipt), record: bytesSource(Buffer.from(canonicalText(record))) });

describe('A receipt', () => {
  it('of a drawn entry is found, with its place and what became of it', async () => {
    const checks = await asked(given(receiptFor(lines, winner(), signer)));
    expect(failed(checks)).toEqual([]);
    expect(reason(checks, 'inclusion')).toMatch(/in the draw with \d+ tickets?, drawn as winner 1 of "A trip to the sea", later replaced; the receipt is signed; its path leads to the signed batch; it accepted version 1/);
  });

  it('of every other entry is found as well, drawn or not, or excluded with its reason', async () => {
    const told = new Set<string>();
    for (const [i, line] of lines.entries()) {
      const checks = await asked(given(receiptFor(lines, i, signer)));
      expect(failed(checks)).toEqual([]);
      const said = reason(checks, 'inclusion');
      told.add(line.excluded === undefined ? (said.includes('not drawn') ? 'not drawn' : 'drawn') : said.includes(`excluded from the draw as ${line.excluded}`) ? 'excluded' : 'wrong');
    }
    expect(told).toEqual(new Set(['drawn', 'not drawn', 'excluded']));
  });

  it('is taken from the whole answer to an entry, and from a line of instant.jsonl for its batch', async () => {
    const { receipt, record } = receiptFor(lines, 3, signer);
    const answer = json({ id: id('ent', 'e'), outcome: { kind: 'none' }, receipt });
    const instant = Buffer.from(`{"type":"header"}\n${canonicalText({ head: receipt.batchHead as string, keyId: signer.keyId, pool: record.pool as Json, record: record as Json, signature: '', type: 'batch' })}\n`);
    const checks = await asked({ receipt: answer, record: bytesSource(instant) });
    expect(failed(checks)).toEqual([]);
    expect(reason(checks, 'inclusion')).toContain('its path leads');
  });

  it('without its batch\'s record says that its path was not followed', async () => {
    const { receipt } = receiptFor(lines, 3, signer);
    const checks = await asked({ receipt: json(receipt) });
    expect(failed(checks)).toEqual([]);
    expect(reason(checks, 'inclusion')).toContain('was not followed');
  });

  it('that is missing from the list fails', async () => {
    const stranger = { ...(lines[0] as ListLine), entryRef: sha256('stranger') };
    const withheld = await asked(given(receiptFor([stranger, ...lines], 0, signer)));
    expect(failed(withheld)).toEqual(['inclusion']);
    expect(reason(withheld, 'inclusion')).toContain('though its number 1 is covered');
    const late = await asked(given(receiptFor([stranger], 0, signer, 1000)));
    expect(reason(late, 'inclusion')).toContain('came after the freeze at number 42');
    const elsewhere = await asked(given(receiptFor([stranger], 0, signer, 1, id('pool', 'other'))));
    expect(reason(elsewhere, 'inclusion')).toContain('does not cover the receipt\'s pool');
  });

  it('of another signer fails', async () => {
    const checks = await asked(given({ ...receiptFor(lines, 3, new Signer()) }));
    expect(reason(checks, 'inclusion')).toContain('not signed by a key');
  });

  it('fails for one bit changed in any field', async () => {
    const issued = receiptFor(lines, 3, signer);
    for (const flip of flips(issued.receipt as Json)) {
      expect(failed(await asked({ ...given(issued), receipt: json(flip.value) })), `${flip.path}, ${flip.how}`).toEqual(['inclusion']);
    }
  });

  it('fails with another batch\'s record', async () => {
    const [issued, other] = [receiptFor(lines, 3, signer), receiptFor(lines.slice(1), 3, signer)];
    expect(failed(await asked({ ...given(issued), record: bytesSource(Buffer.from(canonicalText(other.record))) }))).toEqual(['inclusion']);
  });

  it.each(['', 'null', '[]', '{}', '{"receipt":1}', 'PK'])('that reads %j fails by itself', async (text) =>
    expect(failed(await asked({ receipt: Buffer.from(text) }))).toEqual(['inclusion']));
});

describe('A reference', () => {
  it('is looked up', async () => {
    expect(reason(await asked({ entry: (lines[2] as ListLine).entryRef }), 'inclusion')).toMatch(/^line 3: in the draw/);
    expect(failed(await asked({ entry: sha256('nobody') }))).toEqual(['inclusion']);
  });
});
