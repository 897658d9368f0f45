/** What the hub answers when it does not do what was asked: RFC 9457 with a code and an id to quote. */
export interface ProblemBody {
  status: number;
  code: string;
  title: string;
  detail?: string;
  advice?: string;
  request_id?: string;
  [extra: string]: unknown;
}

/** A refusal or a failure, with everything that a person needs to understand or to report it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  readonly advice: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly retryAfterS: number | undefined;

  constructor(body: ProblemBody, retryAfter: string | null = null) {
    super(body.detail ?? body.title);
    this.name = 'Problem';
    this.status = body.status;
    this.code = body.code;
    this.requestId = body.request_id;
    this.advice = body.advice;
    this.extra = body;
    this.retryAfterS = retryAfter === null ? undefined : Number(retryAfter);
  }

  /** The hub was not reached at all. */
  static unreached(): Problem {
    return new Problem({ status: 0, code: 'unreached', title: 'The hub cannot be reached.' });
  }
}

/** Reads an answer's body as a problem, whatever it is. */
export function problemOf(response: Response, body: unknown): Problem {
  const isProblem = typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
  const retryAfter = response.headers.get('retry-after');
  if (isProblem) return new Problem(body as ProblemBody, retryAfter);
  const title = `The hub answered ${response.status}.`;
  return new Problem({ status: response.status, code: 'unexpected', title }, retryAfter);
}
