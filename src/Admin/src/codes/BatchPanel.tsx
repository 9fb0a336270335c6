import { Alert, Button, FileInput, Group, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { api, authorisedFetch, bodyOf, newKey } from '../api/client';
import { asProblem, problemFrom } from '../api/problems';
import { keys, type CodeKind } from '../api/queries';
import type { Campaign, CodeBatch, CodeImport } from '../api/types';
import { StateBadge } from '../shared/StateBadge';
import { Failure } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { rejectText, rejectsCsv, saveFile } from './rejects';

const pathOf = (campaign: Campaign, kind: CodeKind, batch: CodeBatch) =>
  `/v1/campaigns/${campaign.id}/${kind === 'coupon' ? 'coupon-batches' : 'code-batches'}/${batch.id}`;

/** One batch: how far it is, its exact counts, and what can be done with it. */
export function BatchPanel({ campaign, kind, batch }: { campaign: Campaign; kind: CodeKind; batch: CodeBatch }) {
  const [saving, setSaving] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const refresh = [keys.campaign(campaign.id)];
  const path = { params: { path: { id: campaign.id, batch: batch.id } } };
  const resume = useAction({
    run: () => kind === 'coupon'
      ? bodyOf(api.POST('/v1/campaigns/{id}/coupon-batches/{batch}/resume', path) as never)
      : bodyOf(api.POST('/v1/campaigns/{id}/code-batches/{batch}/resume', path) as never),
    done: 'It goes on where it stopped.', refresh,
  });
  const save = async () => {
    setSaving(true);
    setFailed(null);
    try {
      const response = await authorisedFetch(new Request(new URL(`${pathOf(campaign, kind, batch)}/codes.csv`, location.origin)));
      if (!response.ok) throw problemFrom(response, await response.json().catch(() => null));
      saveFile(await response.blob(), `${batch.prefix}-codes.csv`);
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setSaving(false);
    }
  };
  const used = kind === 'coupon' ? 'Handed out' : 'Used';
  const total = batch.source === 'generated' ? batch.count : batch.generated;
  return (
    <article className="line" aria-label={batch.name}>
      <Group justify="space-between" mb={8}>
        <Group gap="sm"><Title order={3} size="h4">{batch.name}</Title><span role="status"><StateBadge state={batch.state} /></span></Group>
        <Group gap="xs">
          {batch.state === 'failed' && <Button size="xs" loading={resume.isPending} onClick={() => resume.mutate()}>Go on</Button>}
          <Button size="xs" variant="default" loading={saving} disabled={batch.generated === 0} onClick={() => void save()} aria-label={`Save the codes of ${batch.name} as CSV`}>Save as CSV</Button>
        </Group>
      </Group>
      {batch.state === 'generating' && (
        <div style={{ marginBottom: 8 }}>
          <div className="bar" role="progressbar" aria-label={`Codes of ${batch.name}`} aria-valuemin={0} aria-valuemax={batch.count} aria-valuenow={batch.generated}>
            <div style={{ width: `${batch.count ? (100 * batch.generated) / batch.count : 0}%` }} />
          </div>
          <Text size="sm" c="dimmed" mt={4}>{count(batch.generated)} of {count(batch.count)} made. You can leave this page; it goes on.</Text>
        </div>
      )}
      <dl className="numbers">
        <div><dt>Codes</dt><dd>{count(total)}</dd></div>
        <div><dt>{used}</dt><dd>{count(batch.assigned)}</dd></div>
        {kind === 'coupon' && <div><dt>Redeemed</dt><dd>{count(batch.redeemed)}</dd></div>}
        {batch.expired > 0 && <div><dt>Expired</dt><dd>{count(batch.expired)}</dd></div>}
      </dl>
      <Text size="sm" c="dimmed" mt={8}>
        {batch.pattern ? <>Shown as <code>{batch.pattern}</code>, each # a random character. </> : <>Begin with <code>{batch.prefix}</code>. </>}
        {batch.expiresAt ? `Good until ${formatInstant(batch.expiresAt, campaign.timeZone)}.` : 'They do not expire.'}
      </Text>
      {failed !== null && <Failure error={failed} />}
      {batch.source === 'imported' && batch.state !== 'expired' && <Import campaign={campaign} kind={kind} batch={batch} />}
    </article>
  );
}

/** Takes codes from a file, and tells each line that was refused. The same file sent again goes on where it was cut short. */
function Import({ campaign, kind, batch }: { campaign: Campaign; kind: CodeKind; batch: CodeBatch }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [result, setResult] = useState<CodeImport | null>(null);
  const key = useRef(newKey());
  const choose = (next: File | null) => {
    key.current = newKey();
    setFile(next);
    setResult(null);
  };
  const send = async () => {
    if (!file) return;
    setBusy(true);
    setFailed(null);
    try {
      const response = await authorisedFetch(new Request(new URL(`${pathOf(campaign, kind, batch)}/import`, location.origin), {
        method: 'POST', body: await file.arrayBuffer(), headers: { 'Content-Type': 'text/csv', 'Idempotency-Key': key.current },
      }));
      const body: unknown = await response.json();
      if (!response.ok) throw problemFrom(response, body);
      setResult(body as CodeImport);
      await queries.invalidateQueries({ queryKey: keys.campaign(campaign.id) });
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div style={{ marginTop: 12 }}>
      <Group align="flex-end" gap="xs">
        <FileInput label="Codes from a CSV file" description={`One code a line, each beginning with ${batch.prefix}`} accept=".csv,text/csv,text/plain" placeholder="Choose a file" value={file} onChange={choose} w={300} clearable clearButtonProps={{ 'aria-label': 'Take the file away' }} />
        <Button variant="default" loading={busy} disabled={!file} onClick={() => void send()}>Take the codes</Button>
      </Group>
      <div role="status">
        {result && <Text size="sm" mt={8}>{count(result.accepted)} of {count(result.accepted + result.rejected)} codes were taken, {result.rejected === 0 ? 'none was refused' : `${count(result.rejected)} ${result.rejected === 1 ? 'was' : 'were'} refused`}.</Text>}
      </div>
      {result && result.rejects.length > 0 && (
        <Alert color="yellow" variant="outline" mt="sm" p="xs" title="What was refused">
          <Text component="ul" size="sm" m={0} pl="md">{result.rejects.slice(0, 20).map((r) => <li key={r.line}>Line {count(r.line)}: {rejectText(r.reason)}</li>)}</Text>
          {result.rejects.length > 20 && <Text size="sm" mt={4}>… and more.</Text>}
          <Button size="compact-sm" variant="default" mt={8} onClick={() => saveFile(new Blob([rejectsCsv(result.rejects)], { type: 'text/csv' }), `${batch.prefix}-refused.csv`)}>Save this report as CSV</Button>
        </Alert>
      )}
      {failed !== null && <Failure error={failed} retry={() => void send()} />}
    </div>
  );
}

const count = (n: number) => n.toLocaleString('en-GB');
