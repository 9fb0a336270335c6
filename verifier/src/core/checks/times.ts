import type { Certificate as Authority } from 'pkijs';
import { type Chain, firstRoundFrom, roundTime } from '../beacon';
import { canonicalBytes } from '../canonical';
import { type Certificate, usesBeacon } from '../certificate';
import { Note, type Problems } from '../report';
import { describe, microseconds } from '../time';
import { checkToken } from '../timestamp';

const second = 1e6;
const leadMin = 600 * second;

/** The round follows from the commitment's time, so that nobody chose it; and the list was frozen before. */
export function commitmentTime(certificate: Certificate, chain: Chain, problems: Problems): string {
  const { body } = certificate.commitment;
  const at = microseconds(body.committedAt);
  problems.unless(microseconds(certificate.frozenAt) <= at, 'the entries were frozen after the commitment to them');
  if (!usesBeacon(body.level)) {
    problems.unless(body.round === 0, `level ${body.level} has no round, this names ${body.round}`);
    return `committed at ${body.committedAt}; level ${body.level} waits for no round`;
  }
  const due = firstRoundFrom(chain, at + leadMin);
  problems.unless(body.round === due, `committed at ${body.committedAt}, it must name round ${due}, the first one ten minutes later; it names ${body.round}`);
  return `committed at ${body.committedAt}, it names round ${due} of ${describe(roundTime(chain, due))}, the first one ten minutes later`;
}

/** The time-stamp token: over this commitment, at its time, before the round. */
export async function timestamp(
  certificate: Certificate, chain: Chain, authorities: readonly Authority[] | null, problems: Problems): Promise<string | Note> {
  const { body, timestampToken } = certificate.commitment;
  if (timestampToken === null) {
    problems.unless(body.level !== 'beacon', 'level beacon needs a time-stamp token, and there is none');
    return new Note('there is no time-stamp token: the time of the commitment is the platform\'s claim');
  }
  const witness = await checkToken(timestampToken, canonicalBytes(body), authorities);
  const at = microseconds(body.committedAt);
  const said = describe(witness.at);
  problems.unless(witness.at >= at - 5 * second, `it says ${said}, before the commitment of ${body.committedAt}`);
  problems.unless(witness.at < at + 60 * second, `it says ${said}, a minute or more after ${body.committedAt}: the commitment is backdated`);
  if (usesBeacon(body.level)) problems.unless(witness.at < roundTime(chain, body.round), `it says ${said}, when the randomness was out already`);
  if (certificate.observer !== null) problems.unless(witness.at <= microseconds(certificate.observer.at), `it says ${said}, after the observer`);
  problems.unless(witness.known !== false, `${witness.signer} does not lead to an authority that you named`);
  const from = `from ${witness.signer}, at ${said}`;
  return witness.known === null ? new Note(`${from}; unknown authority: give its certificate to know that it is theirs`) : `${from}, an authority that you named`;
}
