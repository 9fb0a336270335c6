import type { Draw as Landed } from '../api/types';

/** How far a draw is: what it does now, and what it waits for. */
export interface DrawProgress { stage: string; done: number | null; total: number | null; waitingFor: string | null; resumesAt: string | null }

/** What happened to a draw after its commitment; part of its certificate. */
export interface DrawEvent { kind: string; position: number | null; reasonCode: string; clause: string | null; evidenceHash: string | null; actor: string; at: string }

export interface DrawObserver { id: string; name: string; state: string; createdAt: string; suppliedAt: string | null }

export type DrawWinner = Landed['winners'][number] & Partial<{
  inheritedFrom: number | null;
  claim: { id: string; state: string; deadline: string } | null;
}>;

export type Draw = Omit<Landed, 'winners'> & { winners: DrawWinner[] } & Partial<{
  from: string | null; until: string | null; addedLater: boolean; round: number | null; roundAt: string | null; commitmentHash: string | null;
  claimDays: number | null; succeeds: string | null; succeededBy: string | null; voidReason: string | null;
  progress: DrawProgress | null; events: DrawEvent[]; observers: DrawObserver[];
  commitmentUrl: string | null; certificateUrl: string | null; certificatePageUrl: string | null; entriesUrl: string | null;
}>;
