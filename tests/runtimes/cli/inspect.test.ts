import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { type ModelProto, ModelProtoSchema, OperatorSetIdProtoSchema } from 'onnx-buf'
import { describe, expect, it } from 'vitest'
import { graphOf } from '../../support/foreign-models.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

describe.concurrent('scaling-mlops inspect', () => {
  it('tells what a graph takes and gives, and that its ZipMap is stripped', async () => {
    const { code, stdout } = await runCli('inspect', graphOf('sklearn-columns'), '--json')

    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      bytes: 4277,
      producer: 'skl2onnx 1.20.0',
      irVersion: 10,
      opsets: { 'ai.onnx': 21, 'ai.onnx.ml': 1 },
      operators: { 'ai.onnx.ml.OneHotEncoder': 15, Concat: 3 },
      classes: ['No', 'Yes'],
      categories: { 'Contract/0': ['Month-to-month', 'One year', 'Two year'] },
      outputs: [
        { name: 'output_label', type: 'string', shape: [-1] },
        { name: 'output_probability', isZipMap: true },
      ],
      problems: [{ severity: 'warning', message: expect.stringContaining('ZipMap') }],
    })
    expect(JSON.parse(stdout).inputs).toHaveLength(19)
  })

  it('says that a graph is fine', async () => {
    const { code, stdout } = await runCli('inspect', graphOf('pytorch'))

    expect(stdout).toContain('inputs     features float32 [any, 45]')
    expect(stdout).toContain('ok         runs in ONNX Runtime 1.30')
    expect(code).toBe(0)
  })

  it.each([
    {
      name: 'an IR version that is too new',
      change: (model: ModelProto) => ({ ...model, irVersion: 99n }),
      says: /IR version 99 is newer than 13.*\n +cure: export with an older onnx/,
    },
    {
      name: 'an opset that is too new',
      change: (model: ModelProto) => ({
        ...model,
        opsetImport: model.opsetImport.map(each => ({ ...each, version: 99n })),
      }),
      says: /opset ai\.onnx 99 is newer than 26.*\n +cure: export with target_opset/,
    },
    {
      name: 'operators of somebody else',
      change: (model: ModelProto) => ({
        ...model,
        opsetImport: [...model.opsetImport, create(OperatorSetIdProtoSchema, { domain: 'com.example', version: 1n })],
      }),
      says: /operators of "com\.example"/,
    },
    {
      name: 'a fixed number of rows',
      change: (model: ModelProto) => {
        const type = model.graph?.input[0]?.type?.value
        if (type?.case === 'tensorType' && type.value.shape?.dim[0])
          type.value.shape.dim[0].value = { case: 'dimValue', value: 1n }
        return model
      },
      says: /input "features" takes exactly 1 row,.*\n +cure: export with a dynamic first dimension/,
    },
    {
      name: 'an operator that does not exist',
      change: (model: ModelProto) => {
        for (const node of model.graph?.node ?? []) if (node.opType === 'Relu') node.opType = 'Rleu'
        return model
      },
      says: /ERROR .*Rleu/,
    },
  ])('finds $name, with its cure', async ({ change, says }) => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'model.onnx')
    const model = fromBinary(ModelProtoSchema, await readFile(graphOf('pytorch')))
    await writeFile(file, toBinary(ModelProtoSchema, create(ModelProtoSchema, change(model))))

    const { code, stdout } = await runCli('inspect', file)

    expect(stdout).toMatch(says)
    expect(code).toBe(5)
  })

  it('names a file that is none', async () => {
    await using folder = await temporaryFolder()
    const file = join(folder.path, 'model.onnx')
    await writeFile(file, 'not a graph')

    const { code, stderr } = await runCli('inspect', file)

    expect(stderr).toMatch(/error\[E_MODEL\]: not an ONNX file/)
    expect(code).toBe(5)
  })
})
