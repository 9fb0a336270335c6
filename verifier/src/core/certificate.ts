/** A certificate as schema/certificate.schema.json describes it. The checks rely on these types only after the schema has held. */
export type Level = 'beacon' | 'beacon-unwitnessed' | 'observed' | 'committed';

export interface DrawRules {
  drawId: string;
  from: string | null;
  prizes: string[];
  reserves: number;
  rule: 'one-per-person' | 'unlimited';
  until: string | null;
}

export interface CommitmentBody {
  addedLater: boolean;
  chainHash: string | null;
  committedAt: string;
  counts: { eligible: number; excluded: number; persons: number; tickets: number };
  drawId: string;
  excludedRoot: string;
  lastNumbers: Record<string, number>;
  level: Level;
  protocol: 'pdv1';
  root: string;
  round: number;
  rulesHash: string;
  secretHash: string;
  succeeds: string | null;
}

export interface SignedCommitment {
  body: CommitmentBody;
  hash: string;
  keyId: string;
  signature: string;
  timestampToken: string | null;
}

export interface Beacon {
  chainHash: string;
  scheme: string;
  publicKey: string;
  genesisTime: number;
  periodSeconds: number;
  round: number;
  signature: string;
  randomness: string;
}

export interface Observer {
  name: string;
  statement: string;
  at: string;
  randomness: string;
  publicKey: string;
  signature: string;
}

export interface DrawEvent {
  actor: string;
  at: string;
  clause: string | null;
  evidenceHash: string | null;
  kind: 'winner-replaced' | 'closing-changed' | 'voided' | 'withheld';
  position: number | null;
  reasonCode: string;
}

export interface Place {
  position: number;
  role: 'winner' | 'reserve';
  prize: string | null;
  entryRef: string;
}

export interface Predecessor {
  drawId: string;
  commitmentHash: string;
  secretHash: string;
}

export interface Certificate {
  schema: 'pdv1-certificate/1';
  drawId: string;
  name: string;
  campaign: { id: string; name: string; timeZone: string };
  promoter: { name: string; address: string };
  rules: DrawRules;
  terms: { version: number; hash: string }[];
  winners: number;
  reserves: number;
  closedAt: string | null;
  frozenAt: string;
  counts: { eligible: number; excluded: number; tickets: number; persons: number; excludedByReason: Record<string, number> };
  leaf: { eligible: string; excluded: string; tree: string; order: string };
  root: string;
  excludedRoot: string;
  commitment: SignedCommitment;
  level: Level;
  beacon: Beacon | null;
  observer: Observer | null;
  secret: string;
  seed: string;
  algorithm: 'pdv1';
  build: string;
  trace: [number, number, string][];
  order: Place[];
  events: DrawEvent[];
  eventsHead: string;
  predecessor: Predecessor | null;
  signer: { keyId: string; publicKey: string };
  signature: string;
}

export const usesBeacon = (level: Level): boolean => level === 'beacon' || level === 'beacon-unwitnessed';
