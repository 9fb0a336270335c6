import createClient from 'openapi-fetch';
import { Problem, problemFrom, unreachable } from './problems';
import type { paths } from './schema';
import { isStale, renew, session } from './session';

/** Headers (Authorization, Idempotency-Key, If-Match) are set here, not at each call, whatever the document declares. */
type WithoutHeaders<P> = {
  [Path in keyof P]: {
    [Method in keyof P[Path]]: P[Path][Method] extends { parameters: infer A }
      ? Omit<P[Path][Method], 'parameters'> & { parameters: Omit<A, 'header'> }
      : P[Path][Method];
  };
};

/** fetch with the session's token; a token about to end, or refused, is renewed once. */
export async function authorisedFetch(request: Request): Promise<Response> {
  const signedIn = session.get();
  if (signedIn && isStale(signedIn, Date.now())) await renew(fetch);
  const again = request.clone();
  const response = await send(request);
  if (response.status !== 401 || !session.get() || isAuthentication(request.url)) return response;
  return (await renew(fetch)) ? send(again) : response;
}

const isAuthentication = (url: string) => new URL(url).pathname === '/v1/auth/login';

function send(request: Request): Promise<Response> {
  const token = session.get()?.accessToken;
  if (token) request.headers.set('Authorization', `Bearer ${token}`);
  return fetch(request);
}

export const api = createClient<WithoutHeaders<paths>>({
  baseUrl: globalThis.location?.origin ?? 'http://localhost',
  fetch: authorisedFetch,
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer's body, or a thrown {@link Problem}. */
export const bodyOf = async <T>(call: Promise<Answer<T>>): Promise<T> => (await answerOf(call)).body;

/** The answer's body with its ETag, or a thrown {@link Problem}. */
export async function answerOf<T>(call: Promise<Answer<T>>): Promise<{ body: T; etag: string | null; status: number }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (failure) {
    throw failure instanceof Problem ? failure : unreachable();
  }
  if (!answer.response.ok) throw problemFrom(answer.response, answer.error);
  return { body: answer.data as T, etag: answer.response.headers.get('ETag'), status: answer.response.status };
}

/** A fresh Idempotency-Key. randomUUID needs a secure context, which a platform on a plain address of the network isn't. */
export const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** One key per distinct request, so that trying the same thing again can't create it twice. */
export function keyKeeper() {
  let last = { body: '', key: '' };
  return (body: unknown) => {
    const text = JSON.stringify(body);
    if (text !== last.body) last = { body: text, key: newKey() };
    return { 'Idempotency-Key': last.key };
  };
}
