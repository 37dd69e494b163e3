import { createMersenneTwister, permutation } from './mersenne-twister.ts'

/** Row numbers to train on and to test on; together every row once. */
export type Split = { readonly train: Uint32Array; readonly test: Uint32Array }

/** The rows of scikit-learn's `train_test_split(rows, test_size=testShare, random_state=seed)`, in its order. */
export function shuffledSplit(rowCount: number, testShare: number, seed: number): Split {
  const order = permutation(rowCount, createMersenneTwister(seed))
  const testCount = Math.ceil(rowCount * testShare)
  return { train: order.slice(testCount), test: order.slice(0, testCount) }
}

/** A split in which each class has its share of test rows (rounded, at least one of a class of two or more); rows of both parts in file order. */
export function stratifiedSplit(classes: ArrayLike<number>, testShare: number, seed: number): Split {
  const random = createMersenneTwister(seed)
  const isTest = new Uint8Array(classes.length)
  for (const members of byClass(classes)) {
    const testCount = Math.min(Math.max(1, Math.round(members.length * testShare)), members.length - 1)
    for (const place of permutation(members.length, random).subarray(0, testCount)) isTest[members[place] as number] = 1
  }
  return partition(isTest, test => test === 1)
}

/** scikit-learn's `KFold(folds, shuffle=True, random_state=seed)` over `rowCount` positions; both parts of a fold ascending. */
export function shuffledFolds(rowCount: number, folds: number, seed: number): Split[] {
  const order = permutation(rowCount, createMersenneTwister(seed))
  const foldOf = new Uint8Array(rowCount)
  const size = Math.floor(rowCount / folds)
  const larger = rowCount % folds
  let start = 0
  for (let fold = 0; fold < folds; fold++) {
    const end = start + size + (fold < larger ? 1 : 0)
    for (let place = start; place < end; place++) foldOf[order[place] as number] = fold
    start = end
  }
  return Array.from({ length: folds }, (_, fold) => partition(foldOf, member => member === fold))
}

/** Folds in which every class is spread as evenly as it can be. */
export function stratifiedFolds(classes: ArrayLike<number>, folds: number, seed: number): Split[] {
  const random = createMersenneTwister(seed)
  const foldOf = new Uint8Array(classes.length)
  let next = 0
  for (const members of byClass(classes))
    for (const place of permutation(members.length, random)) foldOf[members[place] as number] = next++ % folds
  return Array.from({ length: folds }, (_, fold) => partition(foldOf, member => member === fold))
}

/** Row numbers of each class that occurs. */
function byClass(classes: ArrayLike<number>): Uint32Array[] {
  const counts: number[] = []
  for (let row = 0; row < classes.length; row++)
    counts[classes[row] as number] = (counts[classes[row] as number] ?? 0) + 1
  const members = Array.from(counts, (count = 0) => new Uint32Array(count))
  const filled = members.map(() => 0)
  for (let row = 0; row < classes.length; row++) {
    const at = classes[row] as number
    const place = filled[at] as number
    ;(members[at] as Uint32Array)[place] = row
    filled[at] = place + 1
  }
  return members.filter(rows => rows.length > 0)
}

function partition(marks: Uint8Array, isTest: (mark: number) => boolean): Split {
  let testCount = 0
  for (const mark of marks) if (isTest(mark)) testCount++
  const train = new Uint32Array(marks.length - testCount)
  const test = new Uint32Array(testCount)
  let trainAt = 0
  let testAt = 0
  for (let row = 0; row < marks.length; row++) {
    if (isTest(marks[row] as number)) test[testAt++] = row
    else train[trainAt++] = row
  }
  return { train, test }
}
