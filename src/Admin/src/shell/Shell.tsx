import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { Suspense, lazy, useEffect } from 'react';
import { api } from '../api/client';
import { session } from '../api/session';
import { useSession } from '../api/useSession';
import { personCan, roleName } from '../auth/permissions';
import { Loading } from '../shared/States';
import { useShortcuts, type Shortcut } from './shortcuts';

const ShortcutHelp = lazy(() => import('./ShortcutHelp'));

/** The frame around every page: menu by role, skip link, shortcuts. */
export function Shell() {
  const signedIn = useSession();
  const navigate = useNavigate();
  const router = useRouter();
  const [help, { open, close }] = useDisclosure(false);
  const user = signedIn?.user;
  const items = user ? menu(user) : [];
  const shortcuts: Shortcut[] = [
    ...items.map((item) => ({ keys: item.keys, what: `Go to ${item.name}`, run: () => void navigate({ to: item.to }) })),
    ...(user && personCan.manageCampaigns(user).allowed ? [{ keys: 'n', what: 'New campaign', run: () => void navigate({ to: '/campaigns/new' }) }] : []),
    { keys: '/', what: 'Find in this list', run: () => document.querySelector<HTMLElement>('[data-find]')?.focus() },
    { keys: '?', what: 'These shortcuts', run: open },
  ];
  useShortcuts(shortcuts);
  // The guard of the route decides where to go once the session has ended, and remembers the way back.
  useEffect(() => {
    if (!signedIn) void router.invalidate();
  }, [signedIn, router]);
  if (!signedIn) return null;
  return (
    <div className="shell">
      <a className="skip" href="#content" onClick={skip}>Skip to the content</a>
      <aside className="side" aria-label="Menu and account">
        <div className="brand"><img src={`${import.meta.env.BASE_URL}icon.svg`} width={26} height={26} alt="" />Prize Draw</div>
        <nav aria-label="Main">
          {items.map((item) => (
            <Link key={item.to} to={item.to} activeProps={{ 'aria-current': 'page' }} activeOptions={{ includeSearch: false }}>{item.name}</Link>
          ))}
        </nav>
        <div className="who">
          <div>{signedIn.user.email}</div>
          <Text size="xs" c="dimmed">{roleName(signedIn.user.role)}</Text>
          <Button mt={8} mr={6} size="compact-sm" variant="default" onClick={() => void signOut()}>Sign out</Button>
          <Button mt={8} size="compact-sm" variant="default" onClick={open} aria-label="Keyboard shortcuts">?</Button>
        </div>
      </aside>
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Loading what="the page" />}><Outlet /></Suspense>
      </main>
      {help && <Suspense><ShortcutHelp shortcuts={shortcuts} onClose={close} /></Suspense>}
    </div>
  );
}

const menu = (person: { role: string }) => [
  { to: '/campaigns' as const, name: 'Campaigns', keys: 'g c' },
  { to: '/clients' as const, name: 'Clients', keys: 'g l' },
  { to: '/template' as const, name: 'Template', keys: 'g t' },
  ...(personCan.setProviders(person).allowed ? [{ to: '/providers' as const, name: 'Providers', keys: 'g p' }, { to: '/reconciliation' as const, name: 'Reconciliation', keys: 'g r' }] : []),
  ...(personCan.seeUsers(person).allowed ? [{ to: '/users' as const, name: 'Users', keys: 'g u' }] : []),
  ...(personCan.seeAudit(person).allowed ? [{ to: '/audit' as const, name: 'Audit', keys: 'g a' }] : []),
];

function skip(event: { preventDefault: () => void }) {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

async function signOut() {
  // The session ends here whether or not the platform can be told.
  await api.POST('/v1/auth/logout', {}).catch(() => undefined);
  session.set(null);
}
