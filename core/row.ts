/** A validated row: one number a feature, in table order: the value, or the index of the category's value (−1: unknown, sets no column). */
export type Row = readonly number[]
