/**
 * Which of several tabs holds the connection: the one that holds a Web Lock.
 *
 * A lock dies with its page, so a closed or crashed leader is followed at once by the next in line; a page that holds
 * a lock is not frozen. A leader that is alive but no longer answers (a suspended tab) is deposed: whoever is visible
 * and hears nothing takes the lock by force. Where a browser has no locks every tab leads itself, which costs a socket
 * per tab and nothing else: ids make a double send harmless. A SharedWorker would do the same where it exists; Chrome
 * on Android has none, so the way that works everywhere is the only way.
 */

/** The part of `navigator.locks` that is used. */
export interface Locks {
  request(name: string, options: { steal?: boolean; signal?: AbortSignal }, hold: () => Promise<void>): Promise<void>;
}

export interface LeadershipPorts {
  locks: Locks | null;
  lead(): void;
  /** Another tab took over. */
  follow(): void;
}

export class Leadership {
  leading = false;
  private release: (() => void) | null = null;
  private readonly waiting = new AbortController();
  private closed = false;

  constructor(
    private readonly name: string,
    private readonly ports: LeadershipPorts,
  ) {}

  start(): void {
    if (this.ports.locks) this.queue(this.ports.locks, false);
    else this.begin();
  }

  /** Takes the lead from a leader that does not answer. */
  depose(): void {
    if (this.leading || this.closed || !this.ports.locks) return;
    this.queue(this.ports.locks, true);
  }

  close(): void {
    this.closed = true;
    this.leading = false;
    this.waiting.abort();
    this.release?.();
  }

  private queue(locks: Locks, steal: boolean): void {
    const options = steal ? { steal } : { signal: this.waiting.signal };
    let held = false;
    locks
      .request(this.name, options, () => {
        held = true;
        if (this.closed || this.leading) return Promise.resolve();
        return new Promise<void>((resolve) => {
          this.release = resolve;
          this.begin();
        });
      })
      .catch(() => {
        // Aborted while waiting, or stolen while held: only the second takes anything away.
        if (held) this.lost(locks);
      });
  }

  private begin(): void {
    this.leading = true;
    this.ports.lead();
  }

  private lost(locks: Locks): void {
    if (this.closed || !this.leading) return;
    this.leading = false;
    this.release = null;
    this.ports.follow();
    this.queue(locks, false);
  }
}
