/** A refusal as the API tells it (RFC 9457), or the network's failure to tell anything. */
export class Problem extends Error {
  constructor(
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    /** Stable code such as `campaign.slug_taken`. */
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    /** Sentences by field, for example `pools[0].prizes[1].stock`. */
    readonly errors: Record<string, string[]> = {},
    readonly traceId?: string,
    /** Seconds after which trying again makes sense. */
    readonly retryAfter?: number,
  ) {
    super(detail || title);
    this.name = 'Problem';
  }
}

export const unreachable = () =>
  new Problem(0, 'network.unreachable', 'The platform can’t be reached', 'Check the connection, then try again.');

/** Reads a problem from an answer's status and body, whatever the body turns out to be. */
export function problemFrom(response: Response, body: unknown): Problem {
  const seconds = Number(response.headers.get('Retry-After'));
  const retryAfter = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  const fallback = fallbackFor(response.status);
  if (typeof body !== 'object' || body === null) {
    return new Problem(response.status, 'answer.unreadable', fallback.title, fallback.detail, {}, undefined, retryAfter);
  }
  const p = body as Record<string, unknown>;
  return new Problem(
    response.status,
    text(p.code) ?? 'answer.without_code',
    text(p.title) ?? fallback.title,
    text(p.detail) ?? fallback.detail,
    errorsOf(p.errors),
    text(p.traceId),
    retryAfter,
  );
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

function errorsOf(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([field, said]) => [field, Array.isArray(said) ? said.map(String) : [String(said)]]),
  );
}

function fallbackFor(status: number) {
  if (status === 401) return { title: 'You are signed out', detail: 'Sign in again to go on.' };
  if (status === 403) return { title: 'Not allowed', detail: 'Your role does not allow this.' };
  if (status === 404) return { title: 'Not found', detail: 'It does not exist, or it is not yours to see.' };
  if (status === 412) return { title: 'Changed meanwhile', detail: 'Somebody else changed this since you opened it.' };
  if (status === 429) return { title: 'Too many requests', detail: 'Wait a moment, then try again.' };
  if (status >= 500) return { title: 'The platform had a problem', detail: 'Nothing is lost. Try again in a moment.' };
  return { title: 'That was not accepted', detail: `The platform answered ${status} without an explanation.` };
}

/** Any thrown thing as a problem to show. */
export const asProblem = (error: unknown): Problem =>
  error instanceof Problem ? error : new Problem(0, 'page.failed', 'Something went wrong in this page', String(error));
