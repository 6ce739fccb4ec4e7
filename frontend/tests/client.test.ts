import { describe, expect, it, vi } from "vitest";
import { Client, LoggedOut, Refused, Stale, Unreachable } from "../src/api/client";
import { Pages } from "../src/api/pages";

const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), { status, headers });

function client(...answers: (Response | Error)[]) {
  const fetcher = vi.fn<typeof fetch>(() => {
    const next = answers.shift()!;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
  return { fetcher, client: new Client("/api/v1/", "token", fetcher) };
}

describe("the client", () => {
  it("gives every failure the class that says what to do", async () => {
    const failing = async (answer: Response | Error) =>
      client(answer)
        .client.call("GET", "pages/1/")
        .catch((error: unknown) => error);
    expect(await failing(new TypeError("network"))).toBeInstanceOf(Unreachable);
    expect(await failing(json(401, { code: "not_authenticated" }))).toBeInstanceOf(LoggedOut);
    expect(await failing(json(412, { current: { version: 5 } }))).toBeInstanceOf(Stale);
    const refused = await failing(json(409, { code: "wrong_state", detail: "não" }));
    expect(refused).toBeInstanceOf(Refused);
    expect(refused).toMatchObject({ status: 409, code: "wrong_state", message: "não" });
  });

  it("fetches a new CSRF token once, when a login elsewhere has changed it", async () => {
    const page = new Response('<meta name="csrf-token" content="fresh">');
    const forged = json(403, { code: "csrf_failed", detail: "" });
    const { client: made, fetcher } = client(forged, page, json(200, {}));
    await made.call("POST", "x/", { body: {} });
    const tokens = [0, 2].map((call) => {
      return (fetcher.mock.calls[call]![1]!.headers as Record<string, string>)["X-CSRFToken"];
    });
    expect(tokens).toEqual(["token", "fresh"]);
  });

  it("does not repeat what was refused for another reason", async () => {
    const { client: made, fetcher } = client(json(403, { code: "own_revision", detail: "seu" }));
    await expect(made.call("POST", "x/")).rejects.toThrow("seu");
    expect(fetcher).toHaveBeenCalledTimes(1);
  });
});

describe("the questions to the server", () => {
  it("name the version they were written over", async () => {
    const draft = {
      content: { header: null, margin: null, footer: null, text: "a", fields: {} },
      spans: [],
      base_version: 3,
      base_prediction: null,
      fields_version: 1,
    };
    const made = client(json(201, {}, { ETag: '"d1"' }), json(200, {}, { ETag: '"d2"' }));
    const pages = new Pages(made.client);
    expect(await pages.saveDraft("p", draft, null)).toBe('"d1"');
    expect(await pages.saveDraft("p", draft, '"d1"')).toBe('"d2"');
    const sent = made.fetcher.mock.calls.map((call) => call[1]!.headers as Record<string, string>);
    expect(sent[0]!["If-None-Match"]).toBe("*");
    expect(sent[1]!["If-Match"]).toBe('"d1"');
  });

  it("take 404 for an honest none and 204 for nothing left", async () => {
    const pages = new Pages(client(json(404, {}), json(204, null)).client);
    expect(await pages.draft("p")).toBeNull();
    expect(await pages.next("acervo", "correct")).toBeNull();
  });
});
