import type { ProviderAccount, ProviderAccountChange } from '../api/types';

/** Everything of an account that is not its token. */
export type AccountField = Exclude<keyof ProviderAccountChange, 'token'>;

interface FieldOf { field: AccountField; label: string; hint: string; required: boolean }

interface Provider { id: string; name: string; what: string; token: string; fields: FieldOf[] }

/** What each provider makes, and what an account there is given by. The API decides the same again. */
export const providers: Provider[] = [
  {
    id: 'supabase', name: 'Supabase', what: 'Databases: a project for each campaign.', token: 'Personal or organisation access token, beginning with sbp_',
    fields: [
      { field: 'organization', label: 'Organisation', hint: 'Its slug; it pays for the projects', required: true },
      { field: 'region', label: 'Region', hint: 'Such as eu-west-2, or americas, emea or apac; emea when left empty', required: false },
      { field: 'instanceSize', label: 'Size', hint: 'Such as micro; what the plan gives when left empty', required: false },
    ],
  },
  {
    id: 'github', name: 'GitHub', what: 'Repositories: one for each campaign, from the template.', token: 'Fine-grained token, or a classic one with repo and delete_repo',
    fields: [
      { field: 'owner', label: 'Owner', hint: 'User or organisation that repositories are made for', required: true },
      { field: 'template', label: 'Template', hint: 'Template repository, as owner/name', required: true },
      { field: 'app', label: 'GitHub App', hint: 'Its id or client id, to use an app instead of a token; empty for a token', required: false },
      { field: 'installation', label: 'Installation', hint: 'Number of the app’s installation at the owner; its page’s address ends with it', required: false },
    ],
  },
  {
    id: 'vercel', name: 'Vercel', what: 'Sites, built from repositories at GitHub.', token: 'Access token of the team or person',
    fields: [{ field: 'team', label: 'Team', hint: 'Its id, such as team_a1b2c3; the token’s own account when left empty', required: false }],
  },
];

export type AccountValues = Record<AccountField, string> & { token: string };

/** What stands in the form for an account, or for none yet. The token is never told, so that its field begins empty. */
export const valuesOfAccount = (account: ProviderAccount | undefined): AccountValues => {
  const s = account?.settings;
  return {
    token: '', organization: s?.organization ?? '', region: s?.region ?? '', instanceSize: s?.instanceSize ?? '', owner: s?.owner ?? '', template: s?.template ?? '', team: s?.team ?? '',
    app: s?.app ?? '', installation: s?.installation ?? '',
  };
};

/** What is sent: the provider's own fields alone; a token that is left empty stays the one that is stored. */
export const accountRequest = (provider: Provider, values: AccountValues): ProviderAccountChange => {
  const given = [...provider.fields.map(({ field }) => field), 'token' as const].map((field) => [field, values[field].trim()] as const);
  return Object.fromEntries(given.filter(([, text]) => text !== '')) as ProviderAccountChange;
};

/** What is missing, by field. */
export const missing = (provider: Provider, values: AccountValues, hasToken: boolean): Partial<Record<AccountField | 'token', string>> => ({
  ...(values.token.trim() === '' && !hasToken ? { token: values.app.trim() ? 'Give the private key.' : 'Give the token.' } : {}),
  ...(values.app.trim() && !values.installation.trim() ? { installation: 'Give the installation.' } : {}),
  ...(!values.app.trim() && values.installation.trim() ? { app: 'Give the app, or leave the installation out.' } : {}),
  ...Object.fromEntries(provider.fields.filter((f) => f.required && values[f.field].trim() === '').map((f) => [f.field, `Give the ${f.label.toLowerCase()}.`])),
});

export const providerName = (id: string) => (id === 'local' ? 'This installation' : providers.find((p) => p.id === id)?.name ?? id);
