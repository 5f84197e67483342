/** The number that Python 3.12's `.pyc` files begin with. */
export const pycMagic = 3531;

/** `importlib.util.MAGIC_NUMBER` as a 32-bit number: the magic and a carriage return and line feed. */
export const magicNumber = 0x0a0d0000 | pycMagic;

/** What the first bytes of a `.pyc` tell. */
export interface MagicInfo {
  readonly magic: number;
  /** `3.12` */
  readonly version: string;
  /** The release in which the number appeared: `3.12b1`. */
  readonly since: string;
  /** Final releases of that version write this number. */
  readonly final: boolean;
  /** Bytes before the code object: 8 (time), 12 (and size, from 3.3) or 16 (and flags, from 3.7). */
  readonly headerSize: 8 | 12 | 16;
}

/** Which Python wrote a `.pyc` that begins with these bytes; null if none from 1.0 to 3.14 did. */
export function identifyMagic(bytes: Uint8Array): MagicInfo | null {
  if (bytes.length < 4) return null;
  const magic = bytes[0] | (bytes[1] << 8);
  const row = magics.find(([, ...numbers]) => numbers.includes(magic));
  if (!row) return null;
  const [since] = row;
  const ending = since < '1.3' ? [0x99, 0] : [0x0d, 0x0a];
  if (bytes[2] !== ending[0] || bytes[3] !== ending[1]) return null;
  const version = versionOf(since);
  const last = magics.filter((other) => versionOf(other[0]) === version).flatMap(([, ...numbers]) => numbers);
  const isPython3 = magic >= 3000 && magic < 5000;
  return {
    magic,
    version,
    since,
    final: magic === last[last.length - 1] || finalButNotLast.includes(magic),
    headerSize: isPython3 && magic >= 3392 ? 16 : isPython3 && magic >= 3210 ? 12 : 8,
  };
}

/** 3.5.0 and 3.5.1; 3.5.2 changed it. */
const finalButNotLast: readonly number[] = [3350];

/** `3.12b1` → `3.12`. Python 3000 became 3.0. */
function versionOf(release: string): string {
  return release === '3000' ? '3.0' : (/^\d+\.\d+/.exec(release) as RegExpExecArray)[0];
}

/** The release that introduced them, and its magic numbers. */
const magics: readonly (readonly [string, ...number[]])[] = [
  ['1.0', 39170],
  ['1.1', 39171],
  ['1.3', 11913],
  ['1.4', 5892],
  ['1.5', 20121],
  ['1.6', 50428],
  ['2.0', 50823],
  ['2.1', 60202],
  ['2.2', 60717],
  ['2.3a0', 62011, 62021],
  ['2.4a0', 62041],
  ['2.4a3', 62051],
  ['2.4b1', 62061],
  ['2.5a0', 62071, 62081, 62091, 62092],
  ['2.5b3', 62101, 62111],
  ['2.5c1', 62121],
  ['2.5c2', 62131],
  ['2.6a0', 62151],
  ['2.6a1', 62161],
  ['2.7a0', 62171, 62181, 62191, 62201, 62211],
  ['3000', 3000, 3010, 3020, 3030, 3040, 3050, 3060, 3061, 3071, 3081, 3091, 3101, 3103],
  ['3.0a4', 3111],
  ['3.0b1', 3131],
  ['3.1a1', 3141, 3151],
  ['3.2a1', 3160],
  ['3.2a2', 3170],
  ['3.2a3', 3180],
  ['3.3a1', 3190, 3200, 3210],
  ['3.3a2', 3220],
  ['3.3a4', 3230],
  ['3.4a1', 3250, 3260, 3270, 3280],
  ['3.4a4', 3290, 3300],
  ['3.4rc2', 3310],
  ['3.5a1', 3320],
  ['3.5b1', 3330],
  ['3.5b2', 3340],
  ['3.5b3', 3350],
  ['3.5.2', 3351],
  ['3.6a0', 3360],
  ['3.6a1', 3361],
  ['3.6a2', 3370, 3371, 3372],
  ['3.6b1', 3373, 3375, 3376, 3377],
  ['3.6b2', 3378],
  ['3.6rc1', 3379],
  ['3.7a1', 3390],
  ['3.7a2', 3391],
  ['3.7a4', 3392],
  ['3.7b1', 3393],
  ['3.7b5', 3394],
  ['3.8a1', 3400, 3401, 3410],
  ['3.8b2', 3411, 3412],
  ['3.8b4', 3413],
  ['3.9a0', 3420, 3421, 3422],
  ['3.9a2', 3423, 3424, 3425],
  ['3.10a1', 3430, 3431],
  ['3.10a2', 3432, 3433],
  ['3.10a6', 3434],
  ['3.10a7', 3435],
  ['3.10b1', 3436, 3437, 3438, 3439],
  ['3.11a1', 3450, 3451, 3452, 3453, 3454, 3455, 3456, 3457, 3458, 3459, 3460, 3461],
  ['3.11a2', 3462],
  ['3.11a3', 3463, 3464, 3465],
  ['3.11a4', 3466, 3467, 3468, 3469, 3470, 3471, 3472, 3473, 3474],
  ['3.11a5', 3475, 3476, 3477, 3478, 3479, 3480, 3481, 3482, 3483, 3484, 3485],
  ['3.11a6', 3486, 3487, 3488, 3489, 3490, 3491],
  ['3.11a7', 3492, 3493, 3494],
  ['3.11b4', 3495],
  ['3.12a1', 3500, 3501, 3502, 3503, 3504, 3505, 3506, 3507, 3508, 3509],
  ['3.12a2', 3510, 3511, 3512],
  ['3.12a4', 3513, 3514],
  ['3.12a5', 3515, 3516, 3517],
  ['3.12a6', 3518, 3519, 3520],
  ['3.12a7', 3521, 3522, 3523, 3524],
  ['3.12b1', 3525, 3526, 3527, 3528, 3529, 3530, 3531],
  ['3.13a1', 3550, 3551, 3552, 3553, 3554, 3555, 3556, 3557, 3558, 3559, 3560, 3561, 3562, 3563, 3564, 3565, 3566, 3567, 3568],
  ['3.13a5', 3569],
  ['3.13a6', 3570],
  ['3.13b1', 3571],
  ['3.14a1', 3600, 3601, 3602, 3603, 3604, 3605, 3606, 3607, 3608],
  ['3.14a2', 3609],
  ['3.14a4', 3610, 3611, 3612, 3613],
  ['3.14a5', 3614, 3615, 3616],
  ['3.14a6', 3617, 3618, 3619, 3620],
  ['3.14a7', 3621, 3622, 3623],
  ['3.14b1', 3624],
  ['3.14b3', 3625],
  ['3.14rc2', 3626],
  ['3.14rc3', 3627],];
