import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Campaign } from '../api/types';
import { useIsLive } from '../live/useLiveCampaign';
import { Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { deliveryOf, leftOf, noticesQuery, reasonOf, subjectOf, titleOf, type Notice } from './notices';

/** What managers were told, that too which came while nobody looked. */
export function AlertsPanel({ campaign }: { campaign: Campaign }) {
  const notices = useQuery(noticesQuery(campaign.id, useIsLive(campaign.id)));
  return (
    <section className="panel" aria-labelledby="alerts">
      <Title order={2} id="alerts">Alerts</Title>
      {notices.isPending && <Loading what="the alerts" />}
      {notices.isError && <Failure error={notices.error} retry={() => void notices.refetch()} />}
      {notices.data?.length === 0 && <Text size="sm" c="dimmed">None so far. A prize raises one when its stock reaches the threshold set for it and when it is used up, a deployment when it has to wait, a domain when it is active or is not any more.</Text>}
      {notices.data && notices.data.length > 0 && (
        <ul className="alerts" aria-label="Alerts, newest first" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {notices.data.map((notice) => <Alert key={notice.id} notice={notice} zone={campaign.timeZone} />)}
        </ul>
      )}
    </section>
  );
}

function Alert({ notice, zone }: { notice: Notice; zone: string }) {
  const { stock } = notice;
  const failed = notice.deliveries.filter((d) => d.state === 'failed');
  return (
    <li style={{ padding: '6px 0' }}>
      <Text>
        <strong>{titleOf(notice)}</strong>{subjectOf(notice) && `: ${subjectOf(notice)}`}{stock && notice.kind === 'stock.low' && `, ${leftOf(stock)}`}
      </Text>
      {reasonOf(notice) && <Text size="sm">{reasonOf(notice)}</Text>}
      <Text size="sm" c="dimmed">
        {formatInstant(notice.at, zone, true)}
        {stock?.number && `, entry ${stock.number.toLocaleString('en-GB')}`}
        {stock?.runsOutAt && `; used up ${formatInstant(stock.runsOutAt, zone)} if it goes on like this`}
        {`; ${deliveryOf(notice.deliveries)}`}
      </Text>
      {failed.map((d) => <Text key={d.channel + d.target} size="sm" style={{ color: 'var(--mantine-color-error)' }}>{d.channel === 'email' ? 'E-mail' : 'Webhook'}: {d.error}</Text>)}
    </li>
  );
}
