import { Anchor, Group, Text, Title } from '@mantine/core';
import type { Campaign } from '../api/types';
import { usePerson } from '../api/useSession';
import { no, personCan, yes } from '../auth/permissions';
import { putAway } from '../campaigns/can';
import { SaveButton } from '../shared/SaveButton';

/** What proves afterwards that the promotion was run as promised. */
export function EvidencePanel({ campaign: c }: { campaign: Campaign }) {
  const manages = personCan.manageCampaigns(usePerson());
  if (!c.publishedAt || !manages.allowed) return null;
  const away = putAway(c);
  const can = away ? no(away) : yes;
  const name = c.slug ?? c.id;
  return (
    <section className="panel" aria-labelledby="evidence">
      <Title order={2} id="evidence">Evidence</Title>
      <Text size="sm" c="dimmed" mb="sm">
        The close-out statement says that all prizes were awarded or made available (CAP Code 8.25). The archive holds every certificate, the terms and notices with their versions, and the sums that must agree.
        Until everything has closed, the figures still move.
      </Text>
      <Group gap="xs">
        <SaveButton path={`/v1/campaigns/${c.id}/close-out.html`} name={`${name}-close-out.html`} can={can}>Save the close-out statement</SaveButton>
        <SaveButton path={`/v1/campaigns/${c.id}/evidence.zip`} name={`${name}-evidence.zip`} can={can}>Save the evidence (zip)</SaveButton>
      </Group>
      <Text size="sm" mt="sm">Anybody can check a certificate with the <Anchor href="/verify" target="_blank" rel="noreferrer" size="sm" c="var(--link)">verifier</Anchor>.</Text>
    </section>
  );
}
