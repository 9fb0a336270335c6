import { Button, Group, MultiSelect, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import type { TemplateSite } from '../api/types';
import { usualWaves, type WaveValues } from './release';

interface Props {
  waves: readonly WaveValues[];
  errors: Readonly<Record<string, string | undefined>>;
  sites: readonly TemplateSite[];
  onChange: (waves: WaveValues[]) => void;
}

const wavesMax = 10;

/** The waves of a release, the canary first; each counts the sites of those before it. */
export function WavesFields({ waves, errors, sites, onChange }: Props) {
  const set = (at: number, over: Partial<WaveValues>) => onChange(waves.map((wave, i) => (i === at ? { ...wave, ...over } : wave)));
  // The new one goes before the last, which takes the rest.
  const add = () => onChange([...waves.slice(0, -1), { ...usualWaves[0]!, percent: '' }, ...waves.slice(-1)]);
  return (
    <section className="panel" aria-labelledby="waves">
      <Title order={2} id="waves">Waves</Title>
      <Text size="sm" c="dimmed" mb="sm">The first wave is the canary. The next begins once all its sites are well, and have been watched for the time given.</Text>
      <Stack gap="sm">
        {waves.map((wave, i) => (
          <fieldset className="line" key={i}>
            <legend>Wave {i + 1}{i === 0 && waves.length > 1 ? ', the canary' : i === waves.length - 1 ? ', the rest' : ''}</legend>
            <Group align="flex-start">
              <NativeSelect label="Its sites" value={wave.by} onChange={(e) => set(i, { by: e.currentTarget.value as WaveValues['by'] })} w={200}
                data={[{ value: 'percent', label: 'A percentage' }, { value: 'campaigns', label: 'Chosen campaigns' }]} />
              {wave.by === 'percent'
                ? <TextInput label="Updated after it (percent)" w={230} inputMode="numeric" value={wave.percent} error={errors[`waves[${i}].percent`]} onChange={(e) => set(i, { percent: e.currentTarget.value })} />
                : <MultiSelect label="Campaigns" miw={260} flex={1} searchable value={[...wave.campaignIds]} data={sites.map((s) => ({ value: s.campaignId, label: s.campaignName }))}
                    error={errors[`waves[${i}].campaignIds`] ?? errors[`waves[${i}].percent`]} onChange={(campaignIds) => set(i, { campaignIds })} nothingFoundMessage="No such campaign" />}
              <TextInput label="Watched for (minutes)" w={200} inputMode="numeric" value={wave.soakMinutes} error={errors[`waves[${i}].soakMinutes`]} onChange={(e) => set(i, { soakMinutes: e.currentTarget.value })} />
              {waves.length > 1 && <Button mt={25} variant="default" onClick={() => onChange(waves.filter((_, at) => at !== i))} aria-label={`Remove wave ${i + 1}`}>Remove</Button>}
            </Group>
          </fieldset>
        ))}
        <Group>{waves.length < wavesMax && <Button variant="default" size="xs" onClick={add}>Add a wave</Button>}</Group>
      </Stack>
    </section>
  );
}
