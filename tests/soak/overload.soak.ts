import { overloadSlow } from '../bench/overload-slow.ts'
import type { Soak } from './soak.ts'

/** More load than the server can take, arriving whatever it answers, with a model whose scoring is the work. */
const overload: Soak = { name: 'overload', run: overloadSlow }

export default overload
