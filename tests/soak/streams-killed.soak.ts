import { proveNothingIsLost } from '../support/kill-proof.ts'
import type { Soak } from './soak.ts'

const KILLS = 50

/** Ten thousand records and a server that is killed fifty times meanwhile; takes as long as it takes. */
const streamsKilled: Soak = {
  name: 'streams-killed',
  run: async () => {
    const problem = await proveNothingIsLost(KILLS).then(
      () => undefined,
      error => String(error.message),
    )
    const measured = problem ?? `10,000 records, ${KILLS} kills`
    return [{ promise: 'no record is lost or doubled', measured, holds: problem === undefined }]
  },
}

export default streamsKilled
