import { Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Sync, SyncedFile } from '../api/types';
import { StateBadge } from '../shared/StateBadge';
import { Failure, Loading } from '../shared/States';
import { DiffView } from './DiffView';
import { syncQuery } from './queries';
import { changeNames, isSyncMoving, outcomeOf, verdictNames } from './words';

/** What a sync did, or would do, to one site: each file with what became of it, and the diff. */
export function SyncDetail({ campaignId, syncId }: { campaignId: string; syncId: string }) {
  const query = useQuery(syncQuery(campaignId, syncId));
  if (query.isPending) return <Loading what="what it did" />;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <Shown sync={query.data} campaignId={campaignId} />;
}

function Shown({ sync, campaignId }: { sync: Sync; campaignId: string }) {
  const { state, name } = outcomeOf(sync);
  return (
    <Stack gap="sm">
      <Group gap="xs" role="status">
        <StateBadge state={state} name={name} />
        {sync.health && <StateBadge state={sync.health === 'healthy' ? 'succeeded' : 'unhealthy'} name={sync.health === 'healthy' ? 'Healthy' : 'Not healthy'} />}
        {isSyncMoving(sync) && <Text size="sm" c="dimmed">This page follows it.</Text>}
      </Group>
      {sync.reason && <Text size="sm">{sync.reason}</Text>}
      {sync.deploymentId && <Text size="sm">Its build is the <Link to="/campaigns/$campaignId" params={{ campaignId }}>campaign’s deployment</Link>.</Text>}
      {sync.files.length > 0 && <Files files={sync.files} />}
      {!isSyncMoving(sync) && <DiffView diff={sync.diff ?? ''} isCut={sync.diffIsCut} none={sync.kind === 'preview' ? 'Nothing of the site would change.' : 'Nothing of the site has changed.'} />}
    </Stack>
  );
}

const Files = ({ files }: { files: readonly SyncedFile[] }) => (
  <div className="scroll" tabIndex={0} role="region" aria-label="Files of this sync">
    <Table>
      <Table.Thead><Table.Tr><Table.Th>File</Table.Th><Table.Th>On the site</Table.Th><Table.Th>Why</Table.Th></Table.Tr></Table.Thead>
      <Table.Tbody>
        {files.map((f) => (
          <Table.Tr key={f.path}>
            <Table.Th scope="row" style={{ overflowWrap: 'anywhere', fontWeight: 400 }}><code>{f.oldPath ? `${f.oldPath} → ${f.path}` : f.path}</code></Table.Th>
            <Table.Td>{changeNames[f.change] ?? f.change}</Table.Td>
            <Table.Td><strong>{verdictNames[f.verdict] ?? f.verdict}</strong>{f.note && <Text size="xs" c="dimmed">{f.note}</Text>}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
);
