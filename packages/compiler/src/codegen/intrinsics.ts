/** Arguments of CALL_INTRINSIC_1 (CPython 3.12: Include/internal/pycore_intrinsics.h). */
export const Intrinsic1 = {
  PRINT: 1,
  IMPORT_STAR: 2,
  STOPITERATION_ERROR: 3,
  ASYNC_GEN_WRAP: 4,
  UNARY_POSITIVE: 5,
  LIST_TO_TUPLE: 6,
  TYPEVAR: 7,
  PARAMSPEC: 8,
  TYPEVARTUPLE: 9,
  SUBSCRIPT_GENERIC: 10,
  TYPEALIAS: 11,
} as const;

/** Arguments of CALL_INTRINSIC_2. */
export const Intrinsic2 = {
  PREP_RERAISE_STAR: 1,
  TYPEVAR_WITH_BOUND: 2,
  TYPEVAR_WITH_CONSTRAINTS: 3,
  SET_FUNCTION_TYPE_PARAMS: 4,
} as const;
