import { canonicalBytes } from '../canonical';
import { type Certificate, usesBeacon } from '../certificate';
import { sha256Hex } from '../hash';
import { Note, plural, type Problems } from '../report';
import { microseconds } from '../time';

export function rules(certificate: Certificate, problems: Problems): string {
  const { rules: own, commitment: { body } } = certificate;
  problems.unless(sha256Hex(canonicalBytes(own)) === body.rulesHash, 'they are not the committed rules');
  problems.unless(own.drawId === certificate.drawId, `they are of draw ${own.drawId}`);
  problems.unless(own.prizes.length === certificate.winners, `they have ${plural(own.prizes.length, 'prize')}, for ${plural(certificate.winners, 'winner')}`);
  problems.unless(own.reserves === certificate.reserves, `they ask for ${plural(own.reserves, 'reserve')}, not ${certificate.reserves}`);
  if (own.from !== null && own.until !== null) problems.unless(microseconds(own.from) < microseconds(own.until), 'they cover no instant');
  const versions = certificate.terms.map((t) => t.version);
  problems.unless(versions.every((v, i) => i === 0 || v > (versions[i - 1] as number)), 'the versions of the terms are not in order');
  return `${plural(own.prizes.length, 'winner')} and ${plural(own.reserves, 'reserve')}, ${own.rule}, as committed`;
}

/** The level is the committed one, and what the certificate holds is what that level needs. */
export function level(certificate: Certificate, problems: Problems): string | Note {
  const { body } = certificate.commitment;
  problems.unless(certificate.level === body.level, `the draw was committed at level ${body.level}, the certificate says ${certificate.level}`);
  const beacon = usesBeacon(body.level);
  problems.unless((certificate.beacon !== null) === beacon, `level ${body.level} ${beacon ? 'needs' : 'has no'} beacon`);
  problems.unless((body.chainHash !== null) === beacon && body.round > 0 === beacon, `the commitment ${beacon ? 'names no' : 'names a'} round of a chain`);
  problems.unless((certificate.observer !== null) === (body.level === 'observed'), `level ${body.level} ${body.level === 'observed' ? 'needs an' : 'has no'} observer`);
  problems.unless(!body.addedLater || body.level === 'beacon' || body.level === 'observed', `a draw added after its first entry can't have level ${body.level}`);
  const later = body.addedLater ? '; the draw was added after its first entry' : '';
  switch (body.level) {
    case 'beacon': return `beacon: public randomness, a committed secret and a witnessed time${later}`;
    case 'observed': return `observed: the randomness of a named person, after the commitment${later}`;
    case 'beacon-unwitnessed': return new Note('beacon-unwitnessed: the time of the commitment is the platform\'s claim');
    default: return new Note('committed: not evidence; it only shows that nothing changed after the commitment');
  }
}
