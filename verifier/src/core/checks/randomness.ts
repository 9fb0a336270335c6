import { type Chain, roundIsSigned } from '../beacon';
import { concat, fromHex, u64, utf8 } from '../bytes';
import { type Certificate, usesBeacon } from '../certificate';
import { sha256Hex } from '../hash';
import { isSignedBy, publicKey } from '../keys';
import { Note, type Problems } from '../report';
import { microseconds } from '../time';

const none = (certificate: Certificate): Note => new Note(`level ${certificate.commitment.body.level} uses no beacon`);

/** The beacon is a chain that is known here, and the round the committed one. */
export function beaconRound(certificate: Certificate, known: readonly Chain[], problems: Problems): string | Note {
  const { beacon, commitment: { body } } = certificate;
  if (beacon === null) {
    problems.unless(!usesBeacon(body.level), `level ${body.level} needs a beacon's round, and there is none`);
    problems.unless(body.chainHash === null, 'the commitment names a chain, and there is no round of it');
    return none(certificate);
  }
  problems.unless(beacon.chainHash === body.chainHash, 'the round is of another chain than the committed one');
  problems.unless(beacon.round === body.round, `round ${body.round} was committed, this is round ${beacon.round}`);
  const chain = known.find((c) => c.chainHash === beacon.chainHash);
  if (chain === undefined) throw new Error(`chain ${beacon.chainHash} is not known here: it might be the platform's own`);
  problems.unless(beacon.publicKey === chain.publicKey, `this is not the public key of ${chain.name}`);
  problems.unless(beacon.genesisTime === chain.genesisTime && beacon.periodSeconds === chain.periodSeconds, `these are not the times of ${chain.name}`);
  return `round ${beacon.round} of ${chain.name}, as committed`;
}

/** The BLS signature, by the key of the chain as it is known here. */
export function beaconSignature(certificate: Certificate, known: readonly Chain[], problems: Problems): string | Note {
  const { beacon } = certificate;
  if (beacon === null) return none(certificate);
  const key = known.find((c) => c.chainHash === beacon.chainHash)?.publicKey ?? beacon.publicKey;
  const holds = problems.attempt('the signature can\'t be read', () => roundIsSigned(key, beacon.round, beacon.signature));
  problems.unless(holds !== false, `it is not the chain's signature over round ${beacon.round}`);
  return `the chain signed round ${beacon.round}`;
}

export function randomness(certificate: Certificate, problems: Problems): string | Note {
  const { beacon, observer, commitment: { body } } = certificate;
  if (usesBeacon(body.level)) {
    if (beacon === null) throw new Error('there is none');
    problems.unless(sha256Hex(fromHex(beacon.signature)) === beacon.randomness, 'it is not the hash of the beacon\'s signature');
    return 'it is the hash of the beacon\'s signature';
  }
  if (body.level === 'observed') {
    if (observer === null) throw new Error('there is none');
    return 'it is the observer\'s';
  }
  return new Note('level committed uses none');
}

/** What enters the seed: the beacon's, the observer's, or nothing. */
export function randomnessBytes(certificate: Certificate): Uint8Array {
  const { beacon, observer, commitment: { body } } = certificate;
  if (body.level === 'committed') return new Uint8Array(0);
  const hex = usesBeacon(body.level) ? beacon?.randomness : observer?.randomness;
  if (hex === undefined) throw new Error('there is no randomness');
  return fromHex(hex, 32);
}

export function observed(certificate: Certificate, problems: Problems): string | Note {
  const { observer, commitment: { body, hash } } = certificate;
  if (observer === null) {
    problems.unless(body.level !== 'observed', 'level observed needs an observer, and there is none');
    return new Note(`level ${body.level} has no observer`);
  }
  problems.unless(body.level === 'observed', `level ${body.level} has no observer, and there is one`);
  const message = concat(utf8('pdv1/observer'), Uint8Array.of(0), fromHex(hash, 32), fromHex(observer.randomness, 32));
  problems.unless(isSignedBy(publicKey(observer.publicKey), message, observer.signature), 'the observer did not sign these bytes for this commitment');
  problems.unless(microseconds(observer.at) >= microseconds(body.committedAt), 'the observer\'s bytes came before the commitment');
  return `${observer.name} supplied the randomness at ${observer.at} and signed it; that this is their name and key is theirs to confirm`;
}

export function secret(certificate: Certificate, problems: Problems): string {
  problems.unless(sha256Hex(fromHex(certificate.secret, 32)) === certificate.commitment.body.secretHash, 'the secret is not the committed one');
  return 'the revealed secret has the committed hash';
}

/** H("pdv1/seed" ‖ \0 ‖ root ‖ rules hash ‖ u64(round) ‖ randomness ‖ secret). */
export function seedOf(root: string, rulesHash: string, round: number, random: Uint8Array, secretHex: string): string {
  return sha256Hex(concat(utf8('pdv1/seed'), Uint8Array.of(0), fromHex(root, 32), fromHex(rulesHash, 32), u64(round), random, fromHex(secretHex, 32)));
}

export function seed(certificate: Certificate, problems: Problems): string {
  const { body } = certificate.commitment;
  const expected = seedOf(body.root, body.rulesHash, body.round, randomnessBytes(certificate), certificate.secret);
  problems.unless(certificate.seed === expected, `root, rules, round, randomness and secret give ${expected}`);
  return 'it follows from root, rules, round, randomness and secret';
}
