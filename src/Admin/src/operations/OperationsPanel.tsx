import { Group, Stack, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { api, bodyOf } from '../api/client';
import type { Campaign, ProviderChecks } from '../api/types';
import { usePerson } from '../api/useSession';
import { campaignCan, mayEnd } from '../campaigns/can';
import { Checks } from '../providers/Checks';
import { providerName } from '../providers/providers';
import { ActionButton } from '../shared/ActionButton';
import { useAction } from '../shared/useAction';
import { DecommissionDialog } from './DecommissionDialog';

/** Where a campaign's parts are, and what can be done with them as a whole. */
export function OperationsPanel({ campaign: c }: { campaign: Campaign }) {
  const person = usePerson();
  const [removing, dialog] = useDisclosure(false);
  const params = { params: { path: { id: c.id } } };
  const check = useAction({ run: async () => (await bodyOf(api.POST('/v1/campaigns/{id}/check', params))) as unknown as ProviderChecks });
  return (
    <section className="panel" aria-labelledby="operations">
      <Title order={2} id="operations">Operations</Title>
      <Stack gap="sm">
        <dl className="facts">
          <dt>Database</dt><dd>{providerName(c.providers.database)}</dd>
          <dt>Repository</dt><dd>{providerName(c.providers.repository)}</dd>
          <dt>Site</dt><dd>{providerName(c.providers.site)}</dd>
        </dl>
        <Group gap="xs">
          {['draft', 'rolled_back'].includes(c.state) && <ActionButton size="xs" variant="default" can={campaignCan.check(c, person)} loading={check.isPending} onClick={() => check.mutate()}>Check the providers</ActionButton>}
          {mayEnd(c) && <ActionButton size="xs" variant="default" can={campaignCan.decommission(c, person)} onClick={dialog.open}>Decommission…</ActionButton>}
        </Group>
        {check.data && <Checks answer={check.data} />}
      </Stack>
      {removing && <DecommissionDialog campaign={c} onClose={dialog.close} />}
    </section>
  );
}
