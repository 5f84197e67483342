import type { VM } from '@py/vm/native';
import { variable } from '../posix/variables.ts';
import { parseRule } from './rule.ts';
import type { ZoneType } from './rule.ts';
import { parseZoneFile, zoneTypeAt } from './zone-file.ts';
import type { ZoneData } from './zone-file.ts';

/* The zone that local times are in. */

const folder = '/usr/share/zoneinfo/';

/** What `TZ` said when the program called `tzset`; until then the host knows. */
interface LocalZone {
  data: ZoneData | null;
}

const localZone = (vm: VM): LocalZone => vm.state('time.localZone', () => ({ data: null }));

/** What clocks show here at a moment (seconds since 1970). */
export function localTypeAt(vm: VM, at: number): ZoneType {
  const { data } = localZone(vm);
  if (data !== null) return zoneTypeAt(data, at);
  const zone = vm.host.clock?.zone?.(BigInt(Math.trunc(Math.max(-8.6e12, Math.min(8.6e12, at)))) * 1_000_000_000n);
  return zone === undefined ? { offset: 0, name: 'UTC', dst: false } : { offset: Math.round(zone.offsetMinutes * 60), name: zone.name, dst: zone.dst };
}

/** Reads the environment variable `TZ` again. */
export function readLocalZone(vm: VM): void {
  const named = variable(vm, 'TZ');
  localZone(vm).data = named === undefined ? readZone(vm, '/etc/localtime') : zoneNamed(vm, named.replace(/^:/, ''));
}

/** As glibc reads `TZ`: the name of a file, a rule, or UTC where it is neither. */
function zoneNamed(vm: VM, name: string): ZoneData {
  const found = name === '' ? null : readZone(vm, name.startsWith('/') ? name : folder + name);
  if (found !== null) return found;
  const rule = parseRule(name);
  return { transitions: [], begins: [], types: [rule?.standard ?? { offset: 0, name: 'UTC', dst: false }], rule };
}

/** Null where the host has no such file. */
function readZone(vm: VM, path: string): ZoneData | null {
  const bytes = readFile(vm, path);
  return bytes === null ? null : parseZoneFile(bytes);
}

function readFile(vm: VM, path: string): Uint8Array | null {
  const { files } = vm.host;
  if (files === undefined) return null;
  try {
    const fd = files.open(path, 0, 0);
    try {
      const bytes = new Uint8Array(1 << 20);
      const count = files.read(fd, bytes);
      return typeof count === 'number' ? bytes.slice(0, count) : null;
    } finally {
      files.close(fd);
    }
  } catch {
    return null; // Not there, or not to be read.
  }
}
