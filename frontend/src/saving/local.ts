// What is typed, kept in this browser half a second after the key: the net under the server's
// draft. Per person, gone once the server has it for good, never older than a day.
import type { Content, Draft } from "../api/types";

export interface Kept {
  user: string;
  page: string;
  draft: Draft;
  /** The page as the person found it: lets a merge tell who changed what. */
  base: Content;
  /** The draft as this browser and the server last agreed on it. */
  agreed: Content;
  /** The server draft's ETag when this was typed; null: there was none. */
  etag: string | null;
  /** True until the server has acknowledged exactly this. */
  dirty: boolean;
  /** Milliseconds since 1970, by this machine's clock. */
  at: number;
}

const DATABASE = "ocrlab";
const STORE = "drafts";
const MOST_AGE_MS = 24 * 60 * 60 * 1000;

export class LocalDrafts {
  private opening: Promise<IDBDatabase> | null = null;

  constructor(private readonly user: string) {}

  async get(page: string): Promise<Kept | null> {
    const kept = await this.run<Kept | undefined>("readonly", (s) => s.get([this.user, page]));
    return kept ?? null;
  }

  async put(kept: Omit<Kept, "user">): Promise<void> {
    await this.run("readwrite", (store) => store.put({ ...kept, user: this.user }));
  }

  async remove(page: string): Promise<void> {
    await this.run("readwrite", (store) => store.delete([this.user, page]));
  }

  /** Removes other people's texts and everything older than a day. */
  async tidy(now = Date.now()): Promise<void> {
    const all = await this.run<Kept[]>("readonly", (store) => store.getAll());
    const gone = all.filter((k) => k.user !== this.user || now - k.at > MOST_AGE_MS);
    for (const { user, page } of gone) {
      await this.run("readwrite", (store) => store.delete([user, page]));
    }
  }

  private open(): Promise<IDBDatabase> {
    this.opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore(STORE, { keyPath: ["user", "page"] });
      };
      request.onsuccess = () => {
        resolve(request.result);
      };
      request.onerror = () => {
        reject(new Error("no local storage", { cause: request.error }));
      };
    });
    return this.opening;
  }

  private async run<T>(
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest,
  ): Promise<T> {
    const database = await this.open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = ask(transaction.objectStore(STORE));
      transaction.oncomplete = () => {
        resolve(request.result as T);
      };
      transaction.onabort = transaction.onerror = () => {
        reject(new Error("not kept locally", { cause: transaction.error }));
      };
    });
  }
}
