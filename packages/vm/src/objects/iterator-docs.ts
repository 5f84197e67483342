/* Docstrings that iterators share. A file of its own, so that it is there while modules of types load in circles. */
/** Docstring of `__length_hint__`. */
export const lengthHintDoc = 'Private method returning an estimate of len(list(it)).';
/** Docstring of `__reduce__`. */
export const reduceDoc = 'Return state information for pickling.';
/** Docstring of `__setstate__`. */
export const setstateDoc = 'Set state information for unpickling.';
