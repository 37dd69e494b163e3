import { useLocation } from 'wouter'
import { pagePath, useModels } from '../api/models.ts'
import { lastModel, useModelPlace } from './place.ts'

/** All models with their versions; choosing one stays on the page. Where a page is of no model, the last one is shown. */
export function ModelSwitcher({ id }: { readonly id: string }) {
  const { data: models = [] } = useModels()
  const { place, page } = useModelPlace()
  const [, navigate] = useLocation()
  const last = models.find(({ name }) => name === lastModel.get()) ?? models[0]
  const shown = place ?? (last === undefined ? undefined : { name: last.name, version: undefined })
  const current = shown === undefined ? '' : `${shown.name}/${shown.version ?? ''}`
  return (
    <label className="switcher" htmlFor={id}>
      <span>Model</span>
      <select
        id={id}
        className="input"
        value={current}
        onChange={event => {
          const [name = '', version = ''] = event.target.value.split('/')
          navigate(
            pagePath(
              { name, version: version === '' ? undefined : Number(version) },
              place === undefined ? 'predict' : page,
            ),
          )
        }}
      >
        {shown === undefined && <option value="">None</option>}
        {models.map(({ name, versions, serving }) => [
          <option key={name} value={`${name}/`}>
            {name} · version {serving}
          </option>,
          ...versions
            .filter(version => version !== serving || place?.version === version)
            .map(version => (
              <option key={`${name}/${version}`} value={`${name}/${version}`}>
                {name} · version {version}, pinned
              </option>
            )),
        ])}
      </select>
    </label>
  )
}
