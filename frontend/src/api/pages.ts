// What the correction screen asks of the server, one function a question.
import { type Answer, type Client, Refused } from "./client";
import type { Draft, Lease, Page, Prediction, Words } from "./types";

export interface Next {
  page: { id: string } | string;
  lease: Lease;
}

/** `null` where the server says 404: an honest "there is none". */
async function orNone<T>(answer: Promise<Answer<T>>): Promise<Answer<T> | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

export class Pages {
  constructor(private readonly client: Client) {}

  page(id: string): Promise<Answer<Page>> {
    return this.client.call("GET", `pages/${id}/`);
  }

  async words(id: string): Promise<Words | null> {
    const answer = await orNone(this.client.call<Words | null>("GET", `pages/${id}/words/`));
    return answer?.body ?? null;
  }

  async draft(id: string): Promise<{ draft: Draft; etag: string } | null> {
    const answer = await orNone(this.client.call<Draft | null>("GET", `pages/${id}/draft/`));
    if (!answer?.body || !answer.etag) return null;
    return { draft: answer.body, etag: answer.etag };
  }

  /** One of the page's readings; null where there is none of that id. */
  async prediction(page: string, id: string): Promise<Prediction | null> {
    const path = `pages/${page}/predictions/?limit=100`;
    const answer = await this.client.call<{ results: Prediction[] }>("GET", path);
    return answer.body.results.find((prediction) => prediction.id === id) ?? null;
  }

  /** Returns the draft's new ETag; raises `Stale` when another tab or machine saved meanwhile. */
  async saveDraft(id: string, draft: Draft, etag: string | null, keepalive = false) {
    const headers: Record<string, string> = etag ? { "If-Match": etag } : { "If-None-Match": "*" };
    const path = `pages/${id}/draft/`;
    const answer = await this.client.call("PUT", path, { body: draft, headers, keepalive });
    return answer.etag ?? "";
  }

  submit(id: string, etag: string, draft: Draft, activeSeconds: number): Promise<Answer<Page>> {
    const { content, spans, base_prediction, fields_version } = draft;
    const body = { content, spans, base_prediction, fields_version, active_seconds: activeSeconds };
    return this.client.call("POST", `pages/${id}/submit/`, {
      body,
      headers: { "If-Match": etag, "Idempotency-Key": crypto.randomUUID() },
    });
  }

  verdict(id: string, etag: string, verdict: "approve" | "send_back", comment: string) {
    const request = { body: { verdict, comment }, headers: { "If-Match": etag } };
    return this.client.call<Page>("POST", `pages/${id}/verdict/`, request);
  }

  async next(project: string, kind: "correct" | "approve"): Promise<Next | null> {
    const path = `projects/${project}/queue/next/`;
    const answer = await this.client.call<Next | null>("POST", path, { body: { kind } });
    return answer.status === 204 ? null : answer.body;
  }

  /** Moves a page with a reason: out of one's queue, back to open, out of the work, into it. */
  move(id: string, action: "skip" | "reopen" | "exclude" | "include", reason: string, etag = "") {
    const headers: Record<string, string> = etag ? { "If-Match": etag } : {};
    const request = { body: reason ? { reason } : {}, headers };
    return this.client.call<Page>("POST", `pages/${id}/${action}/`, request);
  }

  async renew(lease: string): Promise<Lease> {
    return (await this.client.call<Lease>("POST", `leases/${lease}/renew/`)).body;
  }

  release(lease: string): Promise<Answer<unknown>> {
    return this.client.call("POST", `leases/${lease}/release/`, { keepalive: true });
  }
}
