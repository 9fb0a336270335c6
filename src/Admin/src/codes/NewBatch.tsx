import { Alert, Button, Group, Modal, NumberInput, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem, type Problem } from '../api/problems';
import { keys, type CodeKind } from '../api/queries';
import type { Campaign, NewCodeBatch } from '../api/types';
import { formatInstant, toInstant } from '../shared/time';

/** A new batch: made here at random, or to be filled from a file. */
export function NewBatch({ campaign, kind, onClose }: { campaign: Campaign; kind: CodeKind; onClose: () => void }) {
  const queries = useQueryClient();
  const [idempotency] = useState(keyKeeper);
  const [source, setSource] = useState('generated');
  const [name, setName] = useState('');
  const [prefix, setPrefix] = useState('');
  const [count, setCount] = useState<number | string>(1000);
  const [expires, setExpires] = useState('');
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<Problem | null>(null);
  const time = expires ? toInstant(expires, campaign.timeZone) : null;
  const expiresAt = time && 'iso' in time ? time.iso : null;
  const ready = !!name.trim() && /^[A-Za-z0-9]{2,12}$/.test(prefix) && (source === 'imported' || (Number(count) >= 1 && Number(count) <= 10_000_000)) && (!expires || !!expiresAt);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    const body = { name: name.trim(), prefix, count: source === 'imported' ? null : Number(count), expiresAt } as NewCodeBatch;
    const call = { params: { path: { id: campaign.id } }, body, headers: idempotency(body) };
    setBusy(true);
    setFailed(null);
    try {
      await (kind === 'coupon' ? bodyOf(api.POST('/v1/campaigns/{id}/coupon-batches', call)) : bodyOf(api.POST('/v1/campaigns/{id}/code-batches', call)));
      await queries.invalidateQueries({ queryKey: keys.campaign(campaign.id) });
      onClose();
    } catch (error) {
      setFailed(asProblem(error));
    } finally {
      setBusy(false);
    }
  };
  const error = (field: string) => failed?.errors[field]?.join(' ');
  return (
    <Modal opened onClose={onClose} title={<Text fw={650}>{kind === 'coupon' ? 'New batch of coupon codes' : 'New batch of entry codes'}</Text>}>
      <form onSubmit={(e) => void submit(e)} noValidate>
        <Stack>
          <TextInput label="Name" required value={name} onChange={(e) => setName(e.currentTarget.value)} error={error('name')} data-autofocus
            description={kind === 'coupon' ? 'Shown to whoever redeems a code' : undefined} />
          <Radio.Group label="Where the codes come from" value={source} onChange={setSource}>
            <Stack gap={6} mt={6}>
              <Radio value="generated" label="Made here at random" description="Nobody can guess them; a typing error is noticed." />
              <Radio value="imported" label="From a file" description="Codes that you have already, for example printed on packs." />
            </Stack>
          </Radio.Group>
          {source === 'generated' && <NumberInput label="How many" required allowDecimal={false} allowNegative={false} hideControls thousandSeparator="," max={10_000_000} value={count} onChange={setCount} error={error('count')} description="Up to 10,000,000" />}
          <TextInput label="Prefix" required value={prefix} onChange={(e) => setPrefix(e.currentTarget.value.toUpperCase())} error={error('prefix')}
            description="2 to 12 letters and digits that every code begins with. No other batch of this client has it." />
          <TextInput type="datetime-local" label="Good until" value={expires} onChange={(e) => setExpires(e.currentTarget.value)} error={error('expiresAt')}
            description={expiresAt ? formatInstant(expiresAt, campaign.timeZone) : `Time in ${campaign.timeZone}. Empty: they do not expire`} />
          {failed && <Alert color="red" variant="outline" role="alert" title={failed.title}>{failed.detail}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>Cancel</Button>
            <Button type="submit" disabled={!ready} loading={busy}>{source === 'generated' ? 'Make the codes' : 'Add the batch'}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
