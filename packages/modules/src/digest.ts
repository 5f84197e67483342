import { bufferBytes, bytesToHex, isStr, typeError, typeOf } from '@py/vm/native';
import type { HostHash } from '@py/code';
import type { PyValue, VM } from '@py/vm/native';

/* Running digests: what the modules `_md5` … `_blake2` and `_hashlib` have in common. */

/** What all the library's running hashes can do. */
export interface Running {
  readonly blockLen: number;
  readonly outputLen: number;
  update(data: Uint8Array): unknown;
  clone(): Running;
  digest(): Uint8Array;
  /** The digest of what has come so far, if there is a shorter way to it. */
  hexDigest?(): string | null;
  xof?(length: number): Uint8Array;
}

export type Create = () => Running;

/** Bytes to hash; a str is refused as CPython refuses it. */
export function hashInput(vm: VM, value: PyValue): Uint8Array {
  if (isStr(value)) throw typeError('Strings must be encoded before hashing');
  if (typeOf(value).bf_getbuffer === undefined) throw typeError('object supporting the buffer API required');
  const bytes = bufferBytes(vm, value);
  vm.charge(bytes.length >> 3);
  return bytes;
}

const nothing: Uint8Array = new Uint8Array(0);

/** So much data is digested by the host, if it can; for less its call costs more than it saves. */
const worthTheHost = 4096;

/**
 * A digest that has not decided who makes it: it keeps what comes until that is much, then the host's takes over. What
 * remains little is digested by the library's in one go.
 */
export class Undecided implements Running {
  readonly blockLen: number;
  readonly outputLen: number;
  private readonly vm: VM;
  private readonly name: string;
  private readonly create: Create;
  private pending: Uint8Array;
  private length: number;
  private host: HostHash | null;
  private own: Running | null;
  constructor(vm: VM, name: string, create: Create, lengths: { readonly blockLen: number; readonly outputLen: number }) {
    this.blockLen = lengths.blockLen;
    this.outputLen = lengths.outputLen;
    this.vm = vm;
    this.name = name;
    this.create = create;
    this.pending = nothing;
    this.length = 0;
    this.host = null;
    this.own = null;
  }
  update(bytes: Uint8Array): void {
    if (this.host !== null) this.host.update(bytes);
    else if (this.own !== null) this.own.update(bytes);
    else if (this.length + bytes.length < worthTheHost) this.keep(bytes);
    else {
      this.host = this.vm.host.hashes?.create(this.name) ?? null;
      if (this.host === null) this.own = this.create();
      const running = this.host ?? (this.own as Running);
      running.update(this.pending.subarray(0, this.length));
      running.update(bytes);
    }
  }
  private keep(bytes: Uint8Array): void {
    if (this.length === 0) {
      this.pending = bytes.slice();
      this.length = bytes.length;
      return;
    }
    if (this.length + bytes.length > this.pending.length) {
      const larger = new Uint8Array(Math.max(64, (this.length + bytes.length) * 2));
      larger.set(this.pending.subarray(0, this.length));
      this.pending = larger;
    }
    this.pending.set(bytes, this.length);
    this.length += bytes.length;
  }
  clone(): Running {
    const copy = new Undecided(this.vm, this.name, this.create, this);
    copy.pending = this.pending.slice(0, this.length);
    copy.length = this.length;
    copy.host = this.host?.copy() ?? null;
    copy.own = this.own?.clone() ?? null;
    return copy;
  }
  digest(): Uint8Array {
    if (this.host !== null) return this.host.digest();
    if (this.own !== null) return this.own.digest();
    const text = this.hexDigest();
    if (text !== null) return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
    const running = this.create();
    running.update(this.pending.subarray(0, this.length));
    return running.digest();
  }
  /** Of little data by the host at once. */
  hexDigest(): string | null {
    if (this.host !== null || this.own !== null) return null;
    return this.vm.host.hashes?.hexDigest?.(this.name, this.pending.subarray(0, this.length)) ?? null;
  }
}

/** The digest of what has come so far. */
export const hexDigest = (running: Running): string => running.hexDigest?.() ?? hex(running.clone().digest());

export const hex = (bytes: Uint8Array): string => bytesToHex(bytes, '', 0);
