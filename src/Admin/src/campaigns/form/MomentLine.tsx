import { NativeSelect } from '@mantine/core';
import { RemoveButton, TextField, TimeField, useCampaignFormContext, WholeField } from './fields';
import type { MomentValues } from './values';

/** One winning moment, or an order to make some at random. */
export function MomentLine({ at, moment, names, number, what, onRemove }: { at: string; moment: MomentValues; names: string[]; number: number; what: string; onRemove: () => void }) {
  const form = useCampaignFormContext();
  const choices = [{ value: '', label: 'Choose…' }, ...[...new Set(names)].map((name) => ({ value: name, label: name }))];
  const known = moment.prize === '' || names.includes(moment.prize) ? choices : [...choices, { value: moment.prize, label: `${moment.prize} (gone)` }];
  return (
    <fieldset className="line">
      <legend>{moment.kind === 'at' ? `Moment ${number}` : `Moments ${number}: at random`}</legend>
      <div className="grid">
        <NativeSelect className="s3" label="Prize" required data={known} {...form.getInputProps(`${at}.prize`)} />
        {moment.kind === 'at'
          ? <TimeField className="s4" path={`${at}.at`} label="At" required />
          : (
            <>
              <WholeField className="s2" path={`${at}.count`} label="How many" required />
              <TimeField className="s3" path={`${at}.from`} label="From" description="Default: opening" />
              <TimeField className="s3" path={`${at}.to`} label="To" description="Default: closing" />
              <TextField className="s4" path={`${at}.hours`} label="Only between" placeholder="09:00-17:30"
                description="Hours of each day; 00:00 as the end is midnight. Default: all day" inputWrapperOrder={['label', 'input', 'description', 'error']} />
              <WholeField className="s3" path={`${at}.perDay`} label="At most a day" placeholder="no quota" />
            </>
          )}
        <div className="line-head" style={{ margin: 0, justifyContent: 'flex-end' }}><RemoveButton what={what} onClick={onRemove} /></div>
      </div>
    </fieldset>
  );
}
