import { crc32 } from 'node:zlib'
import { type JobFiles, openFileSink, openFileSource, utf8 } from '@scaling-mlops/adapters/files'
import { systemClock } from '@scaling-mlops/adapters/memory'
import { readLinearGraph } from '@scaling-mlops/adapters/onnx'
import { CoreError, type Manifest, type ModelRepository, parseManifest, type Sink } from '@scaling-mlops/core'
import { openExplainer } from '@scaling-mlops/core/explanation'
import { type Progress, scoreFile } from '@scaling-mlops/core/files'
import type { JobSummary, ScoreJob } from '@scaling-mlops/core/jobs'
import { startBlockThreads } from './open-block-scorer.ts'

type Dependencies = {
  readonly repository: Pick<ModelRepository, 'read'>
  readonly files: JobFiles
  readonly threads: number
}

/** Scores the file of a job in threads beside the event loop, which has requests to answer. */
export function createScoreJob({ repository, files, threads }: Dependencies): ScoreJob {
  return async (job, { resume, signal, onProgress, checkpoint }) => {
    const { id, filename, format, options } = job
    const bundle = await repository.read(job.model, job.version)
    const manifest = parseManifest(bundle.manifest)
    const means = options.explain === undefined ? undefined : await meansOf(manifest, bundle)
    const source = await openFileSource(await files.inputOf(id), filename)
    await using scorer = startBlockThreads({ manifest, graph: bundle.graph, compression: 'none', means }, threads)
    let failed = resume?.failed ?? 0
    const outputs = await openOutputs({ files, id, wanted: () => failed > 0 }, resume)
    failed = outputs.resume?.failed ?? 0
    const { maxErrors } = options
    try {
      const progress = await scoreFile({
        source,
        format,
        features: manifest.features,
        scorer,
        sink: outputs.result,
        errors: outputs.errors,
        text: utf8,
        clock: systemClock,
        checksum: crc32,
        tooMany: (count, rows) => count > (maxErrors ?? Math.max(100, rows / 100)),
        map: options.map ?? {},
        ...(options.id === undefined ? {} : { id: options.id }),
        explain: Math.min(options.explain ?? 0, manifest.features.length),
        ...(outputs.resume && { resume: outputs.resume }),
        checkpoint,
        onProgress: progress => {
          failed = progress.failed
          onProgress(progress, source.bytesRead)
        },
        signal,
      })
      await outputs.errors.commit()
      await outputs.result.commit()
      return { progress, summary: toSummary(manifest, progress) }
    } catch (error) {
      for (const sink of [outputs.result, outputs.errors]) await sink.close()
      throw error
    }
  }
}

type Outputs = {
  /** Where to go on; undefined where everything begins anew. */
  readonly resume: Progress | undefined
  readonly result: Sink
  readonly errors: Sink
}

type Open = { readonly files: JobFiles; readonly id: string; readonly wanted: () => boolean }

/** A run that ended after its files had got their names, and before that was noted, has nothing to go on with: it begins anew. */
async function openOutputs(open: Open, resume: Progress | undefined): Promise<Outputs> {
  return openSinks(open, resume).catch(error => {
    if (resume === undefined || error.code !== 'ENOENT') throw error
    return openSinks(open, undefined)
  })
}

async function openSinks({ files, id, wanted }: Open, resume: Progress | undefined): Promise<Outputs> {
  const result = await openFileSink(files.pathOf(id, 'result'), resume && { resumeAt: resume.outputBytes })
  const errors = await openFileSink(files.pathOf(id, 'errors'), {
    wanted,
    ...(resume && { resumeAt: resume.errorBytes }),
  }).catch(error => closeAfter(result, error))
  return { resume, result, errors }
}

async function closeAfter(sink: Sink, error: unknown): Promise<never> {
  await sink.close()
  throw error
}

async function meansOf(manifest: Manifest, bundle: Parameters<typeof openExplainer>[1]): Promise<Float64Array> {
  const { explain, background } = await openExplainer(manifest, bundle, readLinearGraph)
  if (explain !== undefined) return background.means
  throw new CoreError(
    'no_explanation',
    `model ${manifest.name}, version ${manifest.version} has no explanations yet; send the file without explain`,
  )
}

function toSummary({ task }: Manifest, { rows, failed, sum, positives }: Progress): JobSummary {
  const scored = rows - failed
  return {
    rows,
    scored,
    failed,
    mean: scored === 0 || task.kind === 'multiclass' ? null : sum / scored,
    ...(task.kind === 'binary' ? { positives } : {}),
  }
}
