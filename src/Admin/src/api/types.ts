import type { paths } from './schema';

/*
 * What the pages call things. Everything is derived from the operations of the generated document, never from the names of
 * its schemas, so that a new document needs no change here unless the wire itself changed.
 */

/** Numbers that a document allows as text too, and fields that it leaves optional, are always there as such in answers. */
type Read<T> = T extends readonly (infer U)[]
  ? Read<U>[]
  : T extends Record<string, unknown> | object
    ? { [K in keyof T]-?: ReadField<Exclude<T[K], undefined>> | (undefined extends T[K] ? null : never) }
    : T;
type ReadField<T> = number extends T ? number | Extract<T, null> : T extends null ? null : Read<T>;

type Json<O, Code> = O extends { responses: infer R }
  ? Code extends keyof R
    ? R[Code] extends { content: { 'application/json': infer T } }
      ? Read<T>
      : never
    : never
  : never;
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer T } } } ? T : never;
type Item<P> = P extends { items: (infer U)[] } ? U : never;

export type Campaign = Json<paths['/v1/campaigns/{id}']['get'], 200>;
export type Deployment = Json<paths['/v1/deployments/{id}']['get'], 200>;
export type DeploymentCall = NonNullable<Deployment['log'][number]['call']>;
export type DeploymentStep = Deployment['steps'][number];
export type CampaignStats = Json<paths['/v1/campaigns/{id}/stats']['get'], 200>;
export type Moments = Json<paths['/v1/pools/{id}/moments']['get'], 200>;
export type Draw = Item<Json<paths['/v1/campaigns/{id}/draws']['get'], 200>>;
export type Winner = Draw['winners'][number];
export type Pool = Item<Json<paths['/v1/campaigns/{id}/pools']['get'], 200>>;
export type Prize = Pool['prizes'][number];
export type PoolChange = Body<paths['/v1/pools/{id}']['patch']>;
export type PrizeChange = Body<paths['/v1/prizes/{id}']['patch']>;
export type NewPrize = Body<paths['/v1/pools/{id}/prizes']['post']>;
export type CodeBatch = Item<Json<paths['/v1/campaigns/{id}/coupon-batches']['get'], 200>>;
export type NewCodeBatch = Body<paths['/v1/campaigns/{id}/coupon-batches']['post']>;
export type CodeImport = Json<paths['/v1/campaigns/{id}/coupon-batches/{batch}/import']['post'], 200>;
export type KeyedEntry = Body<paths['/v1/campaigns/{id}/entries']['post']>;
export type EntryResult = Json<paths['/v1/campaigns/{id}/entries']['post'], 201>;
export type Tenant = Item<Json<paths['/v1/tenants']['get'], 200>>;
export type Installation = Json<paths['/v1/installation']['get'], 200>;
export type ProviderAccount = Item<Json<paths['/v1/providers']['get'], 200>>;
export type ProviderAccountChange = Body<paths['/v1/providers/{provider}']['put']>;
export type ProviderChecks = Json<paths['/v1/campaigns/{id}/check']['post'], 200>;
export type Preview = Json<paths['/v1/campaigns/{id}/previews']['post'], 200>;
export type Domains = Json<paths['/v1/campaigns/{id}/domains']['get'], 200>;
export type Domain = Domains['items'][number];
export type Finding = Item<Json<paths['/v1/reconciliation']['get'], 200>>;
export type ReconciledAccount = Item<Json<paths['/v1/reconciliation/accounts']['get'], 200>>;
export type TemplateVersion = Item<Json<paths['/v1/template/versions']['get'], 200>>;
export type TemplateSite = Item<Json<paths['/v1/template/sites']['get'], 200>>;
export type Release = Json<paths['/v1/template/releases/{id}']['get'], 200>;
export type Wave = Release['waves'][number];
export type ReleaseSite = Item<Json<paths['/v1/template/releases/{id}/sites']['get'], 200>>;
export type NewRelease = Body<paths['/v1/template/releases']['post']>;
export type Sync = Json<paths['/v1/campaigns/{id}/template/syncs/{sync}']['get'], 200>;
export type SyncedFile = Sync['files'][number];
export type SyncBegun = Json<paths['/v1/campaigns/{id}/template/syncs']['post'], 202>;
export type SitePolicy = Body<paths['/v1/campaigns/{id}/template']['patch']>;
export type OpenReview = Json<paths['/v1/campaigns/{id}/template/review']['get'], 200>;
export type ReviewFile = OpenReview['files'][number];
export type Decision = Body<paths['/v1/campaigns/{id}/template/review/resolve']['post']>;
export type User = Item<Json<paths['/v1/users']['get'], 200>>;
export type CreatedUser = Json<paths['/v1/users']['post'], 201>;
export type AuditEvent = Item<Json<paths['/v1/audit']['get'], 200>>;
export type SignedIn = Json<paths['/v1/auth/login']['post'], 200>;

export type CreateCampaign = Body<paths['/v1/campaigns']['post']>;
export type UpdateCampaign = Body<paths['/v1/campaigns/{id}']['patch']>;
export type CreateUser = Body<paths['/v1/users']['post']>;

export type Role = 'super_admin' | 'campaign_manager' | 'read_only';
