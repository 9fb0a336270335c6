import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { asProblem } from '../api/problems';

interface Action<Input, Output> {
  run: (input: Input) => Promise<Output>;
  /** Said when it is done. */
  done?: string;
  /** What is read again afterwards, whether it went well or not: after a failure the screen may be behind. */
  refresh?: QueryKey[];
  onDone?: (output: Output) => void;
  /** Where the failure is shown in the page itself, no notice pops up. */
  quiet?: boolean;
}

/** A change asked of the API, with its result announced and the lists it touches read again. */
export function useAction<Input = void, Output = unknown>({ run, done, refresh = [], onDone, quiet }: Action<Input, Output>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: (output) => {
      if (done) notifications.show({ message: done, color: 'green', role: 'status' });
      onDone?.(output);
    },
    onError: (error) => {
      if (quiet) return;
      const problem = asProblem(error);
      const errors = Object.values(problem.errors).flat().join(' ');
      notifications.show({ title: problem.title, message: [problem.detail, errors].filter(Boolean).join(' '), color: 'red', autoClose: 12_000 });
    },
    onSettled: () => void Promise.all(refresh.map((queryKey) => queries.invalidateQueries({ queryKey }))),
  });
}
