import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Checkout, openCheckout } from './checkout.ts'
import { type Finding, type ToolName, tools } from './tools.ts'

/** A file that breaks one rule, and what each tool that keeps the rule calls it. */
type Violation = { readonly file: string; readonly source: string; readonly barks: Partial<Record<ToolName, string>> }

const sideEffect = (path: string): string => `import '${path}'\n`

const violations: Readonly<Record<string, readonly Violation[]>> = {
  'core imports nothing': [
    { file: 'core/planted-package.ts', source: sideEffect('zod'), barks: notADependency() },
    { file: 'core/planted-lazily.ts', source: "export const zod = import('zod')\n", barks: notADependency() },
    { file: 'core/planted-type.ts', source: "export type { Hono } from 'hono'\n", barks: notADependency() },
    { file: 'core/planted-adapter.ts', source: sideEffect('@scaling-mlops/adapters/onnx'), barks: notADependency() },
    { file: 'core/planted-path.ts', source: sideEffect('../adapters/onnx/index.ts'), barks: { boundaries: 'import' } },
  ],
  'core knows no platform': [
    { file: 'core/planted-node.ts', source: sideEffect('node:fs'), barks: { biome: 'noNodejsModules', coreCompiler: 'TS2882' } },
    { file: 'core/planted-process.ts', source: 'export default process.env\n', barks: { coreCompiler: 'TS2591' } },
    { file: 'core/planted-console.ts', source: 'console.log(1)\n', barks: { biome: 'noConsole', coreCompiler: 'TS2584' } },
    { file: 'core/planted-fetch.ts', source: "export default fetch('/')\n", barks: { coreCompiler: 'TS2304' } },
    { file: 'core/planted-timer.ts', source: 'setTimeout(() => {}, 1)\n', barks: { coreCompiler: 'TS2304' } },
    { file: 'core/planted-buffer.ts', source: 'export default Buffer.alloc(1)\n', barks: { coreCompiler: 'TS2591' } },
    { file: 'core/planted-global.ts', source: 'export default globalThis.process\n', barks: { coreCompiler: 'TS7017' } },
  ],
  'adapters do not import each other': [
    { file: 'adapters/csv/planted-path.ts', source: sideEffect('../onnx/index.ts'), barks: restricted() },
    { file: 'adapters/csv/planted-deep-path.ts', source: sideEffect('../onnx/onnx-model.ts'), barks: restricted() },
    { file: 'adapters/csv/planted-type.ts', source: "export type { LogLevel } from '../log/index.ts'\n", barks: restricted() },
    { file: 'adapters/csv/planted-lazily.ts', source: "export const onnx = import('../onnx/index.ts')\n", barks: restricted() },
    { file: 'adapters/csv/planted-package.ts', source: sideEffect('@scaling-mlops/adapters/onnx'), barks: restricted() },
    { file: 'adapters/csv/inner/planted-path.ts', source: sideEffect('../../onnx/index.ts'), barks: restricted() },
  ],
  'inversify is known to runtimes alone': [
    { file: 'adapters/csv/planted-inversify.ts', source: sideEffect('inversify'), barks: { ...restricted(), boundaries: 'cannot import package' } },
    { file: 'core/planted-inversify.ts', source: sideEffect('inversify'), barks: notADependency() },
  ],
  'nobody reaches into a package past its exports': [
    { file: 'adapters/csv/planted-file.ts', source: sideEffect('@scaling-mlops/core/validate.ts'), barks: { adaptersCompiler: 'TS2882' } },
    { file: 'adapters/csv/planted-room.ts', source: sideEffect('../../core/validate.ts'), barks: { boundaries: 'import' } },
    { file: 'runtimes/planted-room.ts', source: sideEffect('../adapters/onnx/onnx-model.ts'), barks: { boundaries: 'import' } },
  ],
  'nothing imports upwards': [
    { file: 'adapters/csv/planted-runtime.ts', source: sideEffect('@scaling-mlops/runtimes/container'), barks: notADependency() },
  ],
  'there are no cycles': [
    { file: 'core/planted-cycle.ts', source: sideEffect('./planted-cycle.ts'), barks: { biome: 'noImportCycles' } },
  ],
}
