import { overloadFast } from '../bench/overload-fast.ts'
import type { Soak } from './soak.ts'

/** The same with a model whose reading is the work. Its figures need a core for the client alone. */
const overload: Soak = { name: 'overload-fast', run: overloadFast }

export default overload
