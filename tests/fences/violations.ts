import type { ToolName } from './tools.ts'

/** A file that breaks one rule, and the name by which each tool that keeps the rule calls that. */
export type Violation = {
  readonly file: string
  readonly source: string
  readonly barks: Partial<Readonly<Record<ToolName, string>>>
}

const UNDECLARED = { boundaries: 'cannot import package', biome: 'noUndeclaredDependencies' } as const
const OUTSIDE = { boundaries: 'import' } as const
const CYCLE = { biome: 'noImportCycles' } as const
const RESTRICTED = { biome: 'noRestrictedImports' } as const

/** One violation or more of every import rule, by the rule. */
export const violations: Readonly<Record<string, readonly Violation[]>> = {
  'core imports nothing': [
    plant('core/package.ts', "import 'zod'", UNDECLARED),
    plant('core/package-later.ts', "export const zod = import('zod')", UNDECLARED),
    plant('core/package-type.ts', "export type { Hono } from 'hono'", UNDECLARED),
    plant('core/adapter.ts', "import '@scaling-mlops/adapters/onnx'", UNDECLARED),
    plant('core/adapter-path.ts', "import '../adapters/onnx/index.ts'", OUTSIDE),
  ],
  'core knows no platform': [
    plant('core/node-module.ts', "import 'node:fs'", { biome: 'noNodejsModules', coreCompiler: 'TS2882' }),
    plant('core/process.ts', 'export default process.env', { coreCompiler: 'TS2591' }),
    plant('core/console.ts', 'console.log(1)', { biome: 'noConsole', coreCompiler: 'TS2584' }),
    plant('core/fetch.ts', "export default fetch('/')", { coreCompiler: 'TS2304' }),
    plant('core/timer.ts', 'setTimeout(() => {}, 1)', { coreCompiler: 'TS2304' }),
    plant('core/buffer.ts', 'export default Buffer.alloc(1)', { coreCompiler: 'TS2591' }),
    plant('core/global.ts', 'export default globalThis.process', { coreCompiler: 'TS7017' }),
  ],
  'adapters do not import each other': [
    plant('adapters/csv/path.ts', "import '../onnx/index.ts'", RESTRICTED),
    plant('adapters/csv/path-inside.ts', "import '../onnx/onnx-model.ts'", RESTRICTED),
    plant('adapters/csv/path-later.ts', "export const onnx = import('../onnx/index.ts')", RESTRICTED),
    plant('adapters/csv/path-type.ts', "export type { LogLevel } from '../log/index.ts'", RESTRICTED),
    plant('adapters/csv/inside/path.ts', "import '../../onnx/index.ts'", RESTRICTED),
    plant('adapters/csv/package.ts', "import '@scaling-mlops/adapters/onnx'", RESTRICTED),
  ],
  'inversify is known to runtimes alone': [
    plant('adapters/csv/inversify.ts', "import 'inversify'", { ...UNDECLARED, ...RESTRICTED }),
    plant('core/inversify.ts', "import 'inversify'", UNDECLARED),
  ],
  'adapters do not import runtimes': [
    plant('adapters/csv/runtime.ts', "import '@scaling-mlops/runtimes/container'", UNDECLARED),
    plant('adapters/csv/runtime-path.ts', "import '../../runtimes/exit.ts'", OUTSIDE),
  ],
  'nobody reaches into a package past its exports': [
    plant('adapters/csv/file.ts', "export * from '@scaling-mlops/core/validate.ts'", { adaptersCompiler: 'TS2307' }),
    plant('adapters/csv/file-path.ts', "import '../../core/validate.ts'", OUTSIDE),
    plant('runtimes/cli/file-path.ts', "import '../../adapters/onnx/onnx-model.ts'", OUTSIDE),
  ],
  'there are no import cycles': [
    plant('core/chicken.ts', "export { egg } from './planted-egg.ts'\nexport const chicken = 1", CYCLE),
    plant('core/egg.ts', "export { chicken } from './planted-chicken.ts'\nexport const egg = 1", CYCLE),
    plant('core/type.ts', "export type { Back } from './planted-type-back.ts'\nexport type There = 1", CYCLE),
    plant('core/type-back.ts', "export type { There } from './planted-type.ts'\nexport type Back = 1", CYCLE),
  ],
}

function plant(file: string, source: string, barks: Violation['barks']): Violation {
  return { file: file.replace(/([^/]+)$/, 'planted-$1'), source: `${source}\n`, barks }
}
