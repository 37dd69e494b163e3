import { proveKilledRunsGoOn } from '../support/files-killed.ts'
import type { Soak } from './soak.ts'

const KILLS = 50

/** A file that is scored by runs killed fifty times; takes as long as it takes. */
const filesKilled: Soak = {
  name: 'files-killed',
  run: async () => {
    const problem = await proveKilledRunsGoOn(KILLS).then(
      () => undefined,
      error => String(error.message),
    )
    const measured = problem ?? `528,300 rows, ${KILLS} kills`
    return [{ promise: 'the output is byte for byte that of one run', measured, holds: problem === undefined }]
  },
}

export default filesKilled
