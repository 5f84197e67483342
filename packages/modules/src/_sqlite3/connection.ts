import { bury, collectGarbage, jsText, PyObject, watchDeath } from '@py/vm/native';
import type { PyValue, VM } from '@py/vm/native';
import { checkLast, ProgrammingError, sqliteError } from './errors.ts';
import { SQLITE_LOCKED, SQLITE_OK } from './sqlite.ts';
import type { Sqlite } from './sqlite.ts';
import { sqliteOf } from './state.ts';
import { Statement } from './statement.ts';

/* A connection and the statements that belong to it (CPython 3.12: Modules/_sqlite/connection.c). */

/** `isolation_level` */
export type IsolationLevel = '' | 'DEFERRED' | 'IMMEDIATE' | 'EXCLUSIVE';
/** `autocommit`: as before Python 3.12, or a transaction is open always or never. */
export type Autocommit = 'legacy' | 'enabled' | 'disabled';

/** What C has open for a connection. Kept apart from it, so that it can be closed when the connection has died. */
export class Handle {
  readonly sqlite: Sqlite;
  /** C's `sqlite3`; 0 when closed. */
  db: number;
  readonly blobs = new Set<BlobHandle>();
  /** Numbers of callbacks that C does not give back itself. */
  readonly callbacks = new Map<'authorizer' | 'progress' | 'trace', number>();

  constructor(sqlite: Sqlite, db: number) {
    this.sqlite = sqlite;
    this.db = db;
  }

  /** Statements whose rows are still wanted though the connection has been closed: C keeps the database for them. */
  private spared: ReadonlySet<Statement> = new Set();

  /** May this statement of the connection be used? */
  serves(statement: Statement): boolean {
    return this.db !== 0 || this.spared.has(statement);
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
  /** Statements in the middle of their rows, with the cursors that want these. */
  private readonly busy = new Map<Statement, WeakRef<StatementUser>>();

  /** Takes what was opened, in the place of what was open before. */
  begin(vm: VM, db: number, cacheSize: number): void {
    const handle = new Handle(sqliteOf(vm), db);
    this.handle = handle;
    this.cacheSize = cacheSize;
    watchDeath(vm, this, { target: new WeakRef(this), finalizer: true, died: () => handle.close(), ended: () => handle.close() });
  }

  /** Throws unless the connection is open. */
  check(): Handle {
    if (!this.initialized) throw sqliteError(ProgrammingError, 'Base Connection.__init__ not called.');
    const { handle } = this;
    if (handle === null || handle.db === 0) throw sqliteError(ProgrammingError, 'Cannot operate on a closed database.');
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
    const busy = new Set(this.busy.keys());
    this.cache.clear();
    this.busy.clear();
    if (handle === null || handle.db === 0) return;
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

  /** A cursor has come to a row of its statement and may want more of them. */
  keep(statement: Statement, user: StatementUser): void {
    this.busy.set(statement, new WeakRef(user));
  }

  /** A cursor is done with its statement. */
  release(statement: Statement): void {
    this.busy.delete(statement);
    if (!statement.owner.serves(statement)) return;
    statement.held = false;
    if (statement.cached) statement.reset();
    else statement.finalize();
  }

  /**
   * Does one step. Cursors that nobody has any more still stand in their tables here, which CPython would not have left so: when they are in
   * the way they are looked for.
   */
  step(vm: VM, statement: Statement): number {
    const { sqlite: { c } } = this.check();
    const result = c.sqlite3_step(statement.pointer);
    if ((result & 0xff) !== SQLITE_LOCKED || this.busy.size === 0) return result;
    bury(vm, collectGarbage(vm));
    let found = false;
    for (const [other, user] of this.busy) {
      if (user.deref() !== undefined) continue;
      this.release(other);
      found = true;
    }
    if (!found) return result;
    c.sqlite3_reset(statement.pointer);
    return c.sqlite3_step(statement.pointer);
  }

  /** Runs a statement without parameters and without rows, such as COMMIT. */
  run(sql: string): void {
    const handle = this.check();
    const { sqlite, db } = handle;
    const { c } = sqlite;
    const result = sqlite.withText(sql, (text) => c.sqlite3_exec(db, text, 0, 0, 0));
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
