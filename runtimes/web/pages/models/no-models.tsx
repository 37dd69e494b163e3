import { PageHead } from '../../parts/states.tsx'

/** A repository without a model: how to get one. */
export function NoModels() {
  return (
    <>
      <PageHead title="No models yet" />
      <div className="empty">
        <p>Train one from a CSV, or adopt a graph you have:</p>
        <pre>
          <code>
            {
              'npx scaling-mlops train customers.csv --target churned --out models/retention\nnpx scaling-mlops adopt model.onnx --name retention'
            }
          </code>
        </pre>
        <p className="muted">Then start the server again.</p>
      </div>
    </>
  )
}
