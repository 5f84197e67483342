/* Docstrings that iterators share. A file of its own, so that it is there while modules of types load in circles. */
export const lengthHintDoc = 'Private method returning an estimate of len(list(it)).';
export const reduceDoc = 'Return state information for pickling.';
export const setstateDoc = 'Set state information for unpickling.';
