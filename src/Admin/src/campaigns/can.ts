import { no, personCan, yes, type Person, type Verdict } from '../auth/permissions';

/** The little that decides what may be done with a campaign. */
export interface CampaignState {
  readonly state: string;
  readonly slug?: string | null;
  readonly opensAt?: string | null;
  readonly closesAt?: string | null;
}

const ended = ['closed', 'drawn', 'completed', 'archived', 'decommissioned'];
const unpublished = ['draft', 'ready', 'rolled_back'];
const published = ['scheduled', 'live', 'paused', ...ended];

export const stateNames: Record<string, string> = {
  draft: 'Draft',
  provisioning: 'Provisioning',
  ready: 'Ready',
  scheduled: 'Scheduled',
  live: 'Live',
  paused: 'Paused',
  closed: 'Closed',
  drawn: 'Drawn',
  completed: 'Completed',
  archived: 'Archived',
  decommissioned: 'Decommissioned',
  failed: 'Failed',
  rolled_back: 'Rolled back',
};

export const stateName = (state: string) => stateNames[state] ?? state;

/** Whether it has a database of its own that can be reached. */
export const isProvisioned = (c: { state: string }) => !['draft', 'provisioning', 'failed', 'rolled_back', 'archived', 'decommissioned'].includes(c.state);

/** Why it has no address. */
export const noSite = (c: { state: string }) =>
  c.state === 'archived' ? 'Down while the campaign is archived' : c.state === 'decommissioned' ? 'Removed' : 'Not deployed yet';

/** Why nothing of a campaign that is over and put away can be read here; null for others. */
export const putAway = (c: { state: string }): string | null =>
  c.state === 'archived' ? 'The campaign is archived: its data rests. Bring it back to see this again.'
  : c.state === 'decommissioned' ? 'The campaign’s data was removed with it. What was published of it stays public.' : null;

const manager = (person: Person, decide: () => Verdict): Verdict => {
  const role = personCan.manageCampaigns(person);
  return role.allowed ? decide() : role;
};

/** Not published yet, or over. */
export const mayEnd = (c: { state: string }) => ['ready', 'completed', 'archived', 'failed', 'rolled_back'].includes(c.state);

/** What may be done with a campaign in its state, by whom. The one place that decides it in this UI. */
export const campaignCan = {
  edit: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (c.state === 'provisioning') return no('Wait until provisioning has ended.');
      if (c.state === 'failed') return no('Provision it again first: what was left behind must be settled.');
      if (ended.includes(c.state)) return no('The campaign has closed: its settings are evidence now.');
      return yes;
    }),

  /** Stock, caps and pauses change while entries come in, each from a definite entry on. */
  changeStock: (c: CampaignState, person: Person): Verdict => campaignCan.edit(c, person),

  makeCodes: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (ended.includes(c.state)) return no('The campaign has closed.');
      return ['draft', 'provisioning', 'failed', 'rolled_back'].includes(c.state) ? no('Codes are kept in the campaign’s database: provision it first.') : yes;
    }),

  /** Seeing it at work, apart from everything that counts. */
  rehearse: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (['ready', 'scheduled', 'live', 'paused'].includes(c.state)) return yes;
      return no(ended.includes(c.state) ? 'The campaign has closed.' : 'Provision it first: a rehearsal lives in the campaign’s database.');
    }),

  /** A letter that came in before closing, until its draw is frozen; the pool decides that. */
  keyIn: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (c.state === 'live' || c.state === 'closed') return yes;
      if (c.state === 'paused') return no('The campaign is paused.');
      return no(ended.includes(c.state) ? 'The campaign has closed.' : 'The campaign takes no entries yet.');
    }),

  /** Pools, prizes and the draw are promised to entrants once the campaign is published. */
  editPrizes: (c: CampaignState, person: Person): Verdict => {
    const edit = campaignCan.edit(c, person);
    if (!edit.allowed) return edit;
    return unpublished.includes(c.state) ? yes : no('How prizes are won, and the draw, are fixed once a campaign is published. Stock, caps and pauses change on the Prizes page.');
  },

  remove: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (['draft', 'rolled_back'].includes(c.state) ? yes : no('Only a campaign without a site can be deleted.'))),

  provision: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (c.state === 'provisioning') return no('Provisioning is running.');
      if (!['draft', 'failed', 'rolled_back'].includes(c.state)) return no('It has been provisioned.');
      const missing = [!c.slug && 'a slug', !c.opensAt && 'an opening date', !c.closesAt && 'a closing date'].filter(Boolean);
      return missing.length ? no(`It needs ${missing.join(' and ')} first.`) : yes;
    }),

  publish: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (c.state === 'ready') return yes;
      if (c.state === 'decommissioned') return no('It has been removed.');
      if (published.includes(c.state)) return no('It has been published.');
      if (c.state === 'provisioning') return no('Wait until provisioning has ended.');
      return no('Provision it first.');
    }),

  /** Asking providers beforehand makes sense until its parts are made. */
  check: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (['draft', 'rolled_back'].includes(c.state) ? yes : no('Its parts have been made.'))),

  preview: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (isProvisioned(c) ? yes : no('It has no site to preview yet.'))),

  /** Its site's own domains may be named before there is a site. */
  changeDomains: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (c.state === 'archived') return no('It is archived: its domains are kept as they are. Bring it back first.');
      return c.state === 'decommissioned' ? no('It has been removed.') : yes;
    }),

  deployContent: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (isProvisioned(c) ? yes : no('It has no site that is up.'))),

  replaceKeys: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (isProvisioned(c) ? yes : no('It has no site that is up.'))),

  archive: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (c.state === 'completed' ? yes : no('Only a completed campaign can be archived.'))),

  unarchive: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (c.state === 'archived' ? yes : no('It is not archived.'))),

  /** What is removed does not come back: that is a super admin's to decide. */
  decommission: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (!mayEnd(c)) return no('Only a campaign that has not been published, or is over, can be removed.');
      return person.role === 'super_admin' ? yes : no('Removing a campaign for good needs a super admin.');
    }),

  pause: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (c.state === 'live' || c.state === 'scheduled') return yes;
      if (c.state === 'paused') return no('It is paused.');
      if (ended.includes(c.state)) return no('It has closed.');
      return no('Only a published campaign can be paused.');
    }),

  resume: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => (c.state === 'paused' ? yes : no('Only a paused campaign can be resumed.'))),

  /** CAP Code 8.17.4.e: a closing date is not changed but for a stated reason; that is a super admin's to state. */
  close: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (ended.includes(c.state)) return no('It has closed.');
      if (!['live', 'paused', 'scheduled'].includes(c.state)) return no('Only a published campaign can be closed.');
      if (person.role !== 'super_admin') return no('Closing before the promised date needs a super admin.');
      return yes;
    }),
};

/** It waits, or it failed. */
export const isRetryable = (d: { state: string }) => ['paused', 'quarantined', 'rolled_back', 'cancelled', 'failed'].includes(d.state);

export const deploymentCan = {
  /** What waits goes on where it was; what failed begins anew. */
  retry: (d: { state: string; kind: string }, person: Person): Verdict =>
    manager(person, () => {
      if (d.kind === 'decommission' && person.role !== 'super_admin') return no('Removing a campaign for good needs a super admin.');
      if (d.kind === 'decommission' && d.state === 'rolled_back') return no('Settle what it says is open, then remove the campaign again.');
      return isRetryable(d) ? yes : no('It neither waits nor failed.');
    }),
  cancel: (d: { state: string; kind?: string }, person: Person): Verdict =>
    manager(person, () => {
      if (d.kind === 'decommission') return no('What is removed does not come back, so that it can’t be cancelled.');
      if (d.state === 'running' || d.state === 'paused') return yes;
      if (d.state === 'rolling_back') return no('It is being undone already.');
      return no('It has ended.');
    }),
};

export const isUnderWay = (deployment: { state: string }) => ['running', 'paused', 'rolling_back'].includes(deployment.state);

/** What is kept in quarantine is tried again by itself: it is not over either. */
export const mayMove = (deployment: { state: string }) => isUnderWay(deployment) || deployment.state === 'quarantined';

const moves: Record<string, string> = {
  archive: 'The campaign is being archived. Wait until that has ended.',
  unarchive: 'The campaign is being brought back. Wait until that has ended.',
  decommission: 'The campaign is being removed.',
};

/** Why nothing can be done with a campaign while it is put away, brought back or removed; null where nothing of this is under way. */
export const moving = (deployment: { state: string; kind: string } | undefined): string | null =>
  deployment && isUnderWay(deployment) ? moves[deployment.kind] ?? null : null;

export const drawCan = {
  run: (draw: { state: string; until?: string | null }, c: CampaignState, person: Person, now = Date.now()): Verdict =>
    manager(person, () => {
      if (['drawn', 'completed'].includes(draw.state)) return no('The winners have been drawn.');
      if (['void', 'withheld'].includes(draw.state)) return no('This draw is void.');
      if (['frozen', 'committed'].includes(draw.state)) return no('It is under way, and goes on by itself.');
      if (draw.until && Date.parse(draw.until) <= now) return yes;
      if (!ended.includes(c.state)) return no(draw.until ? 'Its period must end first.' : 'The campaign must close first.');
      return yes;
    }),
  add: (c: CampaignState, person: Person): Verdict =>
    manager(person, () => {
      if (!isProvisioned(c)) return no('Add it in the campaign’s form until the campaign is provisioned.');
      return ['archived', 'decommissioned'].includes(c.state) ? no('The campaign is over.') : yes;
    }),
  /** CAP Code 8.27: only against a stated criterion, or because somebody can't or won't take the prize. */
  replace: (draw: { state: string }, person: Person): Verdict =>
    manager(person, () => {
      if (['drawn', 'completed'].includes(draw.state)) return yes;
      return no(['void', 'withheld'].includes(draw.state) ? 'This draw is void.' : 'The winners have not been drawn yet.');
    }),
  makeVoid: (draw: { state: string }, person: Person): Verdict =>
    manager(person, () => {
      return ['void', 'withheld'].includes(draw.state) ? no('It is void.') : yes;
    }),
  succeed: (draw: { state: string; succeededBy?: string | null }, person: Person): Verdict =>
    manager(person, () => {
      if (draw.state !== 'void') return no('Only a void draw is succeeded by another.');
      return draw.succeededBy ? no('Another draw has taken its place.') : yes;
    }),
  askObserver: (draw: { state: string; observers?: { suppliedAt: string | null }[] }, person: Person): Verdict =>
    manager(person, () => {
      if (draw.observers?.some((o) => o.suppliedAt)) return no('The random number has been supplied.');
      return ['planned', 'frozen', 'committed'].includes(draw.state) ? yes : no('The draw is over.');
    }),
  publish: (draw: { state: string }, person: Person): Verdict =>
    manager(person, () => {
      if (draw.state === 'drawn') return yes;
      if (draw.state === 'completed') return no('The winners have been published.');
      return no('Run the draw first.');
    }),
};
