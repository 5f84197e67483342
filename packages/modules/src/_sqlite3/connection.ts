import { jsText, PyObject, watchDeath } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { breakerSteps } from './callbacks.ts';
import { checkLast, OperationalError, ProgrammingError, sqliteError } from './errors.ts';
import { SQLITE_BUSY, SQLITE_DONE, SQLITE_ERROR, SQLITE_LOCKED, SQLITE_OK, SQLITE_ROW } from './sqlite.ts';
import type { Sqlite } from './sqlite.ts';
import { sqliteOf } from './state.ts';
import { Statement } from './statement.ts';

/* A connection and the statements that belong to it (CPython 3.12: Modules/_sqlite/connection.c). */

/** `isolation_level` */
export type IsolationLevel = '' | 'DEFERRED' | 'IMMEDIATE' | 'EXCLUSIVE';
/** `autocommit`: as before Python 3.12, or a transaction is open always or never. */
export type Autocommit = 'legacy' | 'enabled' | 'disabled';

const sweepAtLeast = 1000;

/** What C has open for a connection. Kept apart from it, so that it can be closed when the connection has died. */
export class Handle {
  readonly sqlite: Sqlite;
  /** C's `sqlite3`; 0 when closed. */
  db: number;
  readonly blobs = new Set<BlobHandle>();
  private readonly orphans: BlobHandle[] = [];
  /** Statements in the middle of their rows, with the cursors that want these. */
  readonly busy = new Map<Statement, WeakRef<StatementUser>>();
  /** With so many of them it is worth while to look for those whose cursors have died. */
  private sweepAt = sweepAtLeast;
  /** The thread for which C is at work with it; null while it rests. */
  private worker: number | null = null;
  /** Numbers of callbacks that C does not give back itself. */
  readonly callbacks = new Map<'authorizer' | 'progress' | 'trace', number>();
  /** Statements whose rows are still wanted though the connection has been closed: C keeps the database for them. */
  private spared: ReadonlySet<Statement> = new Set();

  constructor(sqlite: Sqlite, db: number) {
    this.sqlite = sqlite;
    this.db = db;
    sqlite.handles.add(this);
  }

  /** May this statement of the connection be used? */
  serves(statement: Statement): boolean {
    return this.db !== 0 || this.spared.has(statement);
  }

  /** A cursor has come to a row of a statement and may want more of them. */
  keep(statement: Statement, user: StatementUser): void {
    this.busy.set(statement, new WeakRef(user));
    if (this.busy.size < this.sweepAt) return;
    this.sqlite.releaseAbandoned();
    this.sweepAt = Math.max(sweepAtLeast, 2 * this.busy.size);
  }

  /** A cursor is done with a statement. */
  release(statement: Statement): void {
    this.busy.delete(statement);
    if (!this.serves(statement)) return;
    statement.held = false;
    if (statement.cached) statement.reset();
    else statement.finalize();
  }

  /** Resets the statements of cursors that nobody has any more; gives whether there were any. */
  releaseAbandoned(): boolean {
    const abandoned = this.worker !== null ? [] : [...this.busy].filter(([, user]) => user.deref() === undefined);
    for (const [statement] of abandoned) this.release(statement);
    return abandoned.length > 0;
  }

  /**
   * Runs a function of C. A cursor that nobody has any more may still be in the middle of its rows here, which CPython would have ended with
   * it: when that is in the way, such are looked for, and C is asked again.
   */
  attempt(run: () => number, retry: () => number = run): number {
    const result = this.working(run);
    if (!this.isHindered(result) || !this.sqlite.releaseAbandoned()) return result;
    return this.working(retry);
  }

  private working(run: () => number): number {
    const before = this.worker;
    this.worker = this.sqlite.vm.threadIdent;
    try {
      return run();
    } finally {
      this.worker = before;
      if (before === null) for (const blob of this.orphans.splice(0)) blob.close();
    }
  }

  /** Is C at work for another thread, which waits within that? */
  get isTaken(): boolean {
    return this.worker !== null && this.worker !== this.sqlite.vm.threadIdent;
  }

  /** Closes the handle of a blob that has died, but not while C is at work with the database. */
  abandon(blob: BlobHandle): void {
    if (this.worker !== null) this.orphans.push(blob);
    else blob.close();
  }

  /** Do statements in progress stand in the way? */
  private isHindered(result: number): boolean {
    const { sqlite, db } = this;
    if (result === SQLITE_OK || result === SQLITE_ROW || result === SQLITE_DONE || sqlite.isStopped) return false;
    const code = result & 0xff;
    if (code === SQLITE_BUSY || code === SQLITE_LOCKED) return true;
    return code === SQLITE_ERROR && /statements in progress|within a transaction/.test(jsText(sqlite.cText(sqlite.c.sqlite3_errmsg(db))));
  }

  /** Closes everything but `spared`; a transaction that is open is undone. */
  close(spared: ReadonlySet<Statement> = new Set()): void {
    const { db, sqlite: { c } } = this;
    if (db === 0) return;
    for (const blob of this.blobs) blob.close();
    const kept = new Set([...spared].map(({ pointer }) => pointer));
    const statements: number[] = [];
    for (let statement = c.sqlite3_next_stmt(db, 0); statement !== 0; statement = c.sqlite3_next_stmt(db, statement)) statements.push(statement);
    for (const statement of statements) if (!kept.has(statement)) c.sqlite3_finalize(statement);
    this.db = 0;
    this.spared = spared;
    this.busy.clear();
    this.sqlite.handles.delete(this);
    c.sqlite3_close_v2(db);
    for (const number of this.callbacks.values()) this.sqlite.callbacks.drop(number);
  }
}

/** An open `sqlite3_blob`. */
export class BlobHandle {
  readonly owner: Handle;
  /** 0 when closed. */
  pointer: number;

  constructor(owner: Handle, pointer: number) {
    this.owner = owner;
    this.pointer = pointer;
    owner.blobs.add(this);
  }

  close(): void {
    if (this.pointer !== 0) this.owner.sqlite.c.sqlite3_blob_close(this.pointer);
    this.pointer = 0;
    this.owner.blobs.delete(this);
  }
}

/** A cursor as far as its connection is concerned. */
export interface StatementUser extends PyObject {
  statement: Statement | null;
}

export class Connection extends PyObject {
  initialized = false;
  isolationLevel: IsolationLevel | null = '';
  autocommit: Autocommit = 'legacy';
  detectTypes = 0;
  /** The thread that made it, null if all may use it. */
  thread: number | null = null;
  rowFactory: PyValue | undefined = undefined;
  textFactory: PyValue | undefined = undefined;
  handle: Handle | null = null;
  /** By their texts, the one used last at the end. */
  private readonly cache = new Map<string, Statement>();
  private cacheSize = 128;


  /** Takes what was opened, in the place of what was open before. */
  begin(vm: VM, db: number, cacheSize: number): void {
    const sqlite = sqliteOf(vm);
    const handle = new Handle(sqlite, db);
    sqlite.c.sqlite3_progress_handler(db, breakerSteps, sqlite.callbacks.breaker, 0);
    this.handle = handle;
    this.cacheSize = cacheSize;
    watchDeath(vm, this, { target: new WeakRef(this), finalizer: true, died: () => handle.close(), ended: () => handle.close() });
  }

  /** Throws unless the connection is open. */
  check(): Handle {
    if (!this.initialized) throw sqliteError(ProgrammingError, 'Base Connection.__init__ not called.');
    const { handle } = this;
    if (handle === null || handle.db === 0) throw sqliteError(ProgrammingError, 'Cannot operate on a closed database.');
    // CPython's threads wait for one another here; ours would wait for what stands below them on JavaScript's stack.
    if (handle.isTaken) throw sqliteError(OperationalError, 'database is locked');
    return handle;
  }

  /** Throws in a thread that must not use it. */
  checkThread(vm: VM): void {
    if (this.thread !== null && this.thread !== vm.threadIdent) {
      throw sqliteError(ProgrammingError, `SQLite objects created in a thread can only be used in that same thread. The object was created in thread id ${this.thread} and this is thread id ${vm.threadIdent}.`);
    }
  }

  /** Both, for methods. */
  checked(vm: VM): Handle {
    this.checkThread(vm);
    return this.check();
  }

  /** Cursors can go on with their rows if the connection is opened again, which `again` announces. */
  close(again = false): void {
    const { handle } = this;
    this.cache.clear();
    if (handle === null || handle.db === 0) return;
    const busy = new Set(handle.busy.keys());
    if (this.autocommit === 'disabled' && !isAutocommit(handle)) this.run('ROLLBACK');
    for (const statement of busy) statement.cached = false;
    handle.close(again ? busy : undefined);
  }

  // ---- statements ----

  /** A statement for a text, which nobody else uses: from the cache, or new. */
  take(sql: PyValue): Statement {
    const handle = this.check();
    const key = jsText(sql);
    const cached = this.cache.get(key);
    if (cached !== undefined) {
      this.cache.delete(key);
      this.cache.set(key, cached);
      if (!cached.held) {
        cached.held = true;
        return cached;
      }
    }
    const statement = new Statement(handle, sql);
    statement.held = true;
    if (cached === undefined && this.cacheSize > 0) {
      statement.cached = true;
      this.cache.set(key, statement);
      if (this.cache.size > this.cacheSize) this.evict();
    }
    return statement;
  }

  private evict(): void {
    const [[key, oldest]] = this.cache;
    this.cache.delete(key);
    oldest.cached = false;
    if (!oldest.held) oldest.finalize();
  }

  /** Does one step. */
  step(statement: Statement): number {
    const { c } = this.check().sqlite;
    return statement.owner.attempt(() => c.sqlite3_step(statement.pointer), () => {
      statement.reset();
      return c.sqlite3_step(statement.pointer);
    });
  }

  /** Runs a statement without parameters and without rows, such as COMMIT. */
  run(sql: string): void {
    const handle = this.check();
    const { sqlite, db } = handle;
    const { c } = sqlite;
    const result = sqlite.withText(sql, (text) => handle.attempt(() => c.sqlite3_exec(db, text, 0, 0, 0)));
    sqlite.resume();
    if (result !== SQLITE_OK) checkLast(sqlite, db);
  }

  /** Begins a transaction as `isolation_level` says. */
  beginTransaction(): void {
    this.run(`BEGIN ${this.isolationLevel ?? ''}`);
  }

  get inTransaction(): boolean {
    return !isAutocommit(this.check());
  }

  commit(): void {
    this.end('COMMIT');
  }

  rollback(): void {
    this.end('ROLLBACK');
  }

  private end(sql: 'COMMIT' | 'ROLLBACK'): void {
    if (this.autocommit === 'legacy') {
      if (this.inTransaction) this.run(sql);
    } else if (this.autocommit === 'disabled') {
      this.run(sql);
      this.run('BEGIN');
    }
  }
}

function isAutocommit({ sqlite, db }: Handle): boolean {
  return sqlite.c.sqlite3_get_autocommit(db) !== 0;
}
