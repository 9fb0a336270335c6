import { Alert, Group, NativeSelect, Stack, Switch, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import type { Campaign, SitePolicy, TemplateSite } from '../api/types';
import { usePerson } from '../api/useSession';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { useAction } from '../shared/useAction';
import { BringDialog } from './BringDialog';
import { siteQuery, syncKeys, versionsQuery } from './queries';
import { SyncHistory } from './SyncHistory';
import { baseOf, behindOf, changesOf, decidedOn, newerThan, outcomeOf, policyNames, siteCan } from './words';

/** What a campaign's site has of the template, how it takes new versions, and what was brought or put back. */
export function TemplatePanel({ campaign }: { campaign: Campaign }) {
  const query = useQuery(siteQuery(campaign.id));
  return (
    <section className="panel" aria-labelledby="template">
      <Title order={2} id="template">Template</Title>
      {query.isPending && <Loading what="the site’s version" />}
      {query.isError && (asProblem(query.error).code === 'template.no_site'
        ? <Text size="sm" c="dimmed">The site’s version is not known yet.</Text>
        : <Failure error={query.error} retry={() => void query.refetch()} />)}
      {query.data && <Loaded campaign={campaign} site={query.data} />}
    </section>
  );
}

function Loaded({ campaign, site }: { campaign: Campaign; site: TemplateSite }) {
  const person = usePerson();
  const [bringing, dialog] = useDisclosure(false);
  const newer = newerThan(useInfiniteQuery(versionsQuery()).data?.pages.flatMap((page) => page.items) ?? [], site);
  const latest = site.latest && outcomeOf(site.latest);
  const change = useAction({
    run: (body: SitePolicy) => bodyOf(api.PATCH('/v1/campaigns/{id}/template', { params: { path: { id: campaign.id } }, body })),
    done: 'It is changed.', refresh: [syncKeys.site(campaign.id), syncKeys.all],
  });
  const may = siteCan.change(person).allowed;
  return (
    <Stack gap="sm">
      {site.review && (
        <Alert color={site.review.hasConflicts ? 'orange' : 'indigo'} variant="outline" title={site.review.hasConflicts ? 'Something must be decided' : 'A version waits to be merged'}>
          <Text size="sm">{site.review.version} is on a branch of the site’s repository. <Link to="/campaigns/$campaignId/review" params={{ campaignId: campaign.id }}>Review it</Link></Text>
        </Alert>
      )}
      <dl className="facts">
        <dt>Has</dt><dd>{baseOf(site)}</dd>
        <dt>Newer</dt><dd>{behindOf(site.behind)}</dd>
        <dt>Own changes</dt><dd>{changesOf(site.localChanges)}</dd>
        {latest && <><dt>Last sync</dt><dd><StateBadge state={latest.state} name={latest.name} /> {site.latest?.health === 'unhealthy' && <StateBadge state="unhealthy" name="Not healthy" />}{site.latest?.reason && <Text size="xs" c="dimmed">{site.latest.reason}</Text>}</dd></>}
      </dl>
      <Group align="flex-end">
        <NativeSelect size="xs" label="New versions come" value={site.policy} disabled={!may || change.isPending} data={Object.entries(policyNames).map(([value, label]) => ({ value, label }))}
          onChange={(e) => change.mutate({ policy: e.currentTarget.value as NonNullable<SitePolicy['policy']> })} />
        <Switch mb={6} checked={site.isPinned} disabled={!may || change.isPending} onChange={(e) => change.mutate({ pinned: e.currentTarget.checked })} label="Pinned to its version" />
      </Group>
      <Newer site={site} newer={newer} may={may} busy={change.isPending} change={change.mutate} />
      <Group gap="xs">
        <ActionButton size="xs" variant="default" can={siteCan.sync(site, person)} onClick={dialog.open}>Sync this site…</ActionButton>
      </Group>
      <SyncHistory campaign={campaign} site={site} />
      {bringing && <BringDialog campaign={campaign} newer={newer} site={site} onClose={dialog.close} />}
    </Stack>
  );
}

interface NewerProps {
  site: TemplateSite;
  newer: readonly string[];
  may: boolean;
  busy: boolean;
  change: (body: SitePolicy) => void;
}

/** Each newer version with what this site does with it. */
function Newer({ site, newer, may, busy, change }: NewerProps) {
  const person = usePerson();
  const confirm = useConfirm();
  if (newer.length === 0) return null;
  const askToRefuse = async (refuse: string) => {
    const agreed = await confirm({
      title: `Refuse ${refuse} for good?`, confirm: 'Refuse it', danger: true,
      body: 'The site counts as having this version, and what is new in it is never proposed again. Later versions bring only what is new after it.',
    });
    if (agreed) change({ refuse });
  };
  return (
    <ul aria-label="Newer versions" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {newer.map((tag) => {
        const decided = decidedOn(tag, site);
        return (
          <li key={tag} style={{ padding: '4px 0' }}>
            <Group gap="xs">
              <Text span size="sm" fw={600}>{tag}</Text>
              {decided && <Text span size="sm" c="dimmed">{decided.text}</Text>}
              {may && decided?.canAllow && <ActionButton size="compact-xs" variant="default" loading={busy} onClick={() => change({ allow: tag })} aria-label={`Allow again: ${tag}`}>Allow again</ActionButton>}
              {may && !decided && <ActionButton size="compact-xs" variant="default" loading={busy} onClick={() => change({ skip: tag })} aria-label={`Skip ${tag}`}>Skip</ActionButton>}
              {may && !site.refused.includes(tag) && <ActionButton size="compact-xs" variant="default" can={siteCan.refuse(tag, newer, person)} loading={busy} onClick={() => void askToRefuse(tag)} aria-label={`Refuse ${tag}`}>Refuse…</ActionButton>}
            </Group>
          </li>
        );
      })}
    </ul>
  );
}
