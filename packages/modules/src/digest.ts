import { bufferBytes, bytesToHex, isStr, PyBytes, typeError, typeOf } from '@py/vm/native';
import type { HostHash } from '@py/code';
import type { PyValue, VM } from '@py/vm/native';

/* Running digests: what the modules `_md5` … `_blake2` and `_hashlib` have in common. */

/** What all the library's running hashes can do. */
export interface Running {
  readonly blockLen: number;
  readonly outputLen: number;
  /** `isLasting`: the bytes will never change. */
  update(data: Uint8Array, isLasting?: boolean): unknown;
  clone(): Running;
  /** The digest; the running one is of no use afterwards. */
  digest(): Uint8Array;
  xof?(length: number): Uint8Array;
}

export type Create = () => Running;

/** Adds the bytes of a value; a str is refused as CPython refuses it. */
export function updateFrom(vm: VM, running: Running, value: PyValue): void {
  if (isStr(value)) throw typeError('Strings must be encoded before hashing');
  if (typeOf(value).bf_getbuffer === undefined) throw typeError('object supporting the buffer API required');
  const bytes = bufferBytes(vm, value);
  vm.charge(bytes.length >> 3);
  running.update(bytes, value instanceof PyBytes && value.bytes === bytes);
}

const nothing: Uint8Array = new Uint8Array(0);

/** Fewer bytes than this are copied faster by a loop than by the host. */
const fewBytes = 48;

/** So much data is given to the host's digest at once, if it has it; for less a call costs more than it saves. */
const worthTheHost = 4096;

/**
 * A digest that has not decided who makes it: it keeps what comes until that is much, then the host's takes over, or the library's. What
 * remains little is digested in one go.
 */
export class Undecided implements Running {
  readonly blockLen: number;
  readonly outputLen: number;
  private readonly vm: VM;
  private readonly name: string;
  private readonly create: Create;
  /** What was not given to a running digest yet: the first `length` bytes. */
  private pending: Uint8Array;
  private length: number;
  /** Nobody else has `pending`: more can be written into it. */
  private isOwn: boolean;
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
    this.isOwn = false;
    this.host = null;
    this.own = null;
  }
  update(bytes: Uint8Array, isLasting = false): void {
    if (this.length + bytes.length < worthTheHost) return this.keep(bytes, isLasting);
    if (this.host === null && this.own === null) {
      this.host = this.vm.host.hashes?.create(this.name) ?? null;
      if (this.host === null) this.own = this.create();
    }
    this.flush();
    this.running().update(bytes);
  }
  private keep(bytes: Uint8Array, isLasting: boolean): void {
    const length = this.length + bytes.length;
    if (this.length === 0 && isLasting && !this.isOwn) this.pending = bytes;
    else {
      if (!this.isOwn || length > this.pending.length) {
        const larger = new Uint8Array(Math.max(64, length * 2));
        larger.set(this.kept());
        this.pending = larger;
        this.isOwn = true;
      }
      const { pending, length: start } = this;
      if (bytes.length > fewBytes) pending.set(bytes, start);
      else for (let i = 0; i < bytes.length; i++) pending[start + i] = bytes[i];
    }
    this.length = length;
  }
  private kept(): Uint8Array {
    return this.length === this.pending.length ? this.pending : this.pending.subarray(0, this.length);
  }
  private running(): HostHash | Running {
    return this.host ?? (this.own as Running);
  }
  private flush(): void {
    if (this.length > 0) this.running().update(this.kept());
    this.length = 0;
  }
  clone(): Undecided {
    const copy = new Undecided(this.vm, this.name, this.create, this);
    copy.pending = this.pending;
    copy.length = this.length;
    this.isOwn = false;
    copy.host = this.host?.copy() ?? null;
    copy.own = this.own?.clone() ?? null;
    return copy;
  }
  /** Nothing is running yet. */
  private get isLittle(): boolean {
    return this.host === null && this.own === null;
  }
  digest(): Uint8Array {
    if (this.isLittle) return this.vm.host.hashes?.digest?.(this.name, this.kept()) ?? this.digestOwn();
    this.flush();
    return this.running().digest();
  }
  private digestOwn(): Uint8Array {
    const running = this.create();
    running.update(this.kept());
    return running.digest();
  }
  /** The digest of what has come so far; more may come. */
  digestSoFar(): Uint8Array {
    return this.isLittle ? this.digest() : this.clone().digest();
  }
  /** The same in hexadecimal digits. */
  hexSoFar(): string {
    const text = this.isLittle ? this.vm.host.hashes?.hexDigest?.(this.name, this.kept()) : null;
    return text ?? hex(this.digestSoFar());
  }
}

/** The digest of what has come so far. The caller's own. */
export const digestSoFar = (running: Running): Uint8Array => (running instanceof Undecided ? running.digestSoFar() : running.clone().digest().slice());

/** The same in hexadecimal digits. */
export const hexSoFar = (running: Running): string => (running instanceof Undecided ? running.hexSoFar() : hex(running.clone().digest()));

export const hex = (bytes: Uint8Array): string => bytesToHex(bytes, '', 0);
