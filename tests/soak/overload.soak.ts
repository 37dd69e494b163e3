import { overloadFast } from '../bench/overload-fast.ts'
import { overloadSlow } from '../bench/overload-slow.ts'
import type { Soak } from './soak.ts'

/** More load than the server can take, arriving whatever it answers: with a model whose scoring is the work, and with one whose reading is. */
const overload: Soak = {
  name: 'overload',
  run: async (seconds, say) => [
    ...(await overloadSlow(seconds * 0.5, say)),
    ...(await overloadFast(seconds * 0.5, say)),
  ],
}

export default overload
