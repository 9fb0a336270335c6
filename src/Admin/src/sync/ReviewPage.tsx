import { Alert, Anchor, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { campaignQuery } from '../api/queries';
import type { Campaign, Decision, OpenReview, ReviewFile } from '../api/types';
import { usePerson } from '../api/useSession';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { Page } from '../shared/Page';
import { StateBadge } from '../shared/StateBadge';
import { Empty, Failure, Loading } from '../shared/States';
import { formatInstant } from '../shared/time';
import { useAction } from '../shared/useAction';
import { DiffView } from './DiffView';
import { reviewQuery, syncKeys } from './queries';
import { ReviewFileCard } from './ReviewFileCard';
import { reviewCan, verdictNames } from './words';

/** The platform's own page for what a sync left to people: each conflict with all its sides, and the rest as a diff. */
export function ReviewPage() {
  const { campaignId } = useParams({ from: '/shell/campaigns/$campaignId/review' });
  const campaign = useQuery(campaignQuery(campaignId)).data?.campaign;
  const query = useQuery(reviewQuery(campaignId));
  const queries = useQueryClient();
  const ended = query.isError && ['template.no_review', 'template.no_site'].includes(asProblem(query.error).code);
  useEffect(() => {
    if (ended) void queries.invalidateQueries({ queryKey: syncKeys.site(campaignId) });
  }, [ended, campaignId, queries]);
  const title = `Review for ${campaign?.name ?? 'the site'}`;
  const back = <Link to="/campaigns/$campaignId" params={{ campaignId }}>Back to the campaign</Link>;
  if (ended) return <Page title={title}><Empty title="Nothing is open to review" action={back}>It was merged or closed, or there never was one.</Empty></Page>;
  if (!query.data || !campaign) return <Page title={title} below={back}>{query.isError ? <Failure error={query.error} retry={() => void query.refetch()} /> : <Loading what="the review" />}</Page>;
  return <Loaded title={title} campaign={campaign} review={query.data} readAt={query.dataUpdatedAt} behind={query.isError ? query.error : null} />;
}

interface Props {
  title: string;
  campaign: Campaign;
  review: OpenReview;
  /** When it was read, in milliseconds. */
  readAt: number;
  behind: Error | null;
}

function Loaded({ title, campaign, review: r, readAt, behind }: Props) {
  const person = usePerson();
  const confirm = useConfirm();
  const params = { params: { path: { id: campaign.id } } };
  // Until it has been read again the head on the page is an old one, on which nothing may be decided.
  const [doneAt, setDoneAt] = useState(0);
  const afterwards = { refresh: [syncKeys.review(campaign.id)], onDone: () => setDoneAt(Date.now()) };
  const resolve = useAction({ run: (body: Decision) => bodyOf(api.POST('/v1/campaigns/{id}/template/review/resolve', { ...params, body })), done: 'Your decision is on the branch.', ...afterwards });
  const merge = useAction({ run: (head: string) => bodyOf(api.POST('/v1/campaigns/{id}/template/review/merge', { ...params, body: { head } })), done: 'It is merged.', ...afterwards });
  const close = useAction({ run: (head: string) => bodyOf(api.POST('/v1/campaigns/{id}/template/review/close', { ...params, body: { head } })), done: 'It is closed.', ...afterwards });
  // What is agreed to is what was on the page when it was asked, not what has come since.
  const askToMerge = async (head: string) => {
    const agreed = await confirm({ title: `Merge ${r.review.version}?`, confirm: 'Merge it', body: 'The branch goes into the site, which is built again and has this version from then on.' });
    if (agreed) merge.mutate(head);
  };
  const askToClose = async (head: string) => {
    const agreed = await confirm({ title: 'Close without merging?', confirm: 'Close it', cancel: 'Keep it open', danger: true, body: `The site stays as it is, and ${r.review.version} is not proposed again. The next version brings its changes along.` });
    if (agreed) close.mutate(head);
  };
  const conflicts = r.files.filter((f) => f.verdict === 'conflict');
  const left = conflicts.filter((f) => !f.isDecided).length;
  const busy = (doneAt > readAt && !behind) || resolve.isPending || merge.isPending || close.isPending;
  return (
    <Page title={title} beside={<span role="status"><StateBadge state={r.isDecided ? 'ready' : 'conflict_pull_request'} name={r.isDecided ? 'Decided' : `${conflicts.length - left} of ${conflicts.length} decided`} /></span>}
      below={<>Brings {r.review.version}, open since {formatInstant(r.review.openedAt, campaign.timeZone)} · <Link to="/campaigns/$campaignId" params={{ campaignId: campaign.id }}>Back to the campaign</Link>{r.review.url && <> · <Anchor href={r.review.url} target="_blank" rel="noreferrer">Pull request {r.review.number}</Anchor></>}</>}
      actions={<>
        <ActionButton variant="default" can={reviewCan.decide(person)} loading={close.isPending} onClick={() => void askToClose(r.head)}>Close…</ActionButton>
        <ActionButton can={reviewCan.merge(r, person)} loading={merge.isPending} onClick={() => void askToMerge(r.head)}>Merge…</ActionButton>
      </>}>
      <Stack>
        {behind && <Failure error={behind} title="This page may be behind" />}
        {busy && <Alert color="indigo" variant="outline" role="status" title="It is being written to the branch">This page follows. Decide the next file when it is done.</Alert>}
        {conflicts.map((file) => <ReviewFileCard key={file.path} file={file} can={reviewCan.decide(person)} busy={busy} decide={(choice, text, done) => resolve.mutate({ head: r.head, path: file.path, choice, ...(text === undefined ? {} : { text }) }, { onSuccess: done })} />)}
        {conflicts.length === 0 && <Text size="sm" c="dimmed">Nothing in it is in conflict.</Text>}
        <Others files={r.files.filter((f) => f.verdict !== 'conflict')} />
        <section className="panel" aria-labelledby="diff">
          <Title order={2} id="diff">What merging changes on the site</Title>
          <DiffView diff={r.diff} isCut={r.diffIsCut} />
        </section>
      </Stack>
    </Page>
  );
}

const Others = ({ files }: { files: readonly ReviewFile[] }) => files.length === 0 ? null : (
  <section className="panel" aria-labelledby="others">
    <Title order={2} id="others">Files that needed no decision</Title>
    <div className="scroll" tabIndex={0} role="region" aria-label="Table of other files">
      <Table aria-labelledby="others">
        <Table.Thead><Table.Tr><Table.Th>File</Table.Th><Table.Th>What became of it</Table.Th></Table.Tr></Table.Thead>
        <Table.Tbody>
          {files.map((f) => <Table.Tr key={f.path}><Table.Th scope="row" style={{ overflowWrap: 'anywhere', fontWeight: 400 }}><code>{f.path}</code></Table.Th><Table.Td>{verdictNames[f.verdict] ?? f.verdict}{f.note && <Text size="xs" c="dimmed">{f.note}</Text>}</Table.Td></Table.Tr>)}
        </Table.Tbody>
      </Table>
    </div>
  </section>
);
