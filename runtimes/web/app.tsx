import { type ComponentType, lazy, type ReactNode, Suspense, useEffect } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import { type ModelPlace, pagePath, useModels } from './api/models.ts'
import { NoModels } from './pages/models/no-models.tsx'
import { PredictPage } from './pages/predict/predict-page.tsx'
import { CardBoundary } from './parts/boundary.tsx'
import { Failure, Loading } from './parts/states.tsx'
import { AppShell } from './shell/app-shell.tsx'
import { lastModel, useModelPlace } from './shell/place.ts'

const BatchPage = lazy(() => import('./pages/batch/batch-page.tsx'))
const EvaluatePage = lazy(() => import('./pages/evaluate/evaluate-page.tsx'))
const CardPage = lazy(() => import('./pages/models/card-page.tsx'))
const ModelsPage = lazy(() => import('./pages/models/models-page.tsx'))
const OperationsPage = lazy(() => import('./pages/operations/operations-page.tsx'))
const DeadLettersPage = lazy(() => import('./pages/operations/dead-letters-page.tsx'))
const CallsPage = lazy(() => import('./pages/calls/calls-page.tsx'))

export function App() {
  return (
    <AppShell>
      <Suspense fallback={<Loading />}>
        <CardBoundary>
          <Switch>
            <Route path="/" component={Home} />
            <Route path="/m" component={ModelsPage} />
            <Route path="/m/*" component={ModelRoutes} />
            <Route path="/ops" component={OperationsPage} />
            <Route path="/ops/dead-letters" component={DeadLettersPage} />
            <Route path="/calls" component={CallsPage} />
            <Route>
              <Titled title="Not found">
                <h1>There is no such page</h1>
              </Titled>
            </Route>
          </Switch>
        </CardBoundary>
      </Suspense>
    </AppShell>
  )
}

/** The last used model's Predict page, else the first one's. */
function Home() {
  const { data: models, error } = useModels()
  if (error) return <Failure error={error} />
  if (models === undefined) return <Loading />
  const model = models.find(({ name }) => name === lastModel.get()) ?? models[0]
  if (model === undefined) return <NoModels />
  return <Redirect to={pagePath({ name: model.name, version: undefined }, 'predict')} replace />
}

const MODEL_PAGES: Readonly<Record<string, ComponentType<{ readonly place: ModelPlace }>>> = {
  predict: PredictPage,
  batch: BatchPage,
  evaluate: EvaluatePage,
  card: CardPage,
}

function ModelRoutes() {
  const { place, page } = useModelPlace()
  const Page = MODEL_PAGES[page]
  if (place === undefined || Page === undefined) return <Redirect to="/m" />
  return <Page key={`${place.name}/${place.version}`} place={place} />
}

function Titled({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Streaming at Scale`
  }, [title])
  return children
}
