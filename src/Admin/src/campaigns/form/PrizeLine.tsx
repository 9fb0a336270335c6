import { NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { batchesQuery } from '../../api/queries';
import { modes } from '../modes';
import { RemoveButton, TextField, useCampaignFormContext, WholeField } from './fields';
import { modeOf, type PrizeValues } from './values';

const kinds = [{ value: 'prize', label: 'Prize' }, { value: 'gift', label: 'Gift' }];
const fulfilments = [{ value: 'delivery', label: 'Delivery' }, { value: 'coupon', label: 'A code, at once' }, { value: 'none', label: 'None' }];

interface Props {
  pool: string;
  at: string;
  prize: PrizeValues;
  what: string;
  number: number;
  campaignId: string | undefined;
  onRemove: () => void;
}

/** One prize or gift: what it is, how it is won, how fast it may go, and how it reaches the winner. */
export function PrizeLine({ pool, at, prize, what, number, campaignId, onRemove }: Props) {
  const form = useCampaignFormContext();
  const mode = modeOf(prize);
  const setMode = (next: string) => {
    form.setFieldValue(`${at}.mode`, next);
    giveMode(form, pool, prize, next);
  };
  return (
    <fieldset className="line">
      <legend>{prize.kind === 'gift' ? 'Gift' : 'Prize'} {number}</legend>
      <div className="grid">
        <TextField className="s4" path={`${at}.name`} label="Name" required />
        <NativeSelect className="s2" label="Kind" data={kinds} {...form.getInputProps(`${at}.kind`)}
          onChange={(e) => {
            const kind = e.currentTarget.value;
            form.setFieldValue(`${at}.kind`, kind);
            // What follows from the kind follows it again; a mode that fits both stays as it is.
            if (mode === 'consolation' || mode === 'moments') form.setFieldValue(`${at}.mode`, null);
            giveMode(form, pool, prize, modeOf({ mode: mode === 'consolation' || mode === 'moments' ? null : mode, kind }));
          }} />
        <NativeSelect className="s4" label="How it is won" data={modes.map(({ value, label }) => ({ value, label }))} {...form.getInputProps(`${at}.mode`)} value={mode}
          onChange={(e) => setMode(e.currentTarget.value)} description={modes.find((m) => m.value === mode)?.says} inputWrapperOrder={['label', 'input', 'description', 'error']} />
        <WholeField className="s2" path={`${at}.stock`} label="Stock" required={prize.kind === 'prize'} placeholder={prize.kind === 'gift' ? 'no limit' : undefined} />
        {mode === 'probability' && (
          <>
            <WholeField className="s2" path={`${at}.odds.win`} label="Chance" required description="wins" inputWrapperOrder={['label', 'input', 'description', 'error']} />
            <WholeField className="s3" path={`${at}.odds.outOf`} label="out of" required description="entries. The odds never change once published." inputWrapperOrder={['label', 'input', 'description', 'error']} />
          </>
        )}
        {mode === 'guaranteed' && (
          <WholeField className="s4" path={`${at}.everyNth`} label="One in every … entries" placeholder="every entry"
            description="Which one of each group wins stays hidden." inputWrapperOrder={['label', 'input', 'description', 'error']} />
        )}
        <WholeField className="s2" path={`${at}.dailyCap`} label="Per day" placeholder="no cap" />
        <WholeField className="s2" path={`${at}.hourlyCap`} label="Per hour" placeholder="no cap" />
        <WholeField className="s2" path={`${at}.perEntrantMax`} label="Per person" placeholder="no limit" />
        <TextField className="s3" path={`${at}.lowStockAt`} label="Alert when left" placeholder="50 or 10%" disabled={prize.stock === ''} />
        <NativeSelect className="s3" label="Fulfilment" data={fulfilments} {...form.getInputProps(`${at}.fulfilment`)} />
        {prize.fulfilment === 'coupon' && <BatchField at={at} campaignId={campaignId} chosen={prize.couponBatchId} />}
        <div className="line-head" style={{ margin: 0, justifyContent: 'flex-end' }}><RemoveButton what={what} onClick={onRemove} /></div>
      </div>
    </fieldset>
  );
}

/** Batches belong to a campaign's database, which a new campaign doesn't have yet. */
function BatchField({ at, campaignId, chosen }: { at: string; campaignId: string | undefined; chosen: string }) {
  const form = useCampaignFormContext();
  const batches = useQuery({ ...batchesQuery(campaignId ?? '', 'coupon'), enabled: !!campaignId });
  if (!campaignId || (batches.data?.length === 0 && !chosen)) {
    return <Text className="s6" size="sm" c="dimmed">{campaignId ? 'Make a batch of coupon codes on the campaign’s Codes page, then choose it here.' : 'Once the campaign is provisioned, make a batch of codes and choose it here. It is needed before publishing.'}</Text>;
  }
  const known = batches.data ?? [];
  const choices = [{ value: '', label: 'Choose…' }, ...known.map((b) => ({ value: b.id, label: `${b.name} (${b.generated.toLocaleString('en-GB')} codes)` }))];
  if (chosen && !known.some((b) => b.id === chosen)) choices.push({ value: chosen, label: chosen });
  return <NativeSelect className="s6" label="Batch of codes" data={choices} {...form.getInputProps(`${at}.couponBatchId`)} />;
}

/** A prize is given only by a pool that gives by its mode, and a mode without a prize would keep the campaign from being published. */
function giveMode(form: ReturnType<typeof useCampaignFormContext>, at: string, prize: PrizeValues, mode: string) {
  const pool = form.values.pools[Number(at.split('.')[1])];
  if (!pool) return;
  const left = modeOf(prize);
  const others = pool.prizes.filter((p) => p.key !== prize.key).map(modeOf);
  form.setFieldValue(`${at}.modes`, [...new Set([...pool.modes.filter((m) => m !== left || others.includes(m)), mode])]);
}
