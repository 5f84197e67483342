import type { topics } from './generated/programs.ts';

/** A part of the language. A VM claims the topics that it can run. */
export type Topic = (typeof topics)[number];

/** A program as it was recorded. */
export interface RecordedProgram {
  readonly topic: Topic;
  readonly case: string;
  /** Python text. */
  readonly source: string;
  /** The `.pyc` that CPython 3.12.7 compiled it to, in base64. */
  readonly pyc: string;
  /** What it wrote to standard output. */
  readonly stdout: string;
  /** The traceback that ended it, or ''. */
  readonly stderr: string;
  /** Exit status of the process. */
  readonly status: number;
}
