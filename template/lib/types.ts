/** The public API as the campaign site sees it. Unknown fields are ignored; anything but the slug and the state may be missing. */

export const siteStates = ['holding', 'scheduled', 'live', 'paused', 'closed', 'drawn', 'completed'] as const;
export type SiteState = (typeof siteStates)[number];

export const fieldTypes = ['text', 'email', 'tel', 'textarea', 'select', 'checkbox', 'date', 'number'] as const;
export type FieldType = (typeof fieldTypes)[number];

export interface Promoter { name: string; address: string }
export interface Brand { headline: string | null; primaryColour: string | null; logoUrl: string | null }
export interface Terms { version: number; text: string; freeRoute: string | null; hash: string | null }
export interface FormField { name: string; label: string; type: FieldType; required: boolean; options: string[] | null }
export interface EntryForm { minimumAge: number | null; fields: FormField[] }
export interface Limits {
  entriesPerEntrant: number | null;
  entriesPerEntrantPerDay: number | null;
  entryIntervalSeconds: number | null;
  winsPerEntrant: number | null;
}
export interface Consent { purpose: string; version: number; text: string }
/** `couponExpiresAt` is when the code ends that the prize consists of. */
export interface Prize { id: string | null; name: string; kind: 'prize' | 'gift'; stock: number | null; couponExpiresAt: string | null }
/** `codeRequired`: an entry uses up a code from a pack. `freeOnline`: whoever has none may enter here without. */
export interface Pool { id: string | null; codeRequired: boolean; freeOnline: boolean }
export interface DrawPlan { name: string; prizes: string[]; drawsAt: string | null; level: string | null }
export interface Captcha { provider: string; siteKey: string }

/** What GET /v1/sites/{slug} answers. Times are RFC 3339 in UTC; `now` is the server's clock when it answered. */
export interface Site {
  slug: string;
  state: SiteState;
  now: string;
  name: string;
  opensAt: string | null;
  closesAt: string | null;
  timeZone: string;
  languages: string[];
  promoter: Promoter;
  brand: Brand;
  terms: Terms;
  form: EntryForm;
  limits: Limits;
  consents: Consent[];
  prizes: Prize[];
  /** The first takes the entries of this site. */
  pools: Pool[];
  /** The prize draws, in the order of the campaign. */
  draws: DrawPlan[];
  captcha: Captcha | null;
}

/** The answer before publication: nothing but the fact that something will be here. */
export interface HoldingSite { slug: string; state: 'holding'; now: string }

export interface Entrant {
  email: string;
  firstName: string;
  lastName: string;
  phone: string | null;
  dateOfBirth: string | null;
  postcode: string | null;
  county: string | null;
  country: string;
}
export type Answer = string | number | boolean;

/** The body of POST /v1/sites/{slug}/entries. */
export interface EntryBody {
  pool: string | null;
  entrant: Entrant;
  answers: Record<string, Answer>;
  termsVersion: number | null;
  proof: { code: string } | { free: true } | null;
  consents: { purpose: string; version: number; granted: boolean }[];
  captchaToken: string | null;
  website: string;
}

export type OutcomeKind = 'prize' | 'gift' | 'none';
export interface Coupon { code: string; expiresAt: string | null }
export interface EntryAnswer {
  entryId: string;
  number: number;
  enteredAt: string;
  outcome: { kind: OutcomeKind; prize: { id: string; name: string } | null; coupon: Coupon | string | null; claimUrl: string | null };
  draw: { entered: boolean; drawsAt: string | null } | null;
  receipt: unknown;
}

/** RFC 9457 with the API's stable `code`. */
export interface Problem {
  type?: string;
  title?: string;
  status?: number;
  detail?: string;
  code?: string;
  traceId?: string;
  errors?: Record<string, string[] | string>;
}

export interface Winner { position: number; name: string; county: string | null; prize: string | null }
export interface PublishedDraw { id: string; name: string; level: string | null; publishedAt: string | null; certificatePage: string | null; winners: Winner[] }

/** What the platform writes into content/campaign.json: all that a build needs, everything else comes at run time. */
export interface CampaignFile {
  slug: string;
  apiUrl: string;
  siteKey: string;
  colours: { primary: string };
  languages: string[];
}
