// What a fixture's case asks to be recorded: the topic's entry in fixtures.json, and the case's own first line.
import type { ExpectationName } from './expectations.ts';

/** One or more expectation names, or an object with settings too. */
export type TopicOptions = string | readonly string[] | {
  readonly record: string | readonly string[];
  readonly native?: boolean;
  readonly mode?: 'exec' | 'eval' | 'single';
  readonly optimize?: 0 | 1 | 2;
};

export interface CaseOptions {
  readonly record: readonly ExpectationName[];
  readonly native?: boolean;
  readonly mode?: 'exec' | 'eval' | 'single';
  readonly optimize?: 0 | 1 | 2;
  /** `errors` only: of `compile`, and the minor version of its `_feature_version`. */
  readonly flags?: number;
  readonly featureVersion?: number;
}

/** A first line `# record: ast, errors; mode=eval; optimize=2; native` overrides the topic. */
export function caseOptions(source: Uint8Array, topic: TopicOptions): CaseOptions {
  const base = typeof topic === 'string' || Array.isArray(topic) ? { record: topic as string | readonly string[] } : (topic as Exclude<TopicOptions, string | readonly string[]>);
  const record = (typeof base.record === 'string' ? [base.record] : base.record) as readonly ExpectationName[];
  const first = new TextDecoder('latin1').decode(source.subarray(0, 200)).split('\n', 1)[0];
  const line = /^# record:\s*(.*?)\s*$/.exec(first);
  if (!line) return { ...base, record };
  const [names, ...settings] = line[1].split(/\s*;\s*/);
  const own: Record<string, string | number | boolean> = {};
  for (const setting of settings) {
    const [key, value] = setting.split('=');
    own[key] = value === undefined ? true : /^(optimize|flags|featureVersion)$/.test(key) ? Number(value) : value;
  }
  return { ...base, ...own, record: names === '' ? record : (names.split(/\s*,\s*/) as ExpectationName[]) };
}
