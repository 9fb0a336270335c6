import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { installationQuery } from '../../api/queries';
import type { Campaign } from '../../api/types';
import { Failure } from '../../shared/States';
import { isProvisioned } from '../can';
import { Section, useCampaignFormContext } from './fields';

/** Who makes the campaign's database, repository and site. */
export function HostingSection({ existing }: { existing: Campaign | null }) {
  const form = useCampaignFormContext();
  const installation = useQuery(installationQuery);
  const asUsual = installation.data?.providers;
  const closed = existing && isProvisioned(existing) ? 'Fixed: the campaign’s database, repository and site have been made.' : undefined;
  const choose = (part: 'database' | 'site', value: string) => {
    // Both are said, or neither: half a choice would leave the other half to chance.
    const now = form.values.providers;
    form.setFieldValue('providers', { database: now.database || asUsual?.database || 'local', site: now.site || asUsual?.site || 'local', [part]: value });
  };
  if (installation.isError) return <Section id="providers"><Failure error={installation.error} retry={() => void installation.refetch()} /></Section>;
  return (
    <Section id="providers" closed={closed} intro="Where entries are kept and the site is served. It can’t be changed once the campaign is provisioned.">
      <div className="grid">
        <NativeSelect className="s6" label="Database" data-path="providers.database" value={form.values.providers.database || asUsual?.database || 'local'} error={form.errors['providers.database']}
          onChange={(e) => choose('database', e.currentTarget.value)} data={[{ value: 'local', label: 'This installation' }, { value: 'supabase', label: 'Supabase: a project of its own' }]} />
        <NativeSelect className="s6" label="Repository and site" data-path="providers.site" value={form.values.providers.site || asUsual?.site || 'local'} error={form.errors['providers.site'] ?? form.errors['providers.repository']}
          onChange={(e) => choose('site', e.currentTarget.value)} data={[{ value: 'local', label: 'This installation' }, { value: 'vercel', label: 'GitHub and Vercel' }]} />
      </div>
    </Section>
  );
}
