import { Alert, Button, Group, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { answerOf, api, bodyOf, keyKeeper } from '../../api/client';
import { Problem } from '../../api/problems';
import { keys, readCampaign, useTenants } from '../../api/queries';
import type { Campaign, Tenant } from '../../api/types';
import { usePerson } from '../../api/useSession';
import { personCan } from '../../auth/permissions';
import { Page } from '../../shared/Page';
import { StateBadge } from '../../shared/StateBadge';
import { Empty, Failure, Loading } from '../../shared/States';
import { formatInstant, ownZone } from '../../shared/time';
import { campaignCan } from '../can';
import { CampaignForm, type Intent } from './CampaignForm';
import { draftKey, dropDraft, findDraft } from './draft';
import { addedMoments, type AddedMoments, createRequest, updateRequest } from './request';
import { emptyCampaign, valuesOf, type FormValues } from './values';

export function NewCampaignPage() {
  const person = usePerson();
  const query = useTenants();
  const may = personCan.manageCampaigns(person);
  if (!may.allowed) return <Page title="New campaign"><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  if (query.isError) return <Page title="New campaign"><Failure error={query.error} retry={() => void query.refetch()} /></Page>;
  if (!query.isSuccess || query.hasNextPage) return <Page title="New campaign"><Loading what="clients" /></Page>;
  if (query.tenants.length === 0) {
    return (
      <Page title="New campaign">
        <Empty title="First, a client" action={<Link to="/clients">Go to the clients</Link>}>A campaign belongs to a client, and there is none yet.</Empty>
      </Page>
    );
  }
  return <NewCampaign tenants={query.tenants} />;
}

function NewCampaign({ tenants }: { tenants: Tenant[] }) {
  const person = usePerson();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { client } = useSearch({ from: '/shell/campaigns/new' });
  const key = draftKey(person.id, null);
  const [idempotency] = useState(keyKeeper);
  const [round, setRound] = useState(0);
  const [draft, setDraft] = useState(() => findDraft(key));
  const [blank] = useState(() => emptyCampaign(client ?? (tenants.length === 1 ? tenants[0]!.id : '')));
  const save = async (values: FormValues, intent: Intent) => {
    const body = createRequest(values, intent === 'provision');
    const created = (await bodyOf(api.POST('/v1/campaigns', { body, headers: idempotency(body) }))) as unknown as Campaign;
    await queries.invalidateQueries({ queryKey: keys.campaigns });
    dropDraft(key);
    await navigate({ to: '/campaigns/$campaignId', params: { campaignId: created.id } });
  };
  const startAfresh = () => {
    dropDraft(key);
    setDraft(null);
    setRound(round + 1);
  };
  return (
    <Page title="New campaign" below="One form. Save it as a draft at any time; only the client and a name are needed for that.">
      <CampaignForm key={round} initial={draft?.values ?? blank} saved={blank} existing={null} etag={null} tenants={tenants} draftKey={key} save={save}
        notice={draft && <Restored at={draft.at} action="Start afresh" onAction={startAfresh} />}
        buttons={[{ intent: 'draft', label: 'Save as draft' }, { intent: 'provision', label: 'Create and provision' }]} />
    </Page>
  );
}

const Restored = ({ at, action, onAction, children }: { at: string; action: string; onAction: () => void; children?: ReactNode }) => (
  <Alert color="blue" variant="outline" role="status" p="sm">
    <Group justify="space-between">
      <Text size="sm">{children ?? `What you typed on ${formatInstant(at, ownZone)} is here again.`}</Text>
      <Button size="xs" variant="default" onClick={onAction}>{action}</Button>
    </Group>
  </Alert>
);

export function EditCampaignPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/edit' });
  const [round, setRound] = useState(0);
  const tenants = useTenants();
  // Read afresh, and not again while somebody types: the ETag must be that of what the form shows.
  const query = useQuery({
    queryKey: ['edit', campaignId, round], queryFn: () => readCampaign(campaignId), staleTime: Infinity, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false,
  });
  if (query.isError) return <Page title="Edit campaign"><Failure error={query.error} retry={() => void query.refetch()} /></Page>;
  if (!query.data || !tenants.isSuccess) return <Page title="Edit campaign"><Loading what="the campaign" /></Page>;
  return <EditCampaign key={round} campaign={query.data.campaign} etag={query.data.etag} tenants={tenants.tenants} again={() => setRound(round + 1)} />;
}

function EditCampaign({ campaign, etag, tenants, again }: { campaign: Campaign; etag: string | null; tenants: Tenant[]; again: () => void }) {
  const person = usePerson();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const key = draftKey(person.id, campaign.id);
  const base = useRef({ campaign, etag });
  // Moments go in requests of their own: when a later one fails, those before must not be added again.
  const sent = useRef(new Set<string>());
  const [idempotency] = useState(keyKeeper);
  const [saved] = useState(() => valuesOf(campaign));
  const [draft] = useState(() => findDraft(key));
  const [old, setOld] = useState(!!draft && draft.etag !== etag);
  const usable = draft && !old ? draft.values : null;
  const may = campaignCan.edit(campaign, person);
  useHashFocus();
  if (!may.allowed) {
    return (
      <Page title={`Edit ${campaign.name}`}>
        <Empty title="Not now" action={<Link to="/campaigns/$campaignId" params={{ campaignId: campaign.id }}>Back to the campaign</Link>}>{may.reason}</Empty>
      </Page>
    );
  }
  const save = async (values: FormValues) => {
    const body = updateRequest(values, base.current.campaign);
    const params = { path: { id: campaign.id } };
    if (Object.keys(body).length > 0) {
      const answer = await answerOf(api.PATCH('/v1/campaigns/{id}', { params, body, headers: base.current.etag ? { 'If-Match': base.current.etag } : {} }));
      base.current = { campaign: answer.body as unknown as Campaign, etag: answer.etag };
    }
    for (const added of addedMoments(values, sent.current)) {
      const request = { moments: added.moments };
      await bodyOf(api.POST('/v1/pools/{id}/moments', { params: { path: { id: added.poolId } }, body: request, headers: idempotency(request) }))
        .catch((error: unknown) => { throw momentsProblem(error, added); });
      added.lines.forEach((line) => sent.current.add(line.key));
    }
    dropDraft(key);
    await queries.invalidateQueries({ queryKey: keys.campaign(campaign.id) });
    void queries.invalidateQueries({ queryKey: keys.campaigns });
    await navigate({ to: '/campaigns/$campaignId', params: { campaignId: campaign.id } });
  };
  const dropAndReload = () => {
    dropDraft(key);
    again();
  };
  const notice = draft && (old
    ? <Restored at={draft.at} action="Use what I typed" onAction={() => setOld(false)}>You typed something here on {formatInstant(draft.at, campaign.timeZone)}, but the campaign has changed since. It is not shown, so that nothing is overwritten.</Restored>
    : <Restored at={draft.at} action="Drop it" onAction={dropAndReload} />);
  return (
    <Page title={`Edit ${campaign.name}`} beside={<StateBadge state={campaign.state} />} below={<Link to="/campaigns/$campaignId" params={{ campaignId: campaign.id }}>Back to the campaign</Link>}>
      <CampaignForm key={String(old)} initial={usable ?? saved} saved={saved} existing={campaign} etag={etag} tenants={tenants} draftKey={key} save={save} reload={dropAndReload}
        notice={notice} buttons={[{ intent: campaign.state === 'draft' ? 'draft' : 'provision', label: 'Save changes' }]} />
    </Page>
  );
}

/** A refusal of moments names them from the pool's own request; here they stand within the pool. */
function momentsProblem(error: unknown, added: AddedMoments): unknown {
  if (!(error instanceof Problem)) return error;
  const place = (path: string) => `pools[${added.index}].${path.replace(/^moments\[(\d+)\]/, (_, i: string) => `moments[${added.lines[Number(i)]?.index ?? i}]`)}`;
  const errors = Object.fromEntries(Object.entries(error.errors).map(([path, said]) => [place(path), said]));
  return new Problem(error.status, error.code, error.title, error.detail, errors, error.traceId);
}

/** A link from the publish gate leads to one part of the form. */
function useHashFocus() {
  useEffect(() => {
    const id = window.location.hash.slice(1);
    if (!id) return;
    requestAnimationFrame(() => {
      const part = document.getElementById(id);
      part?.scrollIntoView();
      part?.focus({ preventScroll: true });
    });
  }, []);
}
