/** A stretch of source. Lines count from 1; columns from 0, in UTF-8 bytes. Names are those of `ast` nodes. */
export interface Span {
  readonly lineno: number;
  readonly col_offset: number;
  readonly end_lineno: number;
  /** First byte after the span. */
  readonly end_col_offset: number;
}
