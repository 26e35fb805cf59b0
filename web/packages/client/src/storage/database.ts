/**
 * IndexedDB as promises: one small database per application and browser. Holds what must survive a reload or a crash.
 *
 * Where IndexedDB is absent or refuses (private windows, a full disk), `openStorage` gives the twin in memory and says
 * so by `durable: false`; the caller tells the person.
 */

export type StoreName = "outbox" | "drafts" | "notes";

export interface Storage {
  /** False when what is kept dies with the page. */
  readonly durable: boolean;
  all<T>(store: StoreName): Promise<T[]>;
  get<T>(store: StoreName, key: string): Promise<T | undefined>;
  put(store: StoreName, key: string, value: unknown): Promise<void>;
  delete(store: StoreName, key: string): Promise<void>;
  close(): void;
}

const VERSION = 1;
const STORES: StoreName[] = ["outbox", "drafts", "notes"];

export async function openStorage(name: string, factory: IDBFactory | undefined = globalThis.indexedDB): Promise<Storage> {
  if (!factory) return new MemoryStorage();
  try {
    return new IndexedDbStorage(await openDatabase(factory, name));
  } catch {
    return new MemoryStorage();
  }
}

function openDatabase(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const store of STORES) {
        if (!request.result.objectStoreNames.contains(store)) request.result.createObjectStore(store);
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB refused"));
    request.onblocked = () => reject(new Error("IndexedDB is blocked by an older page"));
  });
}

class IndexedDbStorage implements Storage {
  readonly durable = true;

  constructor(private readonly database: IDBDatabase) {
    // A newer page wants to upgrade: give way, it loads with the new program.
    database.onversionchange = () => database.close();
  }

  all<T>(store: StoreName): Promise<T[]> {
    return this.run(store, "readonly", (objects) => objects.getAll() as IDBRequest<T[]>);
  }

  get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return this.run(store, "readonly", (objects) => objects.get(key) as IDBRequest<T | undefined>);
  }

  async put(store: StoreName, key: string, value: unknown): Promise<void> {
    await this.run(store, "readwrite", (objects) => objects.put(value, key));
  }

  async delete(store: StoreName, key: string): Promise<void> {
    await this.run(store, "readwrite", (objects) => objects.delete(key));
  }

  close(): void {
    this.database.close();
  }

  /** Resolves when the transaction is complete, not when the request succeeded: only then is it kept. */
  private run<T>(store: StoreName, mode: IDBTransactionMode, work: (objects: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(store, mode, { durability: "strict" });
      const request = work(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB aborted"));
    });
  }
}

export class MemoryStorage implements Storage {
  readonly durable = false;
  private readonly stores = new Map<StoreName, Map<string, unknown>>(STORES.map((name) => [name, new Map()]));

  async all<T>(store: StoreName): Promise<T[]> {
    return [...this.stores.get(store)!.values()] as T[];
  }

  async get<T>(store: StoreName, key: string): Promise<T | undefined> {
    return this.stores.get(store)!.get(key) as T | undefined;
  }

  async put(store: StoreName, key: string, value: unknown): Promise<void> {
    this.stores.get(store)!.set(key, structuredClone(value));
  }

  async delete(store: StoreName, key: string): Promise<void> {
    this.stores.get(store)!.delete(key);
  }

  close(): void {}
}
