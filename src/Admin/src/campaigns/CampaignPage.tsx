import { Alert, Anchor, Stack, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { campaignQuery, keys, momentsQuery, useTenants } from '../api/queries';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { DeploymentPanel } from '../deployments/DeploymentPanel';
import { DomainsPanel } from '../domains/DomainsPanel';
import { DrawsPanel } from '../draws/DrawsPanel';
import { EvidencePanel } from '../evidence/EvidencePanel';
import { CopyText } from '../shared/CopyText';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant, zoneLabel } from '../shared/time';
import { useLiveCampaign } from '../live/useLiveCampaign';
import { AlertsPanel } from '../notices/AlertsPanel';
import { OperationsPanel } from '../operations/OperationsPanel';
import { TemplatePanel } from '../sync/TemplatePanel';
import { isProvisioned, noSite, stateName } from './can';
import { CampaignActions } from './CampaignActions';
import { CampaignLinks } from './CampaignLinks';
import { StatsPanel } from './StatsPanel';

export function CampaignPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId' });
  const query = useQuery(campaignQuery(campaignId));
  useRefreshOnStateChange(query.data?.campaign);
  useLiveCampaign(campaignId);
  if (!query.data) {
    return (
      <Page title="Campaign">
        {query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading what="the campaign" />}
      </Page>
    );
  }
  return <Loaded campaign={query.data.campaign} behind={query.isError ? query.error : null} />;
}

function Loaded({ campaign, behind }: { campaign: Campaign; behind: Error | null }) {
  const { tenants } = useTenants();
  const client = tenants.find((t) => t.id === campaign.tenantId);
  // Winning moments, past ones too, are not part of what a reader sees.
  const mayEdit = personCan.manageCampaigns(usePerson()).allowed;
  const provisioned = isProvisioned(campaign);
  return (
    <Page key={campaign.id} title={campaign.name} beside={<span role="status"><StateBadge state={campaign.state} /></span>}
      below={<>{client?.name} {campaign.slug && <>· {campaign.slug}</>}<CampaignLinks campaign={campaign} here="overview" /></>}>
      <Stack>
        {behind && <Failure error={behind} title="This page may be behind" />}
        <CampaignActions campaign={campaign} />
        {campaign.state === 'failed' && (
          <Alert color="red" variant="outline" title="Provisioning left something behind">
            A resource could not be removed and is quarantined. The deployment below says which; provisioning can be tried again.
          </Alert>
        )}
        <div className="split">
          <Stack>
            {provisioned && <StatsPanel campaign={campaign} />}
            {(provisioned || campaign.deploymentId) && <AlertsPanel campaign={campaign} />}
            {campaign.deploymentId ? <DeploymentPanel campaign={campaign} deploymentId={campaign.deploymentId} /> : <NotProvisioned />}
            {provisioned && campaign.templateVersion && <TemplatePanel campaign={campaign} />}
          </Stack>
          <Stack>
            <Facts campaign={campaign} />
            <OperationsPanel campaign={campaign} />
            {campaign.state !== 'decommissioned' && <DomainsPanel campaign={campaign} />}
            <DrawsPanel campaign={campaign} provisioned={provisioned} />
            <EvidencePanel campaign={campaign} />
            {provisioned && mayEdit && campaign.pools.map((pool) => pool.id && <MomentsPanel key={pool.id} poolId={pool.id} name={pool.name} zone={campaign.timeZone} />)}
          </Stack>
        </div>
      </Stack>
    </Page>
  );
}

const NotProvisioned = () => (
  <section className="panel">
    <Title order={2}>Deployment</Title>
    <Text size="sm" c="dimmed">Not provisioned yet. Provisioning makes the campaign’s database, its repository and its site.</Text>
  </section>
);

function Facts({ campaign: c }: { campaign: Campaign }) {
  const at = (instant: string | null) => formatInstant(instant, c.timeZone);
  return (
    <section className="panel" aria-labelledby="facts">
      <Title order={2} id="facts">At a glance</Title>
      <dl className="facts">
        <dt>Site</dt><dd>{c.siteUrl ? <Anchor href={c.siteUrl} target="_blank" rel="noreferrer">{c.siteUrl}</Anchor> : noSite(c)}</dd>
        <dt>Site key</dt><dd>{c.siteKey ? <CopyText text={c.siteKey} what="site key" /> : '—'}</dd>
        <dt>Opens</dt><dd>{at(c.opensAt)}</dd>
        <dt>Closes</dt><dd>{at(c.closesAt)}</dd>
        <dt>Time zone</dt><dd>{zoneLabel(c.timeZone, c.opensAt)}</dd>
        <dt>Published</dt><dd>{c.publishedAt ? at(c.publishedAt) : 'Not yet'}</dd>
        <dt>Promoter</dt><dd>{c.promoter ? `${c.promoter.name}, ${c.promoter.address}` : '—'}</dd>
        {!isProvisioned(c) && <><dt>Made from</dt><dd>{c.templateVersion ? `Template ${c.templateVersion}` : '—'}</dd></>}
        <dt>History</dt><dd><AuditLink id={c.id} /></dd>
      </dl>
    </section>
  );
}

function AuditLink({ id }: { id: string }) {
  const person = usePerson();
  return person.role === 'read_only' ? <>Not part of your role</> : <Link to="/audit" search={{ campaign: id }}>Audit log of this campaign</Link>;
}

function MomentsPanel({ poolId, name, zone }: { poolId: string; name: string; zone: string }) {
  const moments = useQuery(momentsQuery(poolId));
  if (!moments.data || moments.data.total === 0) return null;
  const { total, claimed, waiting, items: past } = moments.data;
  return (
    <section className="panel" aria-label={`Winning moments of ${name}`}>
      <Title order={2}>Winning moments: {name}</Title>
      <dl className="numbers">
        <div><dt>In all</dt><dd>{total.toLocaleString('en-GB')}</dd></div>
        <div><dt>Won</dt><dd>{claimed.toLocaleString('en-GB')}</dd></div>
        <div><dt>Due, waiting</dt><dd>{waiting.toLocaleString('en-GB')}</dd></div>
      </dl>
      {past.length > 0 && (
        <Text component="ul" size="sm" mb={0} pl="md">
          {past.slice(0, 10).map((m) => <li key={m.id}>{formatInstant(m.at, zone)}: {m.prize}{m.claimed ? ', won' : ', waiting for the next entry'}</li>)}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={8}>Moments still to come are sealed: nobody can read them.</Text>
    </section>
  );
}

/** When the campaign moves on, what hangs on its state is read again, and the change is announced by the badge. */
function useRefreshOnStateChange(campaign: Campaign | undefined) {
  const queries = useQueryClient();
  const before = useRef<string>(undefined);
  useEffect(() => {
    if (campaign && before.current && before.current !== campaign.state) {
      void queries.invalidateQueries({ queryKey: keys.campaign(campaign.id), predicate: (q) => q.queryKey.length > 2 });
      void queries.invalidateQueries({ queryKey: keys.campaigns });
      document.title = `${stateName(campaign.state)}: ${campaign.name} · Prize Draw Platform`;
    }
    before.current = campaign?.state;
  }, [campaign, queries]);
}
