import { api, bodyOf } from '../api/client';
import type { Release } from '../api/types';
import { ActionButton } from '../shared/ActionButton';
import { useConfirm } from '../shared/Confirm';
import { useAction } from '../shared/useAction';
import { syncKeys } from './queries';
import { isDryRun, releaseCan, whatOf } from './words';

/** What can be done with a release, and what each of it does. */
export function ReleaseActions({ release: r }: { release: Release }) {
  const confirm = useConfirm();
  const params = { params: { path: { id: r.id } } };
  const refresh = [syncKeys.all];
  const start = useAction({ run: () => bodyOf(api.POST('/v1/template/releases/{id}/start', params)), done: 'The first wave has begun.', refresh });
  const pause = useAction({ run: () => bodyOf(api.POST('/v1/template/releases/{id}/pause', params)), done: 'No further site is begun.', refresh });
  const resume = useAction({ run: () => bodyOf(api.POST('/v1/template/releases/{id}/resume', params)), done: 'The release goes on.', refresh });
  const rollBack = useAction({ run: () => bodyOf(api.POST('/v1/template/releases/{id}/roll-back', params)), done: isDryRun(r) ? 'The dry run is dropped.' : 'What it pushed is being rolled back.', refresh });
  const first = r.waves[0]?.sites ?? 0;
  const askToStart = async () => {
    const agreed = await confirm({
      title: `Start the release of ${whatOf(r)}?`, confirm: 'Start the release',
      body: <>{first === 1 ? 'One site' : `${first} sites`} of the first wave {first === 1 ? 'is' : 'are'} updated now and built again; the next wave follows once all of them are well. You can pause the release and roll it back at any time.</>,
    });
    if (agreed) start.mutate();
  };
  const askToPause = async () => {
    const agreed = await confirm({ title: 'Pause the release?', confirm: 'Pause', cancel: 'Let it run', body: 'No further site is begun. Those under way come to their ends, and what was pushed stays. It goes on where it stands when you resume it.' });
    if (agreed) pause.mutate();
  };
  const askToDrop = async () => {
    if (await confirm({ title: 'Drop this dry run?', confirm: 'Drop it', cancel: 'Keep it', body: 'Nothing was pushed. It can’t be started any more; a new release can be made at any time.' })) rollBack.mutate();
  };
  const askToRollBack = async () => {
    const agreed = await confirm({
      title: 'Roll the release back?', confirm: 'Roll it back', danger: true,
      body: 'Each site that this release updated gets a commit that takes its changes out again, the newest wave first, and is built again. What people changed there since stays; where that is not possible cleanly, a pull request waits. Open pull requests of this release are closed.',
    });
    if (agreed) rollBack.mutate();
  };
  return (
    <>
      {isDryRun(r) && <ActionButton variant="default" loading={rollBack.isPending} onClick={() => void askToDrop()}>Drop it…</ActionButton>}
      {isDryRun(r) && <ActionButton can={releaseCan.start(r)} loading={start.isPending} onClick={() => void askToStart()}>Start the release…</ActionButton>}
      {r.state === 'running' && <ActionButton variant="default" loading={pause.isPending} onClick={() => void askToPause()}>Pause…</ActionButton>}
      {r.state === 'paused' && <ActionButton loading={resume.isPending} onClick={() => resume.mutate()}>Resume</ActionButton>}
      {!isDryRun(r) && <ActionButton variant="default" can={releaseCan.rollBack(r)} loading={rollBack.isPending} onClick={() => void askToRollBack()}>Roll back…</ActionButton>}
    </>
  );
}
