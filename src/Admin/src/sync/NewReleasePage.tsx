import { Alert, Button, Checkbox, Group, MultiSelect, NativeSelect, Radio, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { api, bodyOf, keyKeeper } from '../api/client';
import { asProblem } from '../api/problems';
import { useTenants } from '../api/queries';
import type { Release } from '../api/types';
import { usePerson } from '../api/useSession';
import { personCan } from '../auth/permissions';
import { useConfirm } from '../shared/Confirm';
import { Page } from '../shared/Page';
import { Empty, Failure, Loading } from '../shared/States';
import { useAction } from '../shared/useAction';
import { sitesQuery, syncKeys, versionsQuery } from './queries';
import { newRelease, releaseErrors, releaseRequest, type ReleaseValues } from './release';
import { WavesFields } from './WavesFields';

/** A new release: what it brings, to whom, and in which waves. It is tried first, unless somebody says otherwise. */
export function NewReleasePage() {
  const may = personCan.release(usePerson());
  const query = useInfiniteQuery(versionsQuery());
  const versions = query.data?.pages.flatMap((page) => page.items) ?? [];
  const title = 'New release';
  if (!may.allowed) return <Page title={title}><Empty title="Not part of your role">{may.reason}</Empty></Page>;
  if (query.isPending) return <Page title={title}><Loading what="versions" /></Page>;
  if (query.isError) return <Page title={title}><Failure error={query.error} retry={() => void query.refetch()} /></Page>;
  if (versions.length === 0) return <Page title={title}><Empty title="There is no version to release">Add a version of the template first, then look for new versions on the page Template.</Empty></Page>;
  const tags = [...new Map(versions.map((v) => [v.tag, v.message])).entries()];
  return <Page title={title} below="A dry run changes nothing: it shows for each site what would happen, with the diff. Start the release from there."><ReleaseForm tags={tags} /></Page>;
}

function ReleaseForm({ tags }: { tags: readonly (readonly [string, string | null])[] }) {
  const navigate = useNavigate();
  const confirm = useConfirm();
  const { tenants } = useTenants();
  const sites = useInfiniteQuery(sitesQuery()).data?.pages.flatMap((page) => page.items) ?? [];
  const [values, setValues] = useState<ReleaseValues>(() => newRelease(tags[0]![0]));
  const [tried, setTried] = useState(false);
  const [key] = useState(keyKeeper);
  const change = (over: Partial<ReleaseValues>) => setValues((v) => ({ ...v, ...over }));
  const create = useAction({
    run: async (dryRun: boolean) => {
      const body = releaseRequest(values, dryRun);
      return (await bodyOf(api.POST('/v1/template/releases', { body, headers: key(body) }))) as unknown as Release;
    },
    refresh: [syncKeys.all], quiet: true, onDone: (release) => void navigate({ to: '/template/releases/$releaseId', params: { releaseId: release.id }, search: {} }),
  });
  const refused = create.error ? asProblem(create.error).errors : {};
  const errors: Record<string, string | undefined> = { ...Object.fromEntries(Object.entries(refused).map(([field, said]) => [field, said.join(' ')])), ...(tried ? releaseErrors(values) : {}) };
  const submit = async (event: FormEvent | null, dryRun: boolean) => {
    event?.preventDefault();
    setTried(true);
    if (Object.keys(releaseErrors(values)).length > 0) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus());
      return;
    }
    const agreed = dryRun || await confirm({
      title: 'Start without a dry run?', confirm: 'Start the release', cancel: 'Not yet',
      body: 'The first wave’s sites are updated at once. A dry run would show first what happens to each of them.',
    });
    if (agreed) create.mutate(dryRun);
  };
  return (
    <form onSubmit={(e) => void submit(e, true)} noValidate>
      <Stack>
        {create.isError && <Failure error={create.error} />}
        <section className="panel" aria-labelledby="what">
          <Title order={2} id="what">What it brings</Title>
          <Stack gap="sm">
            <Radio.Group label="The release brings" value={values.what} onChange={(what) => change({ what: what as ReleaseValues['what'] })}>
              <Group mt={6}><Radio value="version" label="a version, with everything since each site’s own" /><Radio value="picks" label="chosen commits alone" /></Group>
            </Radio.Group>
            {values.what === 'version'
              ? <NativeSelect label="Version" maw={420} value={values.version} error={errors.version} onChange={(e) => change({ version: e.currentTarget.value })}
                  data={tags.map(([tag, message]) => ({ value: tag, label: message ? `${tag}: ${message.slice(0, 60)}` : tag }))} />
              : <Textarea label="Commits" description="Ids or tags of the template, each on a line of its own, the oldest first. One that does not apply on a site by itself is refused there." autosize minRows={2} maxRows={8}
                  maw={420} value={values.picks} error={errors.picks} onChange={(e) => change({ picks: e.currentTarget.value })} spellCheck={false} />}
            {tenants.length > 1 && (
              <MultiSelect label="Clients" description="Left empty: all clients’ sites." maw={420} data={tenants.map((t) => ({ value: t.id, label: t.name }))} value={[...values.tenantIds]} onChange={(tenantIds) => change({ tenantIds })}
                searchable clearable clearButtonProps={{ 'aria-label': 'Choose no client' }} error={errors.tenantIds} />
            )}
          </Stack>
        </section>
        <WavesFields waves={values.waves} errors={errors} sites={sites} onChange={(waves) => change({ waves })} />
        <section className="panel" aria-labelledby="care">
          <Title order={2} id="care">What it watches</Title>
          <Stack gap="sm">
            <Group align="flex-start">
              <TextInput label="Hold out sites that close within (hours)" w={330} inputMode="numeric" value={values.holdHoursBeforeClosing} error={errors.holdHoursBeforeClosing} onChange={(e) => change({ holdHoursBeforeClosing: e.currentTarget.value })} />
              <TextInput label="Sites of a wave that may be worse (percent)" w={360} inputMode="numeric" value={values.unhealthyMax} error={errors.unhealthyMax} onChange={(e) => change({ unhealthyMax: e.currentTarget.value })} />
            </Group>
            <Checkbox checked={values.rehearses} onChange={(e) => change({ rehearses: e.currentTarget.checked })} label="Send a rehearsal entry to each updated site that can have one" />
            <Checkbox checked={values.rollsBack} onChange={(e) => change({ rollsBack: e.currentTarget.checked })} label="Roll a wave back by itself when it is worse" />
            {!values.rollsBack && <Text size="sm" c="dimmed">When a wave is worse, the release only pauses, and you decide.</Text>}
          </Stack>
        </section>
        {tried && Object.values(errors).some(Boolean) && <Alert color="red" variant="outline" role="alert" title="Some of it can’t be as it is">Look at the fields marked above.</Alert>}
        <div className="save-bar">
          <Text size="sm" c="dimmed">A dry run pushes nothing.</Text>
          <Group>
            <Button variant="default" onClick={() => void navigate({ to: '/template' })}>Cancel</Button>
            <Button variant="default" disabled={create.isPending} onClick={() => void submit(null, false)}>Start at once…</Button>
            <Button type="submit" loading={create.isPending}>Try it first</Button>
          </Group>
        </div>
      </Stack>
    </form>
  );
}
