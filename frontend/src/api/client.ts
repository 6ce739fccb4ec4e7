// One door to the server: session auth, problem+json, ETags. Every failure has a class, because
// what the screen must do differs: ask for a login, offer a merge, or wait and try again.

/** No answer came: no network, a stopped server, or the time-out below. */
export class Unreachable extends Error {}

/** The server answered with an error; `code` is stable, `message` is in the person's language. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(detail);
  }
}

/** The session is over: the text stays here until the person has logged in again. */
export class LoggedOut extends Refused {}

/** 412: somebody else's version stands there now. */
export class Stale extends Refused {}

export interface Answer<T> {
  body: T;
  status: number;
  etag: string | null;
}

interface Request {
  body?: unknown;
  headers?: Record<string, string>;
  /** Lets a last save outlive the page it was typed on. */
  keepalive?: boolean;
}

// Milliseconds: longer than any honest answer, shorter than a person's patience.
const TIME_OUT = 15_000;
const LOGGED_OUT_CODES = new Set(["not_authenticated", "authentication_failed"]);

export class Client {
  constructor(
    private readonly root: string,
    private token: string,
    private readonly fetcher: typeof fetch = (...a) => fetch(...a),
  ) {}

  async call<T>(method: string, path: string, request: Request = {}): Promise<Answer<T>> {
    const first = await this.send(method, path, request);
    if (first.status !== 403 || method === "GET") return this.read<T>(first);
    // A login in another tab changes the CSRF token: fetch the new one and try once more.
    const copy = first.clone();
    const problem = await problemOf(copy);
    const forged = problem.code === "csrf_failed" || /csrf/i.test(problem.detail);
    if (!forged || !(await this.renewToken())) return this.read<T>(first);
    return this.read<T>(await this.send(method, path, request));
  }

  private async send(method: string, path: string, request: Request): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", ...request.headers };
    if (method !== "GET") headers["X-CSRFToken"] = this.token;
    if (request.body !== undefined) headers["Content-Type"] = "application/json";
    try {
      return await this.fetcher(this.root + path, {
        method,
        headers,
        credentials: "same-origin",
        keepalive: request.keepalive ?? false,
        signal: AbortSignal.timeout(TIME_OUT),
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      });
    } catch (cause) {
      throw new Unreachable("no answer", { cause });
    }
  }

  private async read<T>(response: Response): Promise<Answer<T>> {
    if (response.ok) {
      const body = (response.status === 204 ? null : await response.json()) as T;
      return { body, status: response.status, etag: response.headers.get("ETag") };
    }
    const { code, detail, body } = await problemOf(response);
    if (response.status === 401 || LOGGED_OUT_CODES.has(code)) {
      throw new LoggedOut(response.status, code, detail, body);
    }
    if (response.status === 412) throw new Stale(412, code, detail, body);
    throw new Refused(response.status, code, detail, body);
  }

  private async renewToken(): Promise<boolean> {
    const page = await this.fetcher(location.href, { credentials: "same-origin" });
    const html = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = html.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content;
    if (!token || token === this.token) return false;
    this.token = token;
    return true;
  }
}

async function problemOf(response: Response) {
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  return {
    code: typeof body["code"] === "string" ? body["code"] : "",
    detail: typeof body["detail"] === "string" ? body["detail"] : `HTTP ${response.status}`,
    body,
  };
}
