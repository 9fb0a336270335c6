import { Button, Text } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { deploymentQuery, deploymentsQuery } from '../api/queries';
import type { Campaign, Deployment } from '../api/types';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { DeploymentRecord } from './DeploymentRecord';

/** What was done with the campaign's parts before its newest deployment; read when somebody wants to know. */
export function EarlierDeployments({ campaign }: { campaign: Campaign }) {
  const [open, setOpen] = useState(false);
  const query = useInfiniteQuery({ ...deploymentsQuery(campaign.id), enabled: open });
  const earlier = query.data?.pages.flatMap((page) => page.items).filter((d) => d.id !== campaign.deploymentId);
  return (
    <details open={open} onToggle={(e) => e.currentTarget === e.target && setOpen(e.currentTarget.open)} style={{ marginTop: 12 }}>
      <summary style={{ minHeight: 24 }}>Earlier deployments</summary>
      {open && query.isPending && <Loading what="earlier deployments" />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {earlier?.length === 0 && <Text size="sm" c="dimmed">There is none before this one.</Text>}
      {earlier?.map((d) => <Earlier key={d.id} deployment={d} zone={campaign.timeZone} />)}
      {query.hasNextPage && <Button mt="sm" size="xs" variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>Show more</Button>}
    </details>
  );
}

function Earlier({ deployment: d, zone }: { deployment: Deployment; zone: string }) {
  const [open, setOpen] = useState(false);
  return (
    <details open={open} onToggle={(e) => e.currentTarget === e.target && setOpen(e.currentTarget.open)} style={{ margin: '6px 0 0 12px' }}>
      <summary style={{ minHeight: 24 }}>{d.kind.replaceAll('_', ' ')}, {formatInstant(d.startedAt, zone, true)} <StateBadge state={d.state} name={d.state.replaceAll('_', ' ')} /></summary>
      {open && <Whole id={d.id} zone={zone} />}
    </details>
  );
}

/** The list holds no logs. */
function Whole({ id, zone }: { id: string; zone: string }) {
  const query = useQuery({ ...deploymentQuery(id), refetchInterval: false });
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return query.data ? <DeploymentRecord deployment={query.data} zone={zone} now={Date.parse(query.data.endedAt ?? query.data.startedAt)} /> : <Loading what="the deployment" />;
}
