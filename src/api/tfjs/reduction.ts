/** Owns the numbers of tf.Reduction. */
export const REDUCTION = { NONE: 0, MEAN: 1, SUM: 2, SUM_BY_NONZERO_WEIGHTS: 3 } as const;
