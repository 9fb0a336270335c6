import { Alert, Button, Code, Group, List, Loader, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { asProblem } from '../api/problems';
import { Page } from './Page';

/** Something is on its way, and a screen reader hears it too. */
export const Loading = ({ what }: { what: string }) => (
  <Group role="status" gap="sm" py="lg">
    <Loader size="sm" aria-hidden />
    <Text c="dimmed">Loading {what}…</Text>
  </Group>
);

/** What went wrong, in the API's own words, and a way on. */
export function Failure({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const problem = asProblem(error);
  const errors = Object.entries(problem.errors);
  return (
    <Alert color="red" variant="outline" title={title ?? problem.title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{problem.detail}</Text>
        {errors.length > 0 && (
          <List size="sm">
            {errors.map(([field, said]) => (
              <List.Item key={field}>{said.join(' ')}</List.Item>
            ))}
          </List>
        )}
        {problem.traceId && (
          <Text size="xs" c="dimmed">
            For support: <Code>{problem.traceId}</Code>
          </Text>
        )}
        {retry && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  );
}

/** Nothing here yet: what it will be, and how to begin. */
export const Empty = ({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) => (
  <div className="panel">
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Title order={2}>{title}</Title>
      {children && <Text c="dimmed" maw={480}>{children}</Text>}
      {action}
    </Stack>
  </div>
);

export const NotFound = () => (
  <Page title="There is nothing here">
    <Text>
      The address may be mistyped, or what it named is gone. <Link to="/campaigns">Go to the campaigns</Link>
    </Text>
  </Page>
);

export const RouteFailure = ({ error, reset }: { error: unknown; reset: () => void }) => (
  <Page title="This page failed">
    <Failure error={error} retry={reset} />
  </Page>
);
