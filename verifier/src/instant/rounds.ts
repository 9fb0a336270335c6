import type { Certificate as Authority } from 'pkijs';
import { type Chain, firstRoundFrom, roundIsSigned, roundTime } from '../core/beacon';
import { canonicalBytes } from '../core/canonical';
import { fromHex } from '../core/bytes';
import { sha256Hex } from '../core/hash';
import { messageOf } from '../core/report';
import { describe } from '../core/time';
import { checkToken } from '../core/timestamp';
import type { Findings } from './findings';
import type { Commitment, Opening, Reveal } from './formats';

const second = 1e6;
const leadMin = 600 * second;

export const usesBeacon = (level: string): boolean => level === 'beacon' || level === 'beacon-unwitnessed';

/** Whether a commitment has the members of its level and no others. */
export function checkShape(told: Commitment, findings: Findings): void {
  const beacon = [told.chain, told.chosenRoot, told.replaces];
  const fits = usesBeacon(told.level) ? beacon.every((m) => m !== undefined) && told.momentsRoot === undefined : beacon.every((m) => m === undefined) && told.momentsRoot !== undefined;
  findings.require('commitment', fits, `it does not have the members of level ${told.level}`);
  if (told.replaces) findings.note('commitment', `it replaced ${told.replaces}, of a publishing that was cut short: ask for that one too`);
}

/** The round that a pool's hidden choices follow from: which one it had to be, that the beacon signed it, and that it came after the commitment. */
export function checkRound(told: Commitment, { round, randomness, signature, chain: named }: Reveal, chains: readonly Chain[], f: Findings): Chain | undefined {
  if (signature === undefined) {
    f.fail('level', `${told.level}: the beacon's signature of round ${round} is not in the file, so that its randomness can't be checked`);
    return undefined;
  }
  f.require('level', named === told.chain, 'the chain is another than the one that was committed');
  f.require('level', sha256Hex(fromHex(signature)) === randomness, 'the randomness is not the hash of the beacon\'s signature');
  const chain = chains.find((c) => c.chainHash === told.chain);
  if (chain === undefined) {
    f.fail('level', `nothing is known of the chain ${told.chain}: give it (--chain) if you vouch for it`);
    return undefined;
  }
  f.require('level', roundIsSigned(chain.publicKey, round, signature), `round ${round} is not signed by the beacon`);
  f.require('level', told.at < roundTime(chain, round), 'the commitment was made when the round was known');
  const due = firstRoundFrom(chain, told.at + leadMin);
  f.require('level', told.round === due, `committed at ${describe(told.at)}, it must name round ${due}, the first one ten minutes later; it names ${told.round}`);
  f.holds('level', `${told.level}: round ${round} of ${describe(roundTime(chain, due))} is signed by the beacon, and is the first one ten minutes after the commitment`);
  return chain;
}

/** What was published with the round and before the first entry. */
export function checkOpening(told: Commitment, commitmentHash: string, opening: Opening, isSigned: boolean, { round, randomness, signature }: Reveal, chain: Chain | undefined, f: Findings): void {
  const require = (condition: boolean, what: string) => f.require('opening', condition, what);
  require(isSigned, 'its signature is not the platform\'s');
  require(opening.campaign === told.campaign && opening.pool === told.pool, 'it is of another campaign or pool');
  require(opening.commitment === commitmentHash, 'it is of another commitment');
  require(opening.round === round && opening.randomness === randomness && opening.signature === signature, 'it is of another round than what was revealed');
  require(chain === undefined || opening.at >= roundTime(chain, round), 'it is dated before its round');
  f.holds('opening', `made at ${describe(opening.at)}, after the round and before the first entry`);
}

/** The witness's token over the commitment, as it is asked of a draw's. */
export async function checkWitness(told: Commitment, token: string | null | undefined, chain: Chain | undefined, authorities: readonly Authority[] | null, body: Record<string, unknown>, f: Findings): Promise<void> {
  if (!usesBeacon(told.level)) return f.require('timestamp', token === undefined, `level ${told.level} has no token`);
  if (token === null || token === undefined) {
    f.require('timestamp', told.level !== 'beacon', 'level beacon needs a time-stamp token, and there is none');
    return f.note('timestamp', 'there is no time-stamp token: the time of the commitment is the platform\'s claim');
  }
  f.require('timestamp', told.level === 'beacon', `level ${told.level} has no token`);
  try {
    const witness = await checkToken(token, canonicalBytes(body), authorities);
    const said = describe(witness.at);
    f.require('timestamp', witness.at >= told.at - 5 * second, `it says ${said}, before the commitment`);
    f.require('timestamp', witness.at < told.at + 60 * second, `it says ${said}, a minute or more after the commitment: that is backdated`);
    f.require('timestamp', chain === undefined || witness.at < roundTime(chain, told.round), `it says ${said}, when the randomness was out already`);
    f.require('timestamp', witness.known !== false, `${witness.signer} does not lead to an authority that you named`);
    if (witness.known === null) f.note('timestamp', `from ${witness.signer}, at ${said}; unknown authority: give its certificate to know that it is theirs`);
    else f.holds('timestamp', `from ${witness.signer}, at ${said}, an authority that you named`);
  } catch (error) {
    f.fail('timestamp', messageOf(error));
  }
}
