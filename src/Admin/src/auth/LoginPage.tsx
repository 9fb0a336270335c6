import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useState, type FormEvent } from 'react';
import { api, bodyOf } from '../api/client';
import { asProblem } from '../api/problems';
import { session } from '../api/session';
import type { SignedIn } from '../api/types';
import { useSession } from '../api/useSession';

export function LoginPage() {
  const navigate = useNavigate();
  const { to } = useSearch({ from: '/login' });
  const signedIn = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    document.title = 'Sign in · Prize Draw Platform';
  }, []);
  if (signedIn) return <Navigate to={to ?? '/campaigns'} />;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!email.trim() || !password) return setFailure('Type your email address and your password.');
    setBusy(true);
    setFailure(null);
    try {
      const answer = await bodyOf(api.POST('/v1/auth/login', { body: { email: email.trim(), password } }));
      session.set(answer as unknown as SignedIn);
      await navigate({ to: to ?? '/campaigns', replace: true });
    } catch (error) {
      const problem = asProblem(error);
      setFailure(problem.status === 401 ? 'Email address or password is wrong.' : `${problem.title}. ${problem.detail}`);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="sign-in">
      <main className="panel">
        <form onSubmit={(e) => void submit(e)} noValidate>
          <Stack>
            <div>
              <Title order={1}>Sign in</Title>
              <Text c="dimmed" size="sm">Prize Draw Platform</Text>
            </div>
            {failure && <Alert color="red" variant="outline" role="alert">{failure}</Alert>}
            <TextInput label="Email" type="email" name="email" autoComplete="username" autoFocus required withAsterisk={false}
              value={email} onChange={(e) => setEmail(e.currentTarget.value)} />
            <PasswordInput label="Password" name="password" autoComplete="current-password" required withAsterisk={false}
              value={password} onChange={(e) => setPassword(e.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0 }} />
            <Button type="submit" loading={busy} fullWidth>Sign in</Button>
          </Stack>
        </form>
      </main>
    </div>
  );
}
