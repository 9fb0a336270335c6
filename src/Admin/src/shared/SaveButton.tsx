import { yes, type Verdict } from '../auth/permissions';
import { ActionButton } from './ActionButton';
import { saveAnswer } from './saveAnswer';
import { useAction } from './useAction';

/** A button that fetches a file, with the session's token that a plain link would not carry. */
export function SaveButton({ path, name, can = yes, children }: { path: string; name: string; can?: Verdict; children: string }) {
  const save = useAction({ run: () => saveAnswer(path, name) });
  return <ActionButton variant="default" can={can} loading={save.isPending} onClick={() => save.mutate()}>{children}</ActionButton>;
}
