import { Alert, Button, FileInput, Group, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { authorisedFetch, newKey } from '../api/client';
import { asProblem, problemFrom, type Problem } from '../api/problems';
import type { Campaign, Pool } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan } from '../campaigns/can';
import { ActionButton } from '../shared/ActionButton';

/** Winning moments from a file, until the campaign is published. All lines are taken, or none. */
export function MomentsFile({ campaign, pool }: { campaign: Campaign; pool: Pool }) {
  const can = campaignCan.editPrizes(campaign, usePerson());
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Problem | null>(null);
  const [said, setSaid] = useState('');
  if (!pool.prizes.some((prize) => prize.mode === 'moments') || !can.allowed) return null;
  const send = async () => {
    setBusy(true);
    setFailed(null);
    setSaid('');
    try {
      const response = await authorisedFetch(new Request(new URL(`/v1/pools/${pool.id}/moments`, location.origin), {
        method: 'POST', body: await file!.arrayBuffer(), headers: { 'Content-Type': 'text/csv', 'Idempotency-Key': newKey() },
      }));
      const body: unknown = await response.json();
      if (!response.ok) throw problemFrom(response, body);
      setSaid(`${(body as { added: number }).added.toLocaleString('en-GB')} winning moments were added and are sealed.`);
      setFile(null);
      await queries.invalidateQueries({ queryKey: ['moments', pool.id] });
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div style={{ marginTop: 16 }}>
      <Title order={3} size="h4" mb={4}>Winning moments from a file</Title>
      <Text size="sm" c="dimmed" mb={8}>A CSV file with the columns <code>at</code> (such as 2026-12-05T10:00:00Z) and <code>prize</code>. If one line is wrong, nothing is taken. Once added they are sealed.</Text>
      <Group align="flex-end" gap="xs">
        <FileInput label="CSV file" accept=".csv,text/csv" placeholder="Choose a file" value={file} onChange={setFile} w={280} clearable clearButtonProps={{ 'aria-label': 'Take the file away' }} />
        <ActionButton variant="default" loading={busy} can={file ? can : { allowed: false, reason: 'Choose a file first.' }} onClick={() => void send()}>Add the moments</ActionButton>
      </Group>
      <div role="status">{said && <Text size="sm" mt={8}>{said}</Text>}</div>
      {failed && (
        <Alert color="red" variant="outline" role="alert" mt="sm" title={failed.detail || failed.title}>
          <Text component="ul" size="sm" m={0} pl="md">{Object.entries(failed.errors).map(([line, errors]) => <li key={line}><strong>{line}</strong>: {errors.join(' ')}</li>)}</Text>
          <Button size="compact-xs" variant="default" mt={8} onClick={() => setFailed(null)}>Close</Button>
        </Alert>
      )}
    </div>
  );
}
